using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>Which platforms there are, so that everyone can see them: ids alone, in one row.</summary>
[Alias("netid.platform-register")]
public interface IPlatformRegisterGrain : IGrainWithStringKey
{
    Task<Answer<PlatformIds>> Add(string platform, bool isRequest);

    /// <summary>The next ids after this one, in ordinal order.</summary>
    Task<PlatformIds> List(string after, int most);
}

[GenerateSerializer]
[Alias("netid.platform-ids")]
public sealed record PlatformIds(ImmutableArray<string> Ids);

public sealed record PlatformRegisterState
{
    public ImmutableSortedSet<string> Platforms { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>How many of them asked by themselves.</summary>
    public int Requests { get; init; }
}

[GrainType("platform-register")]
public sealed class PlatformRegisterGrain(
    [PersistentState("register", StorageNames.Platforms)] IPersistentState<PlatformRegisterState> stored)
    : StatefulGrain<PlatformRegisterState>(stored), IPlatformRegisterGrain
{
    /// <summary>Anyone may ask, so what asking can store has an end.</summary>
    private const int MostRequests = 10_000;

    public static IPlatformRegisterGrain Of(IGrainFactory grains) => grains.GetGrain<IPlatformRegisterGrain>("platforms");

    async Task<Answer<PlatformIds>> IPlatformRegisterGrain.Add(string platform, bool isRequest)
    {
        var added = new PlatformIds([platform]);
        if (State.Platforms.Contains(platform))
            return added;
        if (isRequest && State.Requests >= MostRequests)
            return Refusal.TooManyRequests;
        var next = State with { Platforms = Ordered(State.Platforms).Add(platform), Requests = State.Requests + (isRequest ? 1 : 0) };
        return await TrySaveAsync(next) ? added : Refusal.Unavailable;
    }

    Task<PlatformIds> IPlatformRegisterGrain.List(string after, int most) => Task.FromResult(
        new PlatformIds([.. Ordered(State.Platforms).SkipWhile(id => string.CompareOrdinal(id, after) <= 0).Take(most)]));

    /// <summary>A set read back from storage has the culture's order.</summary>
    private static ImmutableSortedSet<string> Ordered(ImmutableSortedSet<string> set) => set.WithComparer(StringComparer.Ordinal);
}
