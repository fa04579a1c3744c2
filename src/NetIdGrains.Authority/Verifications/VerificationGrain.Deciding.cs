using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What ends a verification: the citizen's decision, or nobody in time.</summary>
public sealed partial class VerificationGrain
{
    private const int MostWrongFaces = 5;

    async Task<Answer<Decided>> IVerificationGrain.Decide(WalletDecision decision, CancellationToken cancellationToken)
    {
        if (State.Open is not { } open)
            return NotThisPlatforms(Refusal.RequestUnknown);
        if (!SignedCommand.TryParse(decision.Jws, out var signed))
            return Refusal.CommandMalformed;
        if ((await SeenAsync()).Refusal is not Refusal.None and var unavailable)
            return unavailable;
        if (State.Status != VerificationStatus.Pending)
            return DecidedBy(signed);
        // Asked again now: a platform that was suspended meanwhile gets nothing out of what it began before.
        if (await GrainFactory.GetGrain<IPlatformGrain>(open.Ask.Platform).Record() is not { } platform || !MayStillAsk(platform, open.Ask))
            return Refusal.PlatformNotApproved;
        var refusal = ReadFactors(open.Ask, signed, decision.Factors, out var factors);
        if (refusal != Refusal.None)
            return refusal;
        var (approval, who) = await AskCitizenAsync(open, platform, decision, factors, cancellationToken);
        if (approval.Value is not { } decided)
            return approval.Refusal == Refusal.FaceNotMatched ? await CountFaceAsync(open, who!) : approval.Refusal;
        // Kept before it counts: should a crash come after that, the citizen's own word is there, and a repeat of it is known for one.
        open = open with { Approval = decision.Jws, ApprovalDigest = signed.Digest };
        if (!await TrySaveAsync(State with { Open = open }))
            return Refusal.Unavailable;
        var ask = open.Ask with { Predicates = decided.Predicates };
        var entry = decided.Denied
            ? await answers.EndAsync(ask, Transaction, State.Digest!, decided.Attested, Ending.Denied, Now)
            : await answers.AnswerAsync(ask, Transaction, State.Digest!, decided.Attested, Now);
        refusal = await RecordAsync(entry, open);
        return refusal == Refusal.None ? DecidedBy(signed) : refusal;
    }

    private static bool MayStillAsk(PlatformRecord platform, VerificationAsk ask) =>
        platform.Status == PlatformStatus.Approved || (platform.Status == PlatformStatus.Left && ask.Identifier is not null);

    /// <summary>What was sealed for this verification, and exactly what its mode needs (A9-1). A no needs nothing.</summary>
    private Refusal ReadFactors(VerificationAsk ask, SignedCommand command, string? text, out Factors? factors)
    {
        factors = null;
        if (command.Command != "approve")
            return text is null ? Refusal.None : Refusal.FactorsInvalid;
        if (text is null)
            return Modes.NeedsPassword(ask.Mode) || Modes.NeedsFace(ask.Mode) ? Refusal.FactorsMissing : Refusal.None;
        return SealedFactors.TryOpen(text, keys.Factors, Transaction, out factors) && VerificationRules.Fit(ask.Mode, factors, hasFace: false)
            ? Refusal.None
            : Refusal.FactorsInvalid;
    }

    private async Task<(Answer<Approval> Answer, Attested? Who)> AskCitizenAsync(
        OpenVerification open, PlatformRecord platform, WalletDecision decision, Factors? factors, CancellationToken cancellationToken)
    {
        var recipient = open.Ask.Fields.IsEmpty ? null : await platformKeys.RecipientSetAsync(platform);
        if (recipient is null && !open.Ask.Fields.IsEmpty)
            return (Refusal.EncryptionKeyMissing, null); // it has replaced its keys since it asked
        var command = new DecideVerification(
            decision.Jws,
            decision.DeviceNumber,
            Transaction,
            open.Ask,
            VerificationFlow.Required(open),
            recipient,
            factors?.Password,
            decision.Factors is null ? null : SealedFactors.DigestOf(decision.Factors),
            FaceMatched: false);
        var approval = await DecideAsync(command);
        if (approval.Value?.Face is not { } reference)
            return (approval, null);
        Answer<Approval> compared = await holderChecks.CompareAsync(reference, factors!.Face!, cancellationToken) switch
        {
            FaceComparison.Same => await DecideAsync(command with { FaceMatched = true }),
            FaceComparison.Unavailable => Refusal.HolderCheckUnavailable,
            _ => Refusal.FaceNotMatched,
        };
        return (compared, approval.Value.Attested);

        Task<Answer<Approval>> DecideAsync(DecideVerification decide) => decision.Guardian is { } guardian
            ? GrainFactory.GetGrain<IGuardianshipGrain>(decision.PersonIndex).Decide(decide, guardian)
            : GrainFactory.GetGrain<ICitizenGrain>(decision.PersonIndex).Decide(decide);
    }

