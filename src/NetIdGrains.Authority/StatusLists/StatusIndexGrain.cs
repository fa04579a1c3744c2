using System.IO.Compression;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

public sealed record StatusIndexState
{
    /// <summary>A bit for each place that is taken; ZLIB, base64.</summary>
    public string? Taken { get; init; }
}

/// <summary>
/// Places are taken ahead, many with one write, and handed out from memory: what a process that dies has not handed out stays taken, and is
/// nobody's. Those are places like any other on the list.
/// </summary>
[GrainType("status-index")]
public sealed class StatusIndexGrain(
    [PersistentState("taken", StorageNames.StatusLists)] IPersistentState<StatusIndexState> stored,
    IDeadlines deadlines,
    IRandomSource random,
    TimeProvider time) : StatefulGrain<StatusIndexState>(stored), IStatusIndexGrain
{
    private const int Ahead = 64; // and no less than the largest batch
    private readonly Queue<int> _ready = [];

    private string Name => this.GetPrimaryKeyString();

    private IStatusListGrain List => GrainFactory.GetGrain<IStatusListGrain>(Name);

    async Task<Answer<TakenPlaces>> IStatusIndexGrain.Take(int count)
    {
        if (_ready.Count < count && !await TakeAheadAsync())
            return Refusal.Unavailable;
        return new TakenPlaces(_ready.Count < count ? [] : [.. Enumerable.Range(0, count).Select(_ => _ready.Dequeue())]);
    }

    /// <summary>What is not handed out any more when the month is over needs no list; a deadline that came too early is set again.</summary>
    async Task<NextLook> IStatusIndexGrain.Tidy()
    {
        var now = time.GetUtcNow();
        if (!StatusBlock.TryParse(Name, out var block) || now >= block.Dropped)
            return new NextLook((await List.Drop()).Refusal == Refusal.None && await ClearAsync() ? null : now.AddMinutes(1));
        return new NextLook(block.Dropped);
    }

    /// <summary>The deadline first, then the list, then that places are taken: nothing is handed out of a list that nobody publishes or drops.</summary>
    private async Task<bool> TakeAheadAsync()
    {
        if (State.Taken is null && !await BeginAsync())
            return false;
        var places = State.Taken is { } taken ? StatusIndexAllocator.FromBytes(Unpack(taken)) : new StatusIndexAllocator(StatusBlock.Size);
        if (places.Free == 0)
            return true;
        var drawn = places.TakeDecoys(Math.Min(Ahead, places.Free), random);
        if (!await TrySaveAsync(new StatusIndexState { Taken = Pack(places.ToBytes()) }))
            return false;
        foreach (var index in drawn)
            _ready.Enqueue(index);
        return true;
    }

    private async Task<bool> BeginAsync()
    {
        if (!StatusBlock.TryParse(Name, out var block) || !block.IsCurrent(time.GetUtcNow()))
            return false;
        try
        {
            await deadlines.SetAsync($"status-list/{Name}", block.Dropped);
        }
        catch (IOException)
        {
            return false;
        }

        return (await List.Begin()).Refusal == Refusal.None;
    }

    private static string Pack(byte[] bits)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bits);
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    private static byte[] Unpack(string taken)
    {
        using var zlib = new ZLibStream(new MemoryStream(Convert.FromBase64String(taken)), CompressionMode.Decompress);
        var bits = new byte[StatusBlock.Size / 8];
        zlib.ReadExactly(bits);
        return bits;
    }
}
