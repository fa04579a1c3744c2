using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// Agreed, documented, face compared, completed: each step durable before its answer, and sealed under a data key of the application's own. The
/// deadline that ends it is set before anything is stored.
/// </summary>
[GrainType("application")]
public sealed partial class ApplicationGrain(
    [PersistentState("application", StorageNames.Identity)] IPersistentState<ApplicationState> stored,
    IPopulationRegister register,
    AccreditedReaders readers,
    HolderChecks holderChecks,
    AuthorityKeys keys,
    DataKeys dataKeys,
    References references,
    IDeadlines deadlines,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<ApplicationState>(stored), IApplicationGrain
{
    private ApplicationRecord? _record;

    /// <summary>It has ended in this activation: a command caught on its way cannot begin it again while it is fresh.</summary>
    private bool _isOver;

    private ApplicationRecord Record => _record ??= new ApplicationRecord(Id, keys, dataKeys, random, options);

    private string Id => this.GetPrimaryKeyString();

    private string Deadline => $"application/{Id}";

    /// <summary>Never skipped in silence: it is left out only where the operator allows it and has configured none.</summary>
    private bool NeedsFace => options.HolderCheckAtApplication != HolderCheckPolicy.WhenAvailable || holderChecks.IsAvailable;

    private DateTimeOffset Expires => references.TryOpenApplication(Id, out var expires) ? expires : DateTimeOffset.MinValue;

    async Task<Answer<ApplicationStanding>> IApplicationGrain.Take(TakeStep command, CancellationToken cancellationToken)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        if (!ApplicationRules.IsCommand(signed.Command))
            return Refusal.CommandUnknown;
        if (time.GetUtcNow() >= Expires)
            return Refusal.ApplicationExpired;
        if (State.Issued is { } issued)
            return await ResumeAsync(Record.OpenIssued(issued), signed, command.Factors);
        if (await Record.OpenAsync(State) is { } secrets)
            return await ContinueAsync(secrets, signed, command.Factors, cancellationToken);
        return signed.Command switch
        {
            "cancel" => State.Sealed is null ? new ApplicationStanding(ApplicationStep.Cancelled, Expires) : await EndAsync(),
            "agree" when !_isOver => await BeginAsync(signed),
            _ => _isOver ? Refusal.ApplicationExpired : Refusal.ApplicationStep,
        };
    }

    async Task<NextLook> IApplicationGrain.Tidy()
    {
        var now = time.GetUtcNow();
        if (now < Expires)
            return new NextLook(Expires);
        var ended = await EndAsync();
        return new NextLook(ended.Refusal == Refusal.None ? null : now + TimeSpan.FromMinutes(1));
    }

    private async Task<Answer<ApplicationStanding>> BeginAsync(SignedCommand signed)
    {
        var (refusal, body) = StrictObject.Read<AgreeBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        if (!VerificationKey.TryFromJwk(body.DeviceKey, out var device))
            return Refusal.DeviceKeyInvalid;
        refusal = ApplicationRules.Admit(signed, device, Id, latest: null, options.Issuer, time.GetUtcNow());
        if (refusal != Refusal.None)
            return refusal;
        return await AgreeAsync(signed, body, device);
    }

    private async Task<Answer<ApplicationStanding>> ContinueAsync(
        ApplicationSecrets secrets, SignedCommand signed, string? factors, CancellationToken cancellationToken)
    {
        if (secrets.WrongFaces.Length >= ApplicationRules.MostWrongFaces)
            return await EndAsync() is { Refusal: not Refusal.None and var notEnded } ? notEnded : Refusal.ApplicationExpired;
        var device = DeviceOf(secrets.DeviceKey);
        var refusal = ApplicationRules.Admit(signed, device, Id, secrets.Latest, options.Issuer, time.GetUtcNow());
        if (refusal != Refusal.None)
            return refusal;
        if (signed.Digest == secrets.Latest)
            return Standing(secrets);
        refusal = ApplicationRules.CheckOrder(signed.Command, secrets, NeedsFace, Notice.Current.Hash);
        if (refusal != Refusal.None)
            return refusal;
        return signed.Command switch
        {
            "agree" => await AgreeAgainAsync(signed, device),
            "document" => await DocumentAsync(secrets, signed, cancellationToken),
            "face" => await FaceAsync(secrets, signed, factors, cancellationToken),
            "complete" => await CompleteAsync(secrets, signed, factors, cancellationToken),
            _ => await EndAsync(),
        };
    }

    private async Task<Answer<ApplicationStanding>> AgreeAgainAsync(SignedCommand signed, IVerificationKey device)
    {
        var (refusal, body) = StrictObject.Read<AgreeBody>(signed.Body, WalletBodies.Strict);
        return body is null ? refusal : await AgreeAsync(signed, body, device);
    }

    private async Task<Answer<ApplicationStanding>> AgreeAsync(SignedCommand signed, AgreeBody body, IVerificationKey device)
    {
        var refusal = ApplicationRules.CheckAgreement(body, Notice.Current.Hash);
        if (refusal != Refusal.None)
            return refusal;
        await deadlines.SetAsync(Deadline, Expires); // before the state: a deadline for nothing is harmless
        return await SaveAsync(new ApplicationSecrets(device.ToJwk(), body.Notice, time.GetUtcNow(), signed.Digest));
    }

    /// <summary>The data key first: whatever else is left of it then, nobody reads it again.</summary>
    private async Task<Answer<ApplicationStanding>> EndAsync()
    {
        _isOver = true;
        await Record.ForgetAsync();
        return await ClearAsync() ? new ApplicationStanding(ApplicationStep.Cancelled, Expires) : Refusal.Unavailable;
    }

    private async Task<Answer<ApplicationStanding>> SaveAsync(ApplicationSecrets secrets) =>
        await TrySaveAsync(await Record.SealAsync(secrets)) ? Standing(secrets) : Refusal.Unavailable;

    private ApplicationStanding Standing(ApplicationSecrets secrets) => new(ApplicationRules.Next(secrets, NeedsFace), Expires);

    private static IVerificationKey DeviceOf(string jwk) =>
        VerificationKey.TryFromJwk(jwk, out var device) ? device : throw new InvalidOperationException("A stored device key is none.");
}
