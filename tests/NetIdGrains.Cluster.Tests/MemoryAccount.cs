using System.Collections.Concurrent;
using NetIdGrains.Cluster;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.ClusterTests;

/// <summary>Rows as they are stored: bytes, by the serializer of the silo, so that no two activations share an object.</summary>
internal sealed class MemoryAccount : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (BinaryData Bytes, string ETag)> _rows = new();
    private readonly StateJsonSerializer _serializer = new();
    private int _version;

    /// <summary>While it is, nothing is read and nothing written.</summary>
    public bool IsAway { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfAway();
        grainState.RecordExists = _rows.TryGetValue($"{stateName}/{grainId}", out var row);
        if (grainState.RecordExists)
            (grainState.State, grainState.ETag) = (_serializer.Deserialize<T>(row.Bytes), row.ETag);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfAway();
        var (key, row) = ($"{stateName}/{grainId}", (_serializer.Serialize(grainState.State), $"{Interlocked.Increment(ref _version)}"));
        var written = grainState.ETag is { } known
            ? _rows.TryGetValue(key, out var stored) && stored.ETag == known && _rows.TryUpdate(key, row, stored)
            : _rows.TryAdd(key, row);
        if (!written)
            throw new InconsistentStateException("Another activation has written it.", "", grainState.ETag);
        grainState.ETag = row.Item2;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfAway();
        var key = $"{stateName}/{grainId}";
        if (!_rows.TryGetValue(key, out var stored) || stored.ETag != grainState.ETag || !_rows.TryRemove(new(key, stored)))
            throw new InconsistentStateException("Another activation has written it.", "", grainState.ETag);
        return Task.CompletedTask;
    }

    private void ThrowIfAway()
    {
        if (IsAway)
            throw new IOException("The account is away.");
    }
}
