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
            return await ResumeAsync(Record.OpenIssued(issued), signed, command);
        if (await Record.OpenAsync(State) is { } secrets)
            return await ContinueAsync(secrets, signed, command, cancellationToken);
        return signed.Command switch
        {
            "cancel" => State.Sealed is null ? new ApplicationStanding(ApplicationStep.Cancelled, Expires) : await EndAsync(),
            "agree" when !_isOver => await BeginAsync(signed, command.Jws),
            _ => _isOver ? Refusal.ApplicationExpired : Refusal.ApplicationStep,
        };
    }

    Task<Answer<ApplicationStanding>> IApplicationGrain.End() => EndAsync();

    async Task<NextLook> IApplicationGrain.Tidy()
    {
        var now = time.GetUtcNow();
        if (now < Expires)
            return new NextLook(Expires);
        var ended = await EndAsync();
        return new NextLook(ended.Refusal == Refusal.None ? null : now + TimeSpan.FromMinutes(1));
    }

    private async Task<Answer<ApplicationStanding>> BeginAsync(SignedCommand signed, string jws)
    {
        var (refusal, body) = StrictObject.Read<AgreeBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        var begun = new ApplicationSecrets(DeviceKey: null, body.Notice, time.GetUtcNow(), signed.Digest);
        if (body.DeviceKey is not { } jwk)
            begun = references.TryOpenDevice(signed.Device, out var guardian, out var number) ? begun with { Guardian = new Guardian(guardian, number) } : begun;
        else if (VerificationKey.TryFromJwk(jwk, out var device))
            begun = begun with { DeviceKey = device.ToJwk() };
        if ((begun.DeviceKey, begun.Guardian) is (null, null))
            return Refusal.DeviceKeyInvalid;
        refusal = await AdmitAsync(begun with { Latest = "" }, signed, jws, factors: null);
        return refusal == Refusal.None ? await AgreeAsync(begun, body) : refusal;
    }

    private async Task<Answer<ApplicationStanding>> ContinueAsync(
        ApplicationSecrets secrets, SignedCommand signed, TakeStep command, CancellationToken cancellationToken)
    {
        if (secrets.WrongFaces.Length >= ApplicationRules.MostWrongFaces)
            return await EndAsync() is { Refusal: not Refusal.None and var notEnded } ? notEnded : Refusal.ApplicationExpired;
        var refusal = await AdmitAsync(secrets, signed, command.Jws, command.Factors);
        if (refusal != Refusal.None)
            return refusal;
        if (signed.Digest == secrets.Latest)
            return Standing(secrets);
        refusal = ApplicationRules.CheckOrder(signed.Command, secrets, NeedsFace, options.Notice.Hash, time.GetUtcNow());
        if (refusal != Refusal.None)
            return refusal;
        return signed.Command switch
        {
            "agree" => await AgreeAgainAsync(secrets, signed),
            "document" => await DocumentAsync(secrets, signed, cancellationToken),
            "face" => await FaceAsync(secrets, signed, command.Factors, cancellationToken),
            "ask-guardian" => await AskGuardianAsync(secrets, signed),
            "complete" => await CompleteAsync(secrets, signed, command.Factors, cancellationToken),
            _ => await EndAsync(),
        };
    }

    /// <summary>The notice has changed since: the same device or guardian agrees to it as it is now, and begins again (A10-1).</summary>
    private async Task<Answer<ApplicationStanding>> AgreeAgainAsync(ApplicationSecrets secrets, SignedCommand signed)
    {
        var (refusal, body) = StrictObject.Read<AgreeBody>(signed.Body, WalletBodies.Strict);
        return body is null
            ? refusal
            : await AgreeAsync(
                new ApplicationSecrets(secrets.DeviceKey, body.Notice, time.GetUtcNow(), signed.Digest) { Guardian = secrets.Guardian }, body);
    }

    private async Task<Answer<ApplicationStanding>> AgreeAsync(ApplicationSecrets begun, AgreeBody body)
    {
        var refusal = ApplicationRules.CheckAgreement(body, options.Notice.Hash, ConsentsFor(begun));
        if (refusal != Refusal.None)
            return refusal;
        await deadlines.SetAsync(Deadline, Expires); // before the state: a deadline for nothing is harmless
        return await SaveAsync(begun);
    }

    /// <summary>By the new device's own key; or by a guardian's enrolled device, of which their own record says whether it is theirs, now.</summary>
    private async Task<Refusal> AdmitAsync(ApplicationSecrets secrets, SignedCommand signed, string jws, string? factors)
    {
        if (secrets.DeviceKey is { } jwk)
            return ApplicationRules.Admit(signed, DeviceOf(jwk), Id, secrets.Latest, options.Issuer, time.GetUtcNow());
        var refusal = ApplicationRules.CheckNonce(signed, Id);
        if (refusal != Refusal.None)
            return refusal;
        var password = factors is not null && SealedFactors.TryOpen(factors, keys.Factors, Id, out var opened) ? opened.Password : null;
        return await VouchAsync(secrets.Guardian!, signed, jws, password);
    }

    private async Task<Refusal> VouchAsync(Guardian guardian, SignedCommand signed, string jws, string? password) =>
        references.TryOpenDevice(signed.Device, out var personIndex, out var device) && new Guardian(personIndex, device) == guardian
            ? (await GrainFactory.GetGrain<ICitizenGrain>(personIndex).Vouch(new VouchForWard(jws, device, password))).Refusal
            : Refusal.DeviceKeyInvalid;

    private static IReadOnlySet<string> ConsentsFor(ApplicationSecrets secrets) =>
        secrets.Guardian is null ? ApplicationRules.Consents : ApplicationRules.ConsentsForChild;

    /// <summary>The data key first: whatever else is left of it then, nobody reads it again.</summary>
    private async Task<Answer<ApplicationStanding>> EndAsync()
    {
        _isOver = true;
        await Record.ForgetAsync();
        return await ClearAsync() ? new ApplicationStanding(ApplicationStep.Cancelled, Expires) : Refusal.Unavailable;
    }

    private async Task<Answer<ApplicationStanding>> SaveAsync(ApplicationSecrets secrets) =>
        await TrySaveAsync(await Record.SealAsync(secrets)) ? Standing(secrets) : Refusal.Unavailable;

    private ApplicationStanding Standing(ApplicationSecrets secrets) => new(ApplicationRules.Next(secrets, NeedsFace, time.GetUtcNow()), Expires);

    private static IVerificationKey DeviceOf(string jwk) =>
        VerificationKey.TryFromJwk(jwk, out var device) ? device : throw new InvalidOperationException("A stored device key is none.");
}
