using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>What an operator did to somebody by law (S-1), kept in that person's record: who answers for it, and until the public has counted it.</summary>
/// <param name="Lift">It lifted what was frozen so; otherwise it froze.</param>
/// <param name="Officer">Who answers for it; the citizen does not see it.</param>
/// <param name="Reference">The officer's own number for it.</param>
/// <param name="Counted">Whether the report has it.</param>
[GenerateSerializer]
[Alias("netid.operator-act")]
public sealed record OperatorAct(
    bool Lift, DateTimeOffset Time, string Reason, string LegalBasis, string Officer, string Reference, bool Counted = false)
{
    public string CountedAs => Lift ? ReportRules.OperatorFreezesLifted : ReportRules.OperatorFreezes;
}

/// <summary>How somebody stands after it, with what operators have done to them so far.</summary>
[GenerateSerializer]
[Alias("netid.supervised")]
public sealed record Supervised(DateTimeOffset? FrozenSince, ImmutableArray<OperatorAct> Acts);

public static class OperatorActRules
{
    private const int Kept = 50;

    /// <summary>
    /// By their reference: an order that stands is not carried out twice, and what none stands for is not lifted; the same record then, and nothing counted.
    /// Of several orders each stands until it is lifted itself.
    /// </summary>
    public static CitizenState Carry(CitizenState state, OperatorFreeze command, DateTimeOffset now)
    {
        if (IsStanding(state.OperatorActs, command.Reference) != command.Lift)
            return state;
        var acts = state.OperatorActs.Add(new OperatorAct(command.Lift, now, command.Reason, command.LegalBasis, command.By, command.Reference));
        var freezes = !command.Lift
            ? Freezes.Add(state.Freezes, new Freeze(Freeze.Everything, FreezeBy.Operator, now, Reason: command.Reason, LegalBasis: command.LegalBasis), now)
            : acts.Any(act => IsStanding(acts, act.Reference)) ? state.Freezes : state.Freezes.RemoveAll(freeze => freeze.By == FreezeBy.Operator);
        return state with
        {
            Freezes = freezes,
            OperatorActs = [.. acts.Where((act, index) => index >= acts.Length - Kept || !act.Counted || IsStanding(acts, act.Reference))],
        };
    }

    private static bool IsStanding(ImmutableArray<OperatorAct> acts, string reference) => acts.LastOrDefault(act => act.Reference == reference) is { Lift: false };

    public static bool AreCounted(CitizenState state) => state.OperatorActs.All(act => act.Counted);

    public static CitizenState Counted(CitizenState state) => state with { OperatorActs = [.. state.OperatorActs.Select(act => act with { Counted = true })] };
}
