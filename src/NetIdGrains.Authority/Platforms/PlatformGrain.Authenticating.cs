namespace NetIdGrains.Authority;

/// <summary>How a platform shows who it is.</summary>
public sealed partial class PlatformGrain
{
    /// <summary>In five minutes; a token lasts as long, so one assertion per front door and minute is plenty.</summary>
    private const int MostAssertions = 1_000;

    async Task<Answer<AccessToken>> IPlatformGrain.Authenticate(ClientAssertion assertion)
    {
        if (State.Registration is null)
            return NotRegistered(Refusal.ClientUnknown);
        if (PlatformRules.StatusAt(State, time.GetUtcNow()) is not (PlatformStatus.Approved or PlatformStatus.Left))
            return Refusal.PlatformNotApproved;
        var signed = await CheckAsync(assertion.Jwt, again: false);
        if (signed.Fault.Refusal == Refusal.AssertionInvalid && State.Registration.KeysAddress is not null)
            signed = await CheckAsync(assertion.Jwt, again: true); // it may have a key that we have not fetched yet
        if (signed.Fault.Refusal != Refusal.None)
            return signed.Fault;
        var now = time.GetUtcNow();
        var stillGood = State.UsedAssertions.RemoveRange(State.UsedAssertions.Where(used => used.Value < now).Select(used => used.Key));
        if (stillGood.ContainsKey(signed.Id))
            return Refusal.AssertionReplayed;
        if (stillGood.Count >= MostAssertions)
            return Refusal.TooManyAssertions;
        return await TrySaveAsync(State with { UsedAssertions = stillGood.Add(signed.Id, signed.Expires) })
            ? accessTokens.Issue(new TokenBinding(PlatformId, assertion.ProofKey, signed.Key))
            : Refusal.Unavailable;
    }

    private async Task<ClientAssertions.CheckedAssertion> CheckAsync(string jwt, bool again)
    {
        try
        {
            var keys = PlatformKeys.SigningKeys(await platformKeys.CurrentAsync(State, again), State.RemovedKeys);
            return await ClientAssertions.CheckAsync(jwt, PlatformId, keys, options.Issuer, time.GetUtcNow());
        }
        catch (IOException)
        {
            return new ClientAssertions.CheckedAssertion(Refusal.PlatformKeysUnavailable);
        }
    }
}
