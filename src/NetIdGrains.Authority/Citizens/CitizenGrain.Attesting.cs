using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What the record says to verifications, and what they leave in it.</summary>
public sealed partial class CitizenGrain
{
    private static readonly TimeSpan WaitingAtMost = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Verifications at a counter that wait for the citizen. In memory only: where somebody stands at a counter is not to be stored, and if
    /// this is lost the counter scans again.
    /// </summary>
    private ImmutableArray<(string Transaction, DateTimeOffset Since)> _waiting = [];

    private DateOnly Today => ChinaCalendar.Today(time.GetUtcNow());

    async Task<Answer<Attested>> ICitizenGrain.Attest(AttestCitizen query)
    {
        if (State.Status != EnrolmentStatus.Active || await OpenAsync() is not { } opened || opened.EnrolmentIndex != query.EnrolmentIndex)
            return Attested.Nobody;
        var attested = Attest(opened, query.Day);
        if (!attested.Passed || query.Password is null)
            return attested;
        var (refusal, right) = await TryPasswordAsync(query.Password);
        return refusal == Refusal.Unavailable ? refusal : right ? attested : Fail(attested);
    }

    async Task<Identity?> ICitizenGrain.Reference(string enrolmentIndex) =>
        await OpenAsync() is { } opened && opened.EnrolmentIndex == enrolmentIndex ? opened.Secrets.Identity : null;

