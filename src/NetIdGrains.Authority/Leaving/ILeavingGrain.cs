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

/// <param name="Receipt">The authority's signed <see cref="Credentials.DeletionReceipt"/>.</param>
[GenerateSerializer]
[Alias("netid.departure")]
public sealed record Departure(DateTimeOffset Time, string Receipt);
