using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>Which places of a status list are taken. Keyed by a <see cref="StatusBlock"/>.</summary>
[Alias("netid.status-index")]
public interface IStatusIndexGrain : IGrainWithStringKey
{
    /// <summary>Places that nobody has had, drawn from all that are free; none when fewer than this are left.</summary>
    Task<Answer<TakenPlaces>> Take(int count);

    /// <summary>By the sweeper: drops the list when its month is over. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

[GenerateSerializer]
[Alias("netid.taken-places")]
public sealed record TakenPlaces(ImmutableArray<int> Indexes)
{
    public override string ToString() => "sealed";
}
