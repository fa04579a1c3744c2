using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>The supervisor's queue: ids of cases that are not decided, in the order in which they came.</summary>
[Alias("netid.case-list")]
public interface ICaseListGrain : IGrainWithStringKey
{
    Task<Answer<CaseIds>> Add(string id);

    Task<Answer<CaseIds>> Remove(string id);

    Task<CaseIds> List(int most);
}

[GenerateSerializer]
[Alias("netid.case-ids")]
public sealed record CaseIds(ImmutableArray<string> Ids);

public sealed record CaseListState
{
    public ImmutableList<string> Ids { get; init; } = [];
}

[GrainType("case-list")]
public sealed class CaseListGrain([PersistentState("list", StorageNames.Supervision)] IPersistentState<CaseListState> stored)
    : StatefulGrain<CaseListState>(stored), ICaseListGrain
{
    /// <summary>A queue that nobody works off does not grow for ever.</summary>
    private const int Most = 10_000;

    public static ICaseListGrain Of(IGrainFactory grains) => grains.GetGrain<ICaseListGrain>("open");

    async Task<Answer<CaseIds>> ICaseListGrain.Add(string id)
    {
        if (State.Ids.Contains(id))
            return new CaseIds([id]);
        if (State.Ids.Count >= Most)
            return Refusal.TooManyRequests;
        return await TrySaveAsync(new CaseListState { Ids = State.Ids.Add(id) }) ? new CaseIds([id]) : Refusal.Unavailable;
    }

    async Task<Answer<CaseIds>> ICaseListGrain.Remove(string id) =>
        !State.Ids.Contains(id) || await TrySaveAsync(new CaseListState { Ids = State.Ids.Remove(id) }) ? new CaseIds([id]) : Refusal.Unavailable;

    Task<CaseIds> ICaseListGrain.List(int most) => Task.FromResult(new CaseIds([.. State.Ids.Take(most)]));
}
