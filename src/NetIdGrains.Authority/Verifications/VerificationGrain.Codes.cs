namespace NetIdGrains.Authority;

/// <summary>A Net ID and a dynamic password, typed where no wallet is at hand: asked and answered at once, and nothing of it is kept here.</summary>
public sealed partial class VerificationGrain
{
    /// <summary>
    /// A guess spends the platform's budget and the source's before it reaches anybody's record, and gets it back only when it was right. A
    /// repeat is answered from the log and is no guess.
    /// </summary>
    async Task<Answer<VerificationAnswer>> IVerificationGrain.VerifyCode(VerifyCode command)
    {
        var ask = command.Ask;
        if (State.Status != VerificationStatus.None)
            return Refusal.SequenceNumberUsed;
        DeactivateOnIdle(); // nothing of this is kept here
        var digest = answers.Digest(ask, command.NetId, command.Code);
        if (await Log(ask).Find(ask.Platform, ask.SequenceNumber) is { } known)
            return known.AnswerTo(digest);
        IGuessBudgetGrain[] budgets =
            [GuessBudgetGrain.OfPlatform(GrainFactory, ask.Platform), GuessBudgetGrain.OfSource(GrainFactory, command.Source)];
        if (!await budgets[0].TrySpend())
            return Refusal.TooManyGuesses;
        if (!await budgets[1].TrySpend())
        {
            await budgets[0].GiveBack(); // or one source that goes on guessing would spend what the platform's other users need
            return Refusal.TooManyGuesses;
        }

        var attested = await RedeemAsync(command);
        if (attested.Value is not { } said)
            return attested.Refusal;
        if (said.Passed)
        {
            foreach (var budget in budgets)
                await budget.GiveBack();
        }

        return (await Log(ask).Record(await answers.AnswerAsync(ask, Transaction, digest, said, Now))).AnswerTo(digest);
    }

    private async Task<Answer<Attested>> RedeemAsync(VerifyCode command) =>
        await GrainFactory.GetGrain<INetIdGrain>(command.NetId).Owner() is { } owner
            ? await GrainFactory.GetGrain<ICitizenGrain>(owner.PersonIndex).RedeemCode(new RedeemCode(command.NetId, command.Code, command.Ask))
            : Attested.Nobody;
}
