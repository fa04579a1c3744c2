namespace NetIdGrains.Authority;

/// <summary>What an operator does to a citizen (S-1).</summary>
public sealed partial class CitizenGrain
{
    /// <summary>
    /// Carried out and noted in one write, and then counted: an act that is not counted yet stands in the record, and is until the report has taken it.
    /// </summary>
    async Task<Answer<Supervised>> ICitizenGrain.FreezeByOperator(OperatorFreeze command, string netId)
    {
        if (State.Status != EnrolmentStatus.Active || State.NetId != netId || await OpenAsync() is null)
            return Refusal.NetIdUnknown;
        var now = time.GetUtcNow();
        var next = OperatorActRules.Carry(State, command, now);
        if (next != State && !await TrySaveAsync(next))
            return Refusal.Unavailable;
        await CountActsAsync();
        return new Supervised(Freezes.EverythingSince(State.Freezes, now), State.OperatorActs);
    }

    /// <summary>In the month in which it was done, whenever that is; should a crash come between the two writes the report knows the act again.</summary>
    private async Task<bool> CountActsAsync()
    {
        if (OperatorActRules.AreCounted(State))
            return true;
        foreach (var act in State.OperatorActs.Where(act => !act.Counted))
        {
            var id = references.Act(act.CountedAs, PersonIndex, act.Time);
            if ((await ReportGrain.Of(GrainFactory, act.Time).Count(act.CountedAs, id)).Refusal != Refusal.None)
                return false;
        }

        return await TrySaveAsync(OperatorActRules.Counted(State));
    }
}
