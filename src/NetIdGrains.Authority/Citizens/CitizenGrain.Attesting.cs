using System.Collections.Immutable;
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
        var device = CertificateNumber.Device(query.Certificate);
        var use = new NetIdUse(query.Ask, device, CertificateNumber.Count(query.Certificate), []);
        var standing = CitizenStanding.Of(State, opened, use, time.GetUtcNow(), query.Day);
        var attested = Attest(opened, standing, query.Day, use);
        if (attested.Passed && query.Password is not null && await TryPasswordAsync(query.Password, device) is (not Refusal.None) and var wrong)
            return wrong == Refusal.Unavailable ? wrong : attested.Failed(DecisionReasons.Of(wrong));
        if (!attested.Passed || standing.GuardianConsent is not { Guardian.Once: true })
            return attested;
        return await TrySaveAsync(State with { Sealed = await SealAsync(UseUp(opened, standing, use)) }) ? attested : Refusal.Unavailable;
    }

    async Task<Identity?> ICitizenGrain.Reference(string enrolmentIndex) =>
        await OpenAsync() is { } opened && opened.EnrolmentIndex == enrolmentIndex ? opened.Secrets.Identity : null;

    /// <summary>Each is redeemed by a write before it counts; asking again for the same verification gets the same answer.</summary>
    async Task<Answer<RedeemedQr>> ICitizenGrain.RedeemQr(RedeemQr command)
    {
        var now = time.GetUtcNow();
        var device = State.Device(command.DeviceNumber);
        if (State.Status != EnrolmentStatus.Active || device is null || await OpenAsync() is not { } opened
            || device.Key is null || !ChangingQr.TryOpen(command.Qr, keys.Counter, out var qr, out _) || !VerificationKey.TryFromJwk(device.Key, out var key))
            return Refusal.QrMalformed;
        var shown = new RedeemedPayload(qr.Time, VerificationMark.Of(opened.LogKey, $"qr/{command.Transaction}"));
        var isRepeat = State.LastQr is { } last && last with { PreApproved = false } == shown;
        var fault = qr.Check(key, now, isRepeat ? null : State.LastQr?.Time);
        if (fault != QrFault.None)
            return fault == QrFault.Stale ? Refusal.QrStale : fault == QrFault.Reused ? Refusal.QrReused : Refusal.QrMalformed;
        var use = new NetIdUse(command.Ask, command.DeviceNumber, Certificate: null, []);
        var standing = CitizenStanding.Of(State, opened, use, now, Today);
        var attested = Attest(opened, standing, Today, use);

        // A5-2: what a child does is agreed to each time.
        var preApproved = attested.Passed && standing.Age != AgeBand.Under14
            && (isRepeat ? State.LastQr!.PreApproved : command.ResultOnly && now <= State.PreApprovedUntil);
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
        var use = new NetIdUse(command.Ask, Device: null, Certificate: null, []);
        var standing = CitizenStanding.Of(State, opened, use, time.GetUtcNow(), Today);
        var attested = Attest(opened, standing, Today, use);
        var isTheirs = opened.Secrets.CodeGuardian is not { } guardian || GuardianRules.MayAct(opened, guardian, Today) == Refusal.None;
        if (!State.Codes.IsOpen || !isTheirs || opened.Secrets.CodeSecret is not { } secret)
            return attested.Failed(attested.Passed ? DecisionReason.CodesClosed : attested.Reason);
        var right = DynamicPassword.TryAccept(
            Convert.FromBase64String(secret), command.Code, time.GetUtcNow(), State.Codes.LastStep, out var step);
        var codes = right ? State.Codes with { LastStep = step, WrongGuesses = 0 } : CitizenRules.WrongCode(State.Codes);
        var next = State with { Codes = codes };
        if (right && attested.Passed && standing.GuardianConsent is { Guardian.Once: true })
            next = next with { Sealed = await SealAsync(UseUp(opened, standing, use)) };
        if (!await TrySaveAsync(next))
            return Refusal.Unavailable;
        return right ? attested : attested.Failed(DecisionReason.CodeWrong);
    }

    private Attested Attest(OpenedCitizen opened, Standing standing, DateOnly day, NetIdUse use)
    {
        if (standing.Passed)
            NotePlatform(opened, use.Ask);
        return new Attested(
            standing.Passed,
            LogTag.Derive(opened.LogKey, day),
            standing.Passed ? opened.Secrets.Handle : null,
            standing.Age,
            Identity: null,
            [],
            standing.Passed && standing.Age == AgeBand.Under14,
            standing.Reason,
            ReasonMark.KeyOf(opened.LogKey, use.Ask.Platform, use.Ask.SequenceNumber));
    }

    /// <summary>A wrong password is counted before anyone learns that it was wrong, and one that comes too early is not looked at.</summary>
    private async Task<Refusal> TryPasswordAsync(string password, uint deviceNumber)
    {
        var (now, device) = (time.GetUtcNow(), State.Device(deviceNumber));
        if (device is null || State.Password is not { } kept)
            return Refusal.PasswordWrong;
        if (CitizenRules.NextPassword(device.WrongPasswords) is not { } next)
            return Refusal.PasswordBlocked;
        if (now < next)
            return Refusal.PasswordDelayed;
        var verifier = new PasswordVerifier(kept.Version, kept.Rounds, Convert.FromBase64String(kept.Salt), Convert.FromBase64String(kept.Hash));
        var right = verifier.Matches(password, keys.PasswordPepper);
        var tries = right ? WrongTries.None : new WrongTries(device.WrongPasswords.Count + 1, now);
        if (tries != device.WrongPasswords && !await TrySaveAsync(State.With(device with { WrongPasswords = tries })))
            return Refusal.Unavailable;
        return right ? Refusal.None : Refusal.PasswordWrong;
    }

    private IEnumerable<(string Transaction, DateTimeOffset Since)> Waiting(DateTimeOffset now) =>
        _waiting.Where(waiting => now - waiting.Since < WaitingAtMost);
}
