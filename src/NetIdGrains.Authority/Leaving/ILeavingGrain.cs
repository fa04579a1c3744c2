using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// Somebody leaves (A9-4): the steps from their command to nothing, and the one place that takes them up again after a crash. Keyed by a MAC of
/// the person index, so that its deadline, which lies elsewhere, names nobody.
/// </summary>
[Alias("netid.leaving")]
public interface ILeavingGrain : IGrainWithStringKey
{
    /// <summary>The signed command <c>cancel</c>. Repeating it finds what is under way, or its receipt again.</summary>
    [ResponseTimeout("00:00:20")]
    Task<Answer<Departure>> Leave(LeaveCommand command);

    /// <summary>By the sweeper: finishes what was interrupted. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

/// <param name="Guardian">Whose command it is, when a guardian leaves for a child: their device.</param>
[GenerateSerializer]
[Alias("netid.leave")]
public sealed record LeaveCommand(string PersonIndex, WalletCommand Command, Guardian? Guardian)
{
    public override string ToString() => "sealed";
}

/// <param name="Hold">What a law made the authority keep; null for nothing.</param>
/// <param name="Receipt">The authority's signed <see cref="Credentials.DeletionReceipt"/>.</param>
[GenerateSerializer]
[Alias("netid.departure")]
public sealed record Departure(DateTimeOffset Time, string Receipt, HeldByLaw? Hold = null);

/// <summary>That something is kept, as its citizen is told: what it is they can read in the authority's metadata.</summary>
/// <param name="LegalBasis">The law that asks for it.</param>
/// <param name="Until">When it is deleted: the end of a day.</param>
[GenerateSerializer]
[Alias("netid.held-by-law")]
public sealed record HeldByLaw(string LegalBasis, DateTimeOffset Until);
