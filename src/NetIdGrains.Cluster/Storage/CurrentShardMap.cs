namespace NetIdGrains.Cluster;

/// <summary>
/// The shard map as this process knows it: read again after a second, and not believed after five. So an operator who has published that a shard
/// moves, and waited for longer than that, knows that every silo which still writes knows of it.
/// </summary>
/// <param name="read">Reads what is published.</param>
/// <param name="time">The clock.</param>
public sealed class CurrentShardMap(Func<CancellationToken, Task<ShardMap>> read, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1);
    /// <summary>One reference, so that whoever reads it beside a write gets a map and its time together.</summary>
    private volatile Known? _known;

    public void Dispose() => _reading.Dispose();

    /// <exception cref="IOException">Nobody can say where the shards are now.</exception>
    public async ValueTask<ShardMap> ReadAsync()
    {
        if (_known is { } fresh && time.GetElapsedTime(fresh.Asked) < ReadAgainAfter)
            return fresh.Map;
        await _reading.WaitAsync();
        try
        {
            if (_known is { } other && time.GetElapsedTime(other.Asked) < ReadAgainAfter)
                return other.Map;
            return await ReadAgainAsync();
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<ShardMap> ReadAgainAsync()
    {
        var asked = time.GetTimestamp();
        try
        {
            var map = await read(CancellationToken.None);
            if (_known is { } known && map.Version < known.Map.Version)
                throw new IOException("The shard map that was read is older than the one that is known.");
            _known = new Known(map, asked);
            return map;
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            return _known is { } last && time.GetElapsedTime(last.Asked) < BelievedFor
                ? last.Map
                : throw new IOException("The shard map cannot be read.", exception);
        }
    }

    private sealed record Known(ShardMap Map, long Asked);
}
