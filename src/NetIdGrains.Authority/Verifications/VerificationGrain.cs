using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// Begun, decided, ended: in this order, each durable before the next. What decides how it ends is one conditional insert into the
/// authentication log; the state follows it, and after a crash the next call finds the insert and goes on from there.
/// </summary>
[GrainType("verification")]
public sealed partial class VerificationGrain(
    [PersistentState("verification", StorageNames.Verifications)] IPersistentState<VerificationState> stored,
    VerificationAnswers answers,
    AuthorityKeys keys,
    PlatformKeys platformKeys,
    HolderChecks holderChecks,
    References references,
    IDeadlines deadlines,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<VerificationState>(stored), IVerificationGrain
{
    private const int ReturnCodeSize = 20;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Transaction => this.GetPrimaryKeyString();

    /// <summary>Whole seconds, as receipts and answers say it.</summary>
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    async Task<Answer<VerificationView>> IVerificationGrain.Begin(BeginVerification command)
    {
        var (ask, digest) = (command.Ask, answers.Digest(command.Ask, VerificationFlow.Rest(command)));
        if (State.Status != VerificationStatus.None)
            return State.Digest == digest ? await BeginAgainAsync(command.Qr) : Refusal.SequenceNumberUsed;
        if (await Log(ask).Find(ask.Platform, ask.SequenceNumber) is not null)
            return Refusal.SequenceNumberUsed;
        if (await GrainFactory.GetGrain<IPlatformGrain>(ask.Platform).Record() is not { } platform)
            return Refusal.ClientUnknown;
        var refusal = await CheckAsync(command, platform);
        if (refusal != Refusal.None)
            return refusal;
        var now = Now;
        var begun = new VerificationState
        {
            Status = VerificationStatus.Pending,
            Platform = ask.Platform,
            SequenceNumber = ask.SequenceNumber,
            Digest = digest,
            Begun = now,
            Expires = now + options.VerificationLifetime,
            Open = VerificationFlow.Open(command, platform.Registration),
        };
        await deadlines.SetAsync($"verification/{Transaction}", now + VerificationFlow.RememberedFor); // before the state: a deadline for nothing is harmless
        if (command.Qr is { } qr)
            return await BeginAtCounterAsync(begun, qr);
        return await TrySaveAsync(begun) ? View(isNew: true) : Refusal.Unavailable;
    }

    async Task<Answer<VerificationView>> IVerificationGrain.View(string platform) =>
        State.Platform == platform ? await SeenAsync() : NotThisPlatforms();

    async Task IVerificationGrain.Wait(TimeSpan wait)
    {
        if (State.Status != VerificationStatus.Pending)
            return;
        try
        {
            await _ended.Task.WaitAsync(wait, time);
        }
        catch (TimeoutException)
        {
            // still pending: whoever waits asks again
        }
    }

    async Task<Answer<VerificationView>> IVerificationGrain.Cancel(string platform)
    {
        if (State.Platform != platform)
            return NotThisPlatforms();
        if (VerificationFlow.StatusAt(State, Now) == VerificationStatus.Pending)
        {
            var refusal = await EndAsync(Ending.Cancelled);
            if (refusal != Refusal.None)
                return refusal;
        }

        return State.Status == VerificationStatus.Cancelled ? View() : Refusal.TransactionEnded;
    }

    async Task<Answer<VerificationView>> IVerificationGrain.Return(ReturnVerification command)
    {
        if (State.Platform != command.Platform)
            return NotThisPlatforms();
        if (State.Open is not { Carrier: Carrier.SameDevice } open || !VerificationFlow.Returns(open, command))
            return Refusal.ReturnInvalid;
        if (State.Status == VerificationStatus.Returning && !await TrySaveAsync(State with { Status = VerificationStatus.Approved }))
            return Refusal.Unavailable;
        return View();
    }

    Task<Answer<VerificationRequestView>> IVerificationGrain.Show()
    {
        if (State.Open is not { } open)
            return Task.FromResult<Answer<VerificationRequestView>>(NotThisPlatforms(Refusal.RequestUnknown));
        if (VerificationFlow.StatusAt(State, Now) != VerificationStatus.Pending)
            return Task.FromResult<Answer<VerificationRequestView>>(Refusal.TransactionEnded);
        var ask = open.Ask;
        return Task.FromResult<Answer<VerificationRequestView>>(new VerificationRequestView(
            Transaction,
            ask.Platform,
            open.PlatformName,
            ask.Service,
            ask.Purpose,
            ask.LegalBasis,
            open.Alternative,
            ask.Mode,
            open.Carrier,
            ask.Identifier is not null,
            open.Fields,
            ask.Predicates,
            State.Expires));
    }

    async Task<NextLook> IVerificationGrain.Tidy()
    {
        var now = Now;
        if (State.Status == VerificationStatus.None)
            return new NextLook(null);
        if (now >= State.Begun + options.AnswerLifetime)
            return new NextLook(await ClearAsync() ? null : now + TimeSpan.FromMinutes(1));
        if (State.Open is not null && now >= State.Begun + VerificationFlow.RememberedFor)
        {
            await SeenAsync(); // what nobody decided ends here
            if (State.Status == VerificationStatus.Pending || !await TrySaveAsync(VerificationFlow.Forget(State)))
                return new NextLook(now + TimeSpan.FromMinutes(1));
        }

        return new NextLook(State.Begun + (State.Open is null ? options.AnswerLifetime : VerificationFlow.RememberedFor));
    }

    private async Task<Fault> CheckAsync(BeginVerification command, PlatformRecord platform)
    {
        var refusal = VerificationFlow.Check(command, platform.Registration);
        if (refusal != Refusal.None)
            return refusal;
        if (Modes.NeedsFace(command.Ask.Mode) && !holderChecks.IsAvailable)
            return Refusal.ModeNotAvailable;
        return command.Ask.Fields.IsEmpty ? Refusal.None : await CheckRecipientAsync(platform);
    }

    private async Task<Refusal> CheckRecipientAsync(PlatformRecord platform)
    {
        try
        {
            return await platformKeys.RecipientSetAsync(platform) is null ? Refusal.EncryptionKeyMissing : Refusal.None;
        }
        catch (IOException)
        {
            return Refusal.PlatformKeysUnavailable;
        }
    }

    private VerificationView View(bool isNew = false) =>
        ViewOf(State) with { IsNew = isNew };

    /// <summary>What its platform may see of a state: after an approval on the same device nothing, until the browser is back.</summary>
    private VerificationView ViewOf(VerificationState state) => new(
        Transaction,
        state.SequenceNumber!,
        state.Status,
        state.Expires,
        state.Status == VerificationStatus.Returning ? null : state.Answer,
        IsNew: false);

    private Refusal NotThisPlatforms(Refusal refusal = Refusal.TransactionUnknown)
    {
        if (State.Status == VerificationStatus.None)
            DeactivateOnIdle();
        return refusal;
    }

    private IAuthenticationLogGrain Log(VerificationAsk ask) => GrainFactory.AuthenticationLog(ask.Platform, ask.SequenceNumber);
}
