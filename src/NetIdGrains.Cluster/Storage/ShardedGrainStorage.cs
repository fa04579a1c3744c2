using System.Diagnostics.CodeAnalysis;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.Cluster;

/// <summary>
/// Spreads grains over storage accounts. While a shard moves, each grain's row is brought over when the grain is next read, in this order: the old
/// row becomes a tombstone that still holds the state, checked by its ETag, so that whoever has read it before cannot write it any more; the new
/// home takes the state; the tombstone is emptied. After a crash anywhere the next read goes on. ETags name their account, so one from elsewhere is
/// never taken for one of here.
/// </summary>
/// <param name="current">Where each shard is.</param>
/// <param name="accounts">A storage for each account, by its name.</param>
public sealed class ShardedGrainStorage(CurrentShardMap current, IReadOnlyDictionary<string, IGrainStorage> accounts) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var place = (await MapAsync())[ShardMap.ShardOf(grainId)];
        var row = await FindAsync<T>(place, stateName, grainId);
        grainState.RecordExists = row.IsThere;
        grainState.State = row.IsThere ? row.State.State! : Activator.CreateInstance<T>();
        grainState.ETag = row.IsThere ? Mark(place.Home, row.ETag) : null!;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var place = (await MapAsync())[ShardMap.ShardOf(grainId)];
        var row = await HeldAsync(place, stateName, grainId, grainState);
        row.State = new Housed<T> { State = grainState.State };
        await accounts[place.Home].WriteStateAsync(stateName, grainId, row);
        (grainState.ETag, grainState.RecordExists) = (Mark(place.Home, row.ETag), true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var place = (await MapAsync())[ShardMap.ShardOf(grainId)];
        if (grainState.ETag is null)
            return; // nothing was there
        var row = await HeldAsync(place, stateName, grainId, grainState);
        await accounts[place.Home].ClearStateAsync(stateName, grainId, row);
        (grainState.ETag, grainState.RecordExists, grainState.State) = (null!, false, Activator.CreateInstance<T>());
    }

    /// <summary>
    /// The row as the caller has read it. One that has read nothing may write only where nothing is: while the shard moves, nothing in the old home
    /// either.
    /// </summary>
    private async Task<Row<T>> HeldAsync<T>(ShardPlace place, string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is { } mark)
        {
            var etag = mark.StartsWith(place.Home + "|", StringComparison.Ordinal) ? mark[(place.Home.Length + 1)..] : throw Stale(mark, place.Home);
            return new Row<T> { ETag = etag, RecordExists = true };
        }

        var row = await FindAsync<T>(place, stateName, grainId);
        return row.IsThere ? throw Stale("", Mark(place.Home, row.ETag)) : row; // over a tombstone of an earlier stay here, by its ETag
    }

    private async Task<Row<T>> FindAsync<T>(ShardPlace place, string stateName, GrainId grainId)
    {
        var home = accounts[place.Home];
        var here = await ReadAsync<T>(home, stateName, grainId);
        if (place.MovingFrom is not { } from)
            return here;
        var old = accounts[from];
        var there = await ReadAsync<T>(old, stateName, grainId);
        if (there.State is not { State: { } state } left)
            return here; // it never was there, or is brought over
        if (!left.Moved)
        {
            there.State = left with { Moved = true };
            await old.WriteStateAsync(stateName, grainId, there);
        }

        if (!here.IsThere)
        {
            here.State = new Housed<T> { State = state };
            await home.WriteStateAsync(stateName, grainId, here);
            here.RecordExists = true;
        }

        there.State = new Housed<T> { Moved = true };
        await old.WriteStateAsync(stateName, grainId, there);
        return here;
    }

    private static async Task<Row<T>> ReadAsync<T>(IGrainStorage account, string stateName, GrainId grainId)
    {
        var row = new Row<T>();
        await account.ReadStateAsync(stateName, grainId, row);
        return row;
    }

    private async Task<ShardMap> MapAsync()
    {
        try
        {
            return await current.ReadAsync();
        }
        catch (IOException exception)
        {
            throw new OrleansException("Nobody can say where this grain's state is now.", exception);
        }
    }

    private static string Mark(string account, string? etag) => $"{account}|{etag}";

    /// <summary>What one account has of a grain.</summary>
    private sealed class Row<T> : IGrainState<Housed<T>>
    {
        [AllowNull]
        public Housed<T> State
        {
            get;
            set => field = value ?? new Housed<T>();
        } = new();

        [AllowNull]
        public string ETag { get; set; }

        public bool RecordExists { get; set; }

        public bool IsThere => RecordExists && !State.Moved;
    }

    private static InconsistentStateException Stale(string known, string stored) =>
        new("This grain's state has moved, or was written by another activation.", stored, known);
}

/// <summary>What an account holds of a grain.</summary>
[GenerateSerializer]
[Alias("netid.housed")]
public sealed record Housed<T>
{
    [Id(0)]
    public T? State { get; init; }

    /// <summary>It lives elsewhere now. With a state in it, it has not arrived there yet.</summary>
    [Id(1)]
    public bool Moved { get; init; }

    public override string ToString() => "sealed";
}
