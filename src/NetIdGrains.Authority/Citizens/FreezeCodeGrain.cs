using Orleans;

namespace NetIdGrains.Authority;

/// <summary>Freezing without any device: the Net ID, which is the key, and the code that was given at enrolment. It stores nothing.</summary>
[Alias("netid.freeze-code")]
public interface IFreezeCodeGrain : IGrainWithStringKey
{
    /// <param name="code">As it was typed.</param>
    /// <param name="source">A MAC of where it was typed.</param>
    Task<Answer<CommandOutcome>> Freeze(string code, string source);
}

/// <summary>A wrong code spends the source's budget before it reaches anybody's record: one device or a thousand, guessing is slow.</summary>
[GrainType("freeze-code")]
public sealed class FreezeCodeGrain : Grain, IFreezeCodeGrain
{
    async Task<Answer<CommandOutcome>> IFreezeCodeGrain.Freeze(string code, string source)
    {
        DeactivateOnIdle(); // whoever types a Net ID that there is not leaves nothing
        var (netId, budget) = (this.GetPrimaryKeyString(), GuessBudgetGrain.OfSource(GrainFactory, source));
        if (!await budget.TrySpend())
            return Refusal.TooManyGuesses;
        if (await GrainFactory.GetGrain<INetIdGrain>(netId).Owner() is not { } owner)
            return Refusal.FreezeCodeWrong;
        var frozen = await GrainFactory.GetGrain<ICitizenGrain>(owner.PersonIndex).FreezeByCode(new FreezeByCode(netId, code));
        if (frozen.Refusal == Refusal.None)
            await budget.GiveBack();
        return frozen;
    }
}
