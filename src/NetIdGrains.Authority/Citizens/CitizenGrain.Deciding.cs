using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What the citizen, or a child's guardian, decides about a verification.</summary>
public sealed partial class CitizenGrain
{
    async Task<Answer<Approval>> ICitizenGrain.Decide(DecideVerification command)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        var admission = CitizenRules.Admit(
            State, signed, ["approve", "deny"], command.DeviceNumber, options.Issuer, time.GetUtcNow(), isVouchedFor: command.Guardian is not null);
        if (admission.Refusal != Refusal.None)
            return admission.Refusal;
        if (await OpenAsync() is not { } opened)
            return Refusal.DeviceUnknown;
        if (command.Guardian is not null && GuardianRules.MayAct(opened, command.Guardian, Today) is not Refusal.None and var notTheirs)
            return notTheirs;
        return signed.Command == "deny"
            ? await DenyAsync(command, signed, admission, opened)
            : await ApproveAsync(command, signed, admission, opened);
    }

    private async Task<Answer<Approval>> DenyAsync(
        DecideVerification command, SignedCommand signed, CommandAdmission admission, OpenedCitizen opened)
    {
        var (refusal, body) = StrictObject.Read<DenyBody>(signed.Body, WalletBodies.Strict);
        if (refusal != Refusal.None)
            return refusal;
        if (body!.Transaction != command.Transaction)
            return Refusal.ApprovalMismatch;
        if (!admission.IsRepeat && !await TrySaveAsync(CitizenRules.Carry(State, signed, admission)))
            return Refusal.Unavailable;
        var use = new NetIdUse(command.Ask, command.DeviceNumber, Certificate: null, []);
        var attested = Attest(opened, CitizenStanding.Of(State, opened, use, time.GetUtcNow(), Today), Today, use);
        return new Approval(Denied: true, attested.Failed(DecisionReason.Denied), [], Face: null);
    }

    private async Task<Answer<Approval>> ApproveAsync(
        DecideVerification command, SignedCommand signed, CommandAdmission admission, OpenedCitizen opened)
    {
        var (refusal, body) = StrictObject.Read<ApproveBody>(signed.Body, WalletBodies.Strict);
        if (refusal == Refusal.None)
            refusal = CitizenRules.CheckApproval(command, body!);
        if (refusal != Refusal.None)
            return refusal;
        var use = new NetIdUse(command.Ask, command.DeviceNumber, Certificate: null, [.. body!.Fields], ByGuardian: command.Guardian is not null);
        var standing = CitizenStanding.Of(State, opened, use, time.GetUtcNow(), Today);
        if (standing is { Age: AgeBand.Under14, GuardianConsent: null } && !use.ByGuardian)
            return Refusal.GuardianConsentNeeded;
        var attested = Attest(opened, standing, Today, use);
        if (!attested.Passed)
            return Refusal.CitizenFrozen;
        if (command.Password is not null && !command.FaceMatched && !admission.IsRepeat
            && await TryPasswordAsync(command.Password, command.DeviceNumber) is (not Refusal.None) and var wrong)
            return wrong;
        if (Modes.NeedsFace(command.Ask.Mode) && !command.FaceMatched)
            return new Approval(Denied: false, attested, [], opened.Secrets.Identity);
        if (!admission.IsRepeat && !await TrySaveAsync(await ConsentedAsync(command, body, signed, admission, opened, standing, use)))
            return Refusal.Unavailable;
        return new Approval(
            Denied: false,
            attested with { Identity = SealIdentity(command, body, opened), Disclosed = [.. body.Fields] },
            [.. body.Predicates],
            Face: null);
    }

    /// <summary>
    /// A9-2: a consent for what is disclosed, and one of its own for what is sensitive, in the same write as the command's nonce. What a guardian
    /// approves in the child's stead is a consent of theirs to this one use (A5-2).
    /// </summary>
    private async Task<CitizenState> ConsentedAsync(
        DecideVerification command, ApproveBody body, SignedCommand signed, CommandAdmission admission, OpenedCitizen opened, Standing standing, NetIdUse use)
    {
        var carried = CitizenRules.Carry(State, signed, admission);
        var mark = VerificationMark.Of(opened.LogKey, use.Name);
        var terms = command.Guardian is { } guardian ? new GuardianTerms(guardian, signed.Time, Once: true, mark) : null;
        ImmutableArray<string>[] kinds =
        [
            [.. body.Fields.Where(field => field != "document_number")],
            [.. body.Fields.Where(field => field == "document_number")],
            Modes.NeedsFace(body.Mode) ? ["face_image"] : [],
        ];
        var given = kinds.Where((some, index) => !some.IsEmpty || (use.ByGuardian && index == 0)).Select(some => new Consent(
            Base32.Random(random, CitizenCommands.ConsentIdSize),
            options.Notice.Hash,
            body.Purpose,
            some,
            signed.Time,
            body.Platform,
            body.Service,
            Guardian: terms)).ToImmutableArray();
        var used = standing.GuardianConsent is { Guardian.Once: true } ? UseUp(opened, standing, use) : opened.Secrets;
        if (given.IsEmpty && used == opened.Secrets)
            return carried;
        return carried with { Sealed = await SealAsync(used with { Consents = CitizenCommands.Remembered(used.Consents.AddRange(given)) }) };
    }

    /// <summary>A consent to one use is used up for this verification; for a repeat of it, it still is.</summary>
    private static CitizenSecrets UseUp(OpenedCitizen opened, Standing standing, NetIdUse use)
    {
        var consent = standing.GuardianConsent!;
        var mark = VerificationMark.Of(opened.LogKey, use.Name);
        return opened.Secrets with
        {
            Consents = opened.Secrets.Consents.Replace(consent, consent with { Guardian = consent.Guardian! with { UsedFor = mark } }),
        };
    }

    /// <summary>A8-2: the fields consented to, readable for the platform alone; it is the only place where they are opened for anyone.</summary>
    private string? SealIdentity(DecideVerification command, ApproveBody body, OpenedCitizen opened)
    {
        if (body.Fields.Count == 0)
            return null;
        if (command.PlatformKeys is null || !JweRecipient.TryFindIn(Encoding.UTF8.GetBytes(command.PlatformKeys), out var recipient))
            throw new InvalidOperationException("Fields are asked for only with a key to seal them to.");
        var disclosed = body.Fields.ToDictionary(field => field, field => IdentityFields.ValueOf(opened.Secrets.Identity, field));
        disclosed["transaction_id"] = command.Transaction;
        return Jwe.Encrypt(recipient, JsonSerializer.SerializeToUtf8Bytes(disclosed), "json", random);
    }
}