    async Task<Answer<Approval>> ICitizenGrain.Decide(DecideVerification command)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        var admission = CitizenRules.Admit(State, signed, ["approve", "deny"], command.DeviceNumber, options.Issuer, time.GetUtcNow());
        if (admission.Refusal != Refusal.None)
            return admission.Refusal;
        if (await OpenAsync() is not { } opened)
            return Refusal.DeviceUnknown;
        return signed.Command == "deny"
            ? await DenyAsync(command, signed, admission, opened)
            : await ApproveAsync(command, signed, admission, opened);
    }

    /// <summary>Each is redeemed by a write before it counts; asking again for the same verification gets the same answer.</summary>
    async Task<Answer<RedeemedQr>> ICitizenGrain.RedeemQr(RedeemQr command)
    {
        var now = time.GetUtcNow();
        var device = State.Devices.FirstOrDefault(candidate => candidate.Number == command.DeviceNumber);
        if (State.Status != EnrolmentStatus.Active || device is null || await OpenAsync() is not { } opened
            || !ChangingQr.TryOpen(command.Qr, keys.Counter, out var qr, out _) || !VerificationKey.TryFromJwk(device.Key, out var key))
            return Refusal.QrMalformed;
        var shown = RedeemedPayload.Of(qr.Time, command.Transaction, opened.LogKey);
        var isRepeat = State.LastQr is { } last && last with { PreApproved = false } == shown;
        var fault = qr.Check(key, now, isRepeat ? null : State.LastQr?.Time);
        if (fault != QrFault.None)
            return fault == QrFault.Stale ? Refusal.QrStale : fault == QrFault.Reused ? Refusal.QrReused : Refusal.QrMalformed;
        var attested = Attest(opened, Today);
        var preApproved = attested.Passed && (isRepeat ? State.LastQr!.PreApproved : command.ResultOnly && now <= State.PreApprovedUntil);
        var redeemed = State with
        {
            LastQr = shown with { PreApproved = preApproved },
            PreApprovedUntil = preApproved ? null : State.PreApprovedUntil,
        };
        if (!isRepeat && !await TrySaveAsync(redeemed))
            return Refusal.Unavailable;
        if (!preApproved)
            _waiting = [.. Waiting(now).Where(waiting => waiting.Transaction != command.Transaction), (command.Transaction, now)];
        return new RedeemedQr(preApproved ? attested : null);
    }

    /// <summary>A wrong guess counts before it is answered; a closed mode says no to a right one too, and so tells a guesser nothing.</summary>
    async Task<Answer<Attested>> ICitizenGrain.RedeemCode(RedeemCode command)
    {
        if (State.Status != EnrolmentStatus.Active || State.NetId != command.NetId || await OpenAsync() is not { } opened)
            return Attested.Nobody;
        var attested = Attest(opened, Today);
        if (!State.Codes.IsOpen || opened.Secrets.CodeSecret is not { } secret)
            return Fail(attested);
        var right = DynamicPassword.TryAccept(
            Convert.FromBase64String(secret), command.Code, time.GetUtcNow(), State.Codes.LastStep, out var step);
        var codes = right ? State.Codes with { LastStep = step, WrongGuesses = 0 } : CitizenRules.WrongCode(State.Codes);
        if (!await TrySaveAsync(State with { Codes = codes }))
            return Refusal.Unavailable;
        return right ? attested : Fail(attested);
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
        return new Approval(Denied: true, Fail(Attest(opened, Today)), [], Face: null);
    }

    private async Task<Answer<Approval>> ApproveAsync(
        DecideVerification command, SignedCommand signed, CommandAdmission admission, OpenedCitizen opened)
    {
        var (refusal, body) = StrictObject.Read<ApproveBody>(signed.Body, WalletBodies.Strict);
        if (refusal == Refusal.None)
            refusal = CitizenRules.CheckApproval(command, body!);
        if (refusal != Refusal.None)
            return refusal;
        var attested = Attest(opened, Today);
        // A5-2: a guardian's consent will be looked for here; until there is one, a child's wallet approves nothing.
        if (opened.AgeOn(Today) == AgeBand.Under14)
            return Refusal.GuardianConsentNeeded;
        if (!attested.Passed)
            return Refusal.CitizenFrozen;
        if (command.Password is not null && !command.FaceMatched && !admission.IsRepeat && await TryPasswordAsync(command.Password) is var (wrong, right) && !right)
            return wrong;
        if (Modes.NeedsFace(command.Ask.Mode) && !command.FaceMatched)
            return new Approval(Denied: false, attested, [], opened.Secrets.Identity);
        if (!admission.IsRepeat && !await TrySaveAsync(await ConsentedAsync(command, body!, signed, admission, opened)))
            return Refusal.Unavailable;
        return new Approval(
            Denied: false,
            attested with { Identity = SealIdentity(command, body!, opened), Disclosed = [.. body!.Fields] },
            [.. body.Predicates],
            Face: null);
    }

    /// <summary>A9-2: a consent for what is disclosed, and one of its own for what is sensitive, in the same write as the command's nonce.</summary>
    private async Task<CitizenState> ConsentedAsync(
        DecideVerification command, ApproveBody body, SignedCommand signed, CommandAdmission admission, OpenedCitizen opened)
    {
        var carried = CitizenRules.Carry(State, signed, admission);
        ImmutableArray<string>[] kinds =
        [
            [.. body.Fields.Where(field => field != "document_number")],
            [.. body.Fields.Where(field => field == "document_number")],
            Modes.NeedsFace(body.Mode) ? ["face_image"] : [],
        ];
        var given = kinds.Where(some => !some.IsEmpty).Select(some => new Consent(
            Base32.Random(random, CitizenCommands.ConsentIdSize),
            Notice.Current.Hash,
            body.Purpose,
            some,
            signed.Time,
            body.Platform,
            body.Service)).ToImmutableArray();
        if (given.IsEmpty)
            return carried;
        var consents = CitizenCommands.Remembered(opened.Secrets.Consents.AddRange(given));
        return carried with { Sealed = await Record.SealAsync(opened.Secrets with { Consents = consents }) };
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

    /// <summary>Freezes, withdrawn consents and age, as of now. A child's every use needs a guardian (A5-2), who comes later: until then, no.</summary>
    private Attested Attest(OpenedCitizen opened, DateOnly day)
    {
        var age = opened.AgeOn(day);
        var passed = State.FrozenSince is null && opened.Consents && age != AgeBand.Under14;
        return new Attested(passed, LogTag.Derive(opened.LogKey, day), passed ? opened.Secrets.Handle : null, age, Identity: null, []);
    }

    private static Attested Fail(Attested attested) => attested with { Passed = false, Handle = null };

    /// <summary>A wrong password is counted before anyone learns that it was wrong, and one that comes too early is not looked at.</summary>
    private async Task<(Refusal Refusal, bool Right)> TryPasswordAsync(string password)
    {
        var now = time.GetUtcNow();
        if (CitizenRules.NextPassword(State.WrongPasswords) is not { } next || now < next)
            return (Refusal.PasswordDelayed, false);
        var kept = State.Password!;
        var verifier = new PasswordVerifier(kept.Version, kept.Rounds, Convert.FromBase64String(kept.Salt), Convert.FromBase64String(kept.Hash));
        var right = verifier.Matches(password, keys.PasswordPepper);
        var tries = right ? WrongTries.None : new WrongTries(State.WrongPasswords.Count + 1, now);
        if (tries != State.WrongPasswords && !await TrySaveAsync(State with { WrongPasswords = tries }))
            return (Refusal.Unavailable, false);
        return (right ? Refusal.None : Refusal.PasswordWrong, right);
    }

    private IEnumerable<(string Transaction, DateTimeOffset Since)> Waiting(DateTimeOffset now) =>
        _waiting.Where(waiting => now - waiting.Since < WaitingAtMost);
}
