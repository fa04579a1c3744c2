using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// What a law makes the authority keep of somebody who left (A9-4), keyed by a random id that follows from nothing. The authority has no key that
/// opens it and no way from a person to it: it is there for the disclosure process, which has the escrow key, until it is due.
/// </summary>
[Alias("netid.legal-hold-grain")]
public interface ILegalHoldGrain : IGrainWithStringKey
{
    /// <summary>Keeping it again keeps it once.</summary>
    Task<Answer<LegalHold>> Keep(LegalHold hold);

    /// <summary>By the sweeper: when it is due, it goes. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

/// <param name="Id">The row's key.</param>
/// <param name="Sealed">A JWE to the escrow key.</param>
[GenerateSerializer]
[Alias("netid.legal-hold")]
public sealed record LegalHold(string Id, string Sealed, HeldByLaw Terms)
{
    public override string ToString() => "sealed";
}

public sealed record LegalHoldState
{
    /// <summary>A JWE to the escrow key.</summary>
    public string? Sealed { get; init; }

    public HeldByLaw? Terms { get; init; }

    public override string ToString() => "sealed";
}

[GrainType("legal-hold")]
public sealed class LegalHoldGrain(
    [PersistentState("legal-hold", StorageNames.Supervision)] IPersistentState<LegalHoldState> stored, IDeadlines deadlines, TimeProvider time)
    : StatefulGrain<LegalHoldState>(stored), ILegalHoldGrain
{
    async Task<Answer<LegalHold>> ILegalHoldGrain.Keep(LegalHold hold)
    {
        if (!LegalHoldRules.IsToBeWritten(State, hold, time.GetUtcNow()))
            return hold;
        await deadlines.SetAsync($"legal-hold/{hold.Id}", hold.Terms.Until); // before the state: without its end it would stay for ever
        return await TrySaveAsync(new LegalHoldState { Sealed = hold.Sealed, Terms = hold.Terms }) ? hold : Refusal.Unavailable;
    }

    async Task<NextLook> ILegalHoldGrain.Tidy()
    {
        var now = time.GetUtcNow();
        DeactivateOnIdle();
        if (State.Terms is not { } terms)
            return new NextLook(null);
        return now < terms.Until ? new NextLook(terms.Until) : new NextLook(await ClearAsync() ? null : now.AddMinutes(1));
    }
}
