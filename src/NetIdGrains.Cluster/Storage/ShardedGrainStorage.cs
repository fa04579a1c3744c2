using System.Diagnostics.CodeAnalysis;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.Cluster;

/// <summary>
/// Spreads grains over storage accounts. While a shard moves, each grain's row is brought over when the grain is next read, in this order: the old
/// row becomes a tombstone that still holds the state, checked by its ETag, so that whoever has read it before cannot write it any more; the new
/// home takes the state; the tombstone is emptied. After a crash anywhere the next read goes on. What was never there gets an empty tombstone before
/// the new home takes its first row, and what is cleared meanwhile leaves a mark, so that nothing slow makes a row where one has been. A tombstone says by
/// which map it was made: who has an older one does not take it for nothing. ETags name their account, so one from elsewhere is never taken for one of here.
/// </summary>
/// <param name="current">Where each shard is.</param>
/// <param name="accounts">A storage for each account, by its name.</param>
public sealed class ShardedGrainStorage(CurrentShardMap current, IReadOnlyDictionary<string, IGrainStorage> accounts) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var place = await PlaceAsync(grainId);
        var row = await FindAsync<T>(place, stateName, grainId, isFirstWrite: false);
        grainState.RecordExists = row.IsThere;
        grainState.State = row.IsThere ? row.State.State! : Activator.CreateInstance<T>();
        grainState.ETag = row.IsThere ? Mark(place.Home, row.ETag) : null!;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var place = await PlaceAsync(grainId);
        var row = await HeldAsync(place, stateName, grainId, grainState);
        row.State = new Housed<T> { State = grainState.State };
        await accounts[place.Home].WriteStateAsync(stateName, grainId, row);
        (grainState.ETag, grainState.RecordExists) = (Mark(place.Home, row.ETag), true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is null)
            return; // nothing was there
        var place = await PlaceAsync(grainId);
        var row = await HeldAsync(place, stateName, grainId, grainState);
        row.State = new Housed<T> { Cleared = true };
        await (place.MovingFrom is null
            ? accounts[place.Home].ClearStateAsync(stateName, grainId, row)
            : accounts[place.Home].WriteStateAsync(stateName, grainId, row));
        (grainState.ETag, grainState.RecordExists, grainState.State) = (null!, false, Activator.CreateInstance<T>());
    }

    /// <summary>
    /// The row as the caller has read it. One that has read nothing may write only where nothing is: while the shard moves, nothing in the old home
    /// either.
    /// </summary>
    private async Task<Row<T>> HeldAsync<T>(GrainPlace place, string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is { } mark)
        {
            var etag = mark.StartsWith(place.Home + "|", StringComparison.Ordinal) ? mark[(place.Home.Length + 1)..] : throw Stale(mark, place.Home);
            return new Row<T> { ETag = etag, RecordExists = true };
        }

        var row = await FindAsync<T>(place, stateName, grainId, isFirstWrite: true);
        return row.IsThere ? throw Stale("", Mark(place.Home, row.ETag)) : row; // over a tombstone of an earlier stay or a mark, by its ETag
    }

    private async Task<Row<T>> FindAsync<T>(GrainPlace place, string stateName, GrainId grainId, bool isFirstWrite)
    {
        var home = accounts[place.Home];
        var here = await ReadAsync<T>(home, stateName, grainId);
        if (here.State.MovedBy >= place.Map)
            throw new OrleansException("This grain's state has moved, and the map that is known here does not say so yet.");
        if (place.MovingFrom is not { } from)
            return here;
        var old = accounts[from];
        var there = await ReadAsync<T>(old, stateName, grainId);
        if (there.State is not { State: { } state } left)
        {
            if (isFirstWrite && there.State.MovedBy != place.Map)
                await BuryAsync(old, stateName, grainId, there, default(T), place.Map);
            return here; // it never was there, or is brought over
        }

        if (left.MovedBy is null)
            await BuryAsync(old, stateName, grainId, there, state, place.Map);
        if (!here.IsDecided)
        {
            here.State = new Housed<T> { State = state };
            await home.WriteStateAsync(stateName, grainId, here);
            here.RecordExists = true;
        }

        await BuryAsync(old, stateName, grainId, there, default(T), place.Map);
        return here;
    }

    /// <summary>With a state in it, it has not arrived yet.</summary>
    private static Task BuryAsync<T>(IGrainStorage old, string stateName, GrainId grainId, Row<T> there, T? state, int map)
    {
        there.State = new Housed<T> { State = state, MovedBy = map };
        return old.WriteStateAsync(stateName, grainId, there);
    }

    private static async Task<Row<T>> ReadAsync<T>(IGrainStorage account, string stateName, GrainId grainId)
    {
        var row = new Row<T>();
        await account.ReadStateAsync(stateName, grainId, row);
        return row;
    }

    private async Task<GrainPlace> PlaceAsync(GrainId grainId)
    {
        try
        {
            var map = await current.ReadAsync();
            var place = map[ShardMap.ShardOf(grainId)];
            return new GrainPlace(map.Version, place.Home, place.MovingFrom);
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

        public bool IsThere => RecordExists && State is { MovedBy: null, Cleared: false };

        /// <summary>Whether this home has had its say, be it that there is nothing any more.</summary>
        public bool IsDecided => RecordExists && State.MovedBy is null;
    }

    /// <param name="Map">The version of the map that says so.</param>
    private readonly record struct GrainPlace(int Map, string Home, string? MovingFrom);

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

    /// <summary>It lives elsewhere now, by the map of this version. With a state in it, it has not arrived there yet.</summary>
    [Id(1)]
    public int? MovedBy { get; init; }

    /// <summary>It was here while its shard moved, and is nowhere any more.</summary>
    [Id(2)]
    public bool Cleared { get; init; }

    public override string ToString() => "sealed";
}
