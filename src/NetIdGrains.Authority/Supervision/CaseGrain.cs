using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

public sealed record CaseState
{
    public OpenCase? Content { get; init; }

    public DateTimeOffset Opened { get; init; }

    public ImmutableArray<CaseStep> Steps { get; init; } = [];

    public CaseStatus Status => Steps.IsEmpty ? CaseStatus.Received : Steps[^1].Status;

    public override string ToString() => "sealed";
}

/// <summary>Received, in hand, decided: forwards only.</summary>
public static class CaseRules
{
    public const int LongestReason = 1_000;

    public static bool IsDecided(CaseStatus status) => status is CaseStatus.Upheld or CaseStatus.Dismissed;

    public static Refusal Check(CaseState state, ChangeCase command) =>
        state.Content is null ? Refusal.CaseUnknown
        : !Enum.IsDefined(command.Status) || command.Reason.Length is 0 or > LongestReason || command.By.Length is 0 or > LongestReason ? Refusal.FieldInvalid
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
            refusal = await CountAsync(State.Content!.Kind, CaseStatus.Received);
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
        refusal = await CountAsync(State.Content!.Kind, command.Status);
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

    private async Task<Refusal> CountAsync(CaseKind kind, CaseStatus status) =>
        (await ReportGrain.Of(GrainFactory, time.GetUtcNow()).Count(ReportRules.NameOf(kind, status), $"{Id}/{status}")).Refusal;

    private CaseView ToView() => new(Id, State.Content!, State.Status, State.Opened, State.Opened + options.CaseTerm, State.Steps);
}
