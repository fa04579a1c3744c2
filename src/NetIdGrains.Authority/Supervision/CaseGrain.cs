using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

public sealed record CaseState
{
    public OpenCase? Content { get; init; }

    public DateTimeOffset Opened { get; init; }

    public ImmutableArray<CaseStep> Steps { get; init; } = [];

    /// <summary>How much of it the public report has: that it was received, and each step.</summary>
    public int Counted { get; init; }

    public CaseStatus Status => Steps.IsEmpty ? CaseStatus.Received : Steps[^1].Status;

    public override string ToString() => "sealed";
}

/// <summary>Received, in hand, decided: forwards only.</summary>
public static class CaseRules
{
    public const int LongestReason = 1_000;

    public static bool IsDecided(CaseStatus status) => status is CaseStatus.Upheld or CaseStatus.Dismissed;

    public static Fault Check(CaseState state, ChangeCase command) =>
        state.Content is null ? Refusal.CaseUnknown
        : !Enum.IsDefined(command.Status) ? Fault.Invalid("status must be in-hand, upheld or dismissed.")
        : command.Reason.Length is 0 or > LongestReason || command.By.Length is 0 or > LongestReason
            ? Fault.Invalid($"reason and by must each say something, in at most {LongestReason} characters.")
        : IsDecided(state.Status) || command.Status <= state.Status ? Refusal.CaseStatusInvalid
        : Refusal.None;
}

[GrainType("case")]
public sealed class CaseGrain(
    [PersistentState("case", StorageNames.Supervision)] IPersistentState<CaseState> stored,
    IDeadlines deadlines,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<CaseState>(stored), ICaseGrain
{
    private string Id => this.GetPrimaryKeyString();

    /// <summary>1. the deadline by which it will be looked at, 2. the case, 3. the list, 4. the count: each again is harmless.</summary>
    async Task<Answer<CaseView>> ICaseGrain.Open(OpenCase command)
    {
        var now = time.GetUtcNow();
        if (State.Content is null)
        {
            await deadlines.SetAsync($"case/{Id}", now + options.CaseRetention);
            if (!await TrySaveAsync(new CaseState { Content = command, Opened = now }))
                return Refusal.Unavailable;
        }

        var refusal = (await CaseListGrain.Of(GrainFactory).Add(Id)).Refusal;
        if (refusal == Refusal.None)
            refusal = await CountAsync();
        return refusal == Refusal.None ? ToView() : refusal;
    }

    Task<CaseView?> ICaseGrain.View()
    {
        if (State.Content is null)
            DeactivateOnIdle();
        return Task.FromResult(State.Content is null ? null : ToView());
    }

    async Task<Answer<CaseView>> ICaseGrain.Change(ChangeCase command)
    {
        var isRepeat = State.Steps is [.., var last] && (last.Status, last.Reason, last.By) == (command.Status, command.Reason, command.By);
        var refusal = isRepeat ? Refusal.None : CaseRules.Check(State, command);
        if (refusal != Refusal.None)
            return refusal;
        var step = new CaseStep(time.GetUtcNow(), command.Status, command.Reason, command.By);
        if (!isRepeat && !await TrySaveAsync(State with { Steps = State.Steps.Add(step) }))
            return Refusal.Unavailable;
        refusal = await CountAsync();
        if (refusal == Refusal.None && CaseRules.IsDecided(command.Status))
            refusal = (await CaseListGrain.Of(GrainFactory).Remove(Id)).Refusal;
        return refusal == Refusal.None ? ToView() : refusal;
    }

    async Task<NextLook> ICaseGrain.Tidy()
    {
        if (State.Content is null)
            return new NextLook(null);
        var due = (CaseRules.IsDecided(State.Status) ? State.Steps[^1].Time : time.GetUtcNow()) + options.CaseRetention;
        if (time.GetUtcNow() < due)
            return new NextLook(due);
        return new NextLook(await ClearAsync() ? null : time.GetUtcNow().AddMinutes(1));
    }

    /// <summary>Each in the month in which it happened; should a crash come between the two writes the report knows it again.</summary>
    private async Task<Refusal> CountAsync()
    {
        (CaseStatus Status, DateTimeOffset Time)[] happened = [(CaseStatus.Received, State.Opened), .. State.Steps.Select(step => (step.Status, step.Time))];
        foreach (var (status, at) in happened[State.Counted..])
        {
            var counted = await ReportGrain.Of(GrainFactory, at).Count(ReportRules.NameOf(State.Content!.Kind, status), $"{Id}/{status}");
            if (counted.Refusal != Refusal.None)
                return counted.Refusal;
        }

        return State.Counted == happened.Length || await TrySaveAsync(State with { Counted = happened.Length }) ? Refusal.None : Refusal.Unavailable;
    }

    private CaseView ToView() => new(Id, State.Content!, State.Status, State.Opened, State.Opened + options.CaseTerm, State.Steps);
}
