using Orleans;

namespace NetIdGrains.Authority;

/// <summary>S-1: an operator freezes or lifts, keyed by Net ID. It stores nothing.</summary>
[Alias("netid.operator-freeze")]
public interface IOperatorFreezeGrain : IGrainWithStringKey
{
    Task<Answer<CommandOutcome>> Freeze(OperatorFreeze command);
}

/// <param name="Reason">A code; the citizen sees it.</param>
/// <param name="LegalBasis">Statute and article; the citizen sees it.</param>
/// <param name="By">Which officer: kept with the freeze, and not shown to the citizen.</param>
/// <param name="Reference">The officer's own number for it: sent again for the same Net ID in the same month it counts once.</param>
[GenerateSerializer]
[Alias("netid.operator-freeze-command")]
public sealed record OperatorFreeze(string Reason, string LegalBasis, string By, string Reference, bool Lift);

[GrainType("operator-freeze")]
public sealed class OperatorFreezeGrain(References references, TimeProvider time) : Grain, IOperatorFreezeGrain
{
    private const int LongestText = 200;

    /// <summary>Counted first: a count too many after a crash is better than a freeze that the public never hears of.</summary>
    async Task<Answer<CommandOutcome>> IOperatorFreezeGrain.Freeze(OperatorFreeze command)
    {
        DeactivateOnIdle();
        var now = time.GetUtcNow();
        string[] texts = [command.Reason, command.LegalBasis, command.By, command.Reference];
        if (Array.Exists(texts, text => text.Trim().Length is 0 or > LongestText))
            return Refusal.FieldInvalid;
        var netId = this.GetPrimaryKeyString();
        if (await GrainFactory.GetGrain<INetIdGrain>(netId).Owner() is not { } owner)
            return Refusal.NetIdUnknown;
        var what = command.Lift ? ReportRules.OperatorFreezesLifted : ReportRules.OperatorFreezes;
        if ((await ReportGrain.Of(GrainFactory, now).Count(what, references.Act(what, netId, command.Reference))).Refusal is not Refusal.None and var uncounted)
            return uncounted;
        var freeze = new Freeze(Freeze.Everything, FreezeBy.Operator, now, Reason: command.Reason, LegalBasis: command.LegalBasis, Officer: command.By);
        return await GrainFactory.GetGrain<ICitizenGrain>(owner.PersonIndex).FreezeByOthers(new FreezeByOthers(freeze, command.Lift, netId));
    }
}