    private async Task<Answer<VerificationView>> BeginAtCounterAsync(VerificationState begun, string qr)
    {
        var open = begun.Open!;
        if (!ChangingQr.TryOpen(qr, keys.Counter, out var opened, out _) || !references.TryOpenDevice(opened.Device, out var personIndex, out var device))
            return Refusal.QrMalformed;
        var resultOnly = open.Ask is { Mode: "R01", Fields.IsEmpty: true, Predicates.IsEmpty: true };
        var redeemed = await GrainFactory.GetGrain<ICitizenGrain>(personIndex).RedeemQr(new RedeemQr(qr, device, Transaction, open.Ask, resultOnly));
        if (redeemed.Value is not { } redemption)
            return redeemed.Refusal;
        if (!await TrySaveAsync(begun))
            return Refusal.Unavailable;
        if (redemption.PreApproved is not { } attested)
            return View(isNew: true);
        var refusal = await RecordAsync(await answers.AnswerAsync(open.Ask, Transaction, State.Digest!, attested, Now), open);
        return refusal == Refusal.None ? View(isNew: true) : refusal;
    }

    /// <summary>
    /// Begun again. At a counter a crash may have come between redeeming what was scanned and the end: the citizen's record knows whether they
    /// had agreed beforehand.
    /// </summary>
    private async Task<Answer<VerificationView>> BeginAgainAsync(string? qr)
    {
        var seen = await SeenAsync();
        if (qr is null || State.Status != VerificationStatus.Pending)
            return seen;
        var again = await BeginAtCounterAsync(State, qr);
        return again.Value is { } view ? view with { IsNew = false } : seen; // too old to be redeemed now: it stands as it does
    }

    /// <summary>A stranger with the device may not try faces for ever, each of which goes outside: after a few it ends as denied.</summary>
    private async Task<Answer<Decided>> CountFaceAsync(OpenVerification open, Attested who)
    {
        if (!await TrySaveAsync(State with { Open = open with { WrongFaces = open.WrongFaces + 1 } }))
            return Refusal.Unavailable;
        var refusal = State.Open!.WrongFaces < MostWrongFaces ? Refusal.None : await EndAsync(Ending.Denied, who.Failed(DecisionReason.FaceNotMatched));
        return refusal == Refusal.None ? Refusal.FaceNotMatched : refusal;
    }

    /// <summary>How it stands; what had ended when a crash came is found in the log, and what has run out of time ends now.</summary>
    private async Task<Answer<VerificationView>> SeenAsync()
    {
        var refusal = Refusal.None;
        if (State is { Status: VerificationStatus.Pending, Open: { } open }
            && await Log(open.Ask).Find(open.Ask.Platform, open.Ask.SequenceNumber) is { } logged)
            refusal = await SettleAsync(logged, open);
        else if (State.Status == VerificationStatus.Pending && VerificationFlow.StatusAt(State, Now) == VerificationStatus.Expired)
            refusal = await EndAsync(Ending.Expired);
        return refusal == Refusal.None ? View() : refusal;
    }

    /// <summary>Ends without a decision, unless the log knows of one.</summary>
    private async Task<Refusal> EndAsync(Ending ending, Attested? attested = null)
    {
        var open = State.Open!;
        return await RecordAsync(await answers.EndAsync(open.Ask, Transaction, State.Digest!, attested, ending, Now), open);
    }

    /// <summary>
    /// The insert decides: what is there now is how it ended, this or what an earlier try before a crash has left. Then the message to the
    /// platform is durable, then the state; whatever is interrupted is done again by the next call, with the same outcome.
    /// </summary>
    private async Task<Refusal> RecordAsync(LogEntry entry, OpenVerification open) =>
        await SettleAsync(await Log(open.Ask).Record(entry), open);

    private async Task<Refusal> SettleAsync(Logged logged, OpenVerification open)
    {
        var answer = logged.BodyDigest == State.Digest! ? logged.Answer : null;
        var status = answer is null ? VerificationStatus.Cancelled : VerificationFlow.StatusOf(answer.Ending);
        if (status == VerificationStatus.Approved && open.Carrier == Carrier.SameDevice)
            (status, open) = (VerificationStatus.Returning, open with { ReturnCode = Base32.Random(random, ReturnCodeSize) });
        var ended = State with { Status = status, Answer = answer, Open = open };
        if (open.Callback is { } address && (await TellAsync(ended, open.Ask.Platform, address)).Refusal is not Refusal.None and var untold)
            return untold;
        if (!await TrySaveAsync(ended))
            return Refusal.Unavailable;
        _ended.TrySetResult();
        return Refusal.None;
    }

    private async Task<Answer<NextLook>> TellAsync(VerificationState ended, string platformId, string address)
    {
        if (await GrainFactory.GetGrain<IPlatformGrain>(platformId).Record() is not { } platform)
            return Refusal.ClientUnknown;
        return await GrainFactory.GetGrain<IOutboxGrain>(Transaction).Send(
            new OutboxMessage(platformId, address, VerificationResponse.Write(ViewOf(ended)), platform.CallbackSecret));
    }

    /// <summary>It has ended: by this very command, or otherwise.</summary>
    private Answer<Decided> DecidedBy(SignedCommand command) =>
        State.Open?.ApprovalDigest == command.Digest && State.Status is not (VerificationStatus.Cancelled or VerificationStatus.Expired)
            ? ToDecided()
            : Refusal.TransactionEnded;

    private Decided ToDecided() => new(
        State.Status == VerificationStatus.Returning ? VerificationStatus.Approved : State.Status,
        State.Open is { Carrier: Carrier.SameDevice } open ? VerificationFlow.Redirect(open, Transaction, State.Status) : null);
}
