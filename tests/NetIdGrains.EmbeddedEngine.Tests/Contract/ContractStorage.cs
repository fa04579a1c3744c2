using System.Collections.Concurrent;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.Contract;

/// <summary>Storage shared by all tests of a run; a test can make the next operations of one grain fail.</summary>
public sealed class ContractStorage : IGrainStorage
{
    private static readonly ConcurrentDictionary<string, (long ETag, string Json)> Rows = new();
    private static readonly ConcurrentDictionary<string, Exception> Failures = new();
    private static long s_etags;

    /// <summary>The next <paramref name="operation"/> (read, write, clear) of the grain with this key throws.</summary>
    public static void FailNext(string operation, string key, Exception exception) => Failures[$"{operation} {key}"] = exception;

    /// <summary>Somebody else writes the row behind the grain's back.</summary>
    public static void Overwrite(string key, string json) => Rows[key] = (Interlocked.Increment(ref s_etags), json);

    public static string? Stored(string key) => Rows.TryGetValue(key, out var row) ? row.Json : null;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = Begin("read", grainId);
        var found = Rows.TryGetValue(key, out var row);
        grainState.State = found ? JsonSerializer.Deserialize<T>(row.Json)! : Activator.CreateInstance<T>();
        (grainState.ETag, grainState.RecordExists) = (found ? row.ETag.ToString() : null, found);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = Begin("write", grainId);
        Check(key, grainState.ETag);
        var etag = Interlocked.Increment(ref s_etags);
        Rows[key] = (etag, JsonSerializer.Serialize(grainState.State));
        (grainState.ETag, grainState.RecordExists) = (etag.ToString(), true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = Begin("clear", grainId);
        Check(key, grainState.ETag);
        Rows.TryRemove(key, out _);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        return Task.CompletedTask;
    }

    private static string Begin(string operation, GrainId grainId)
    {
        var key = grainId.Key.ToString();
        Journal.Of(key).Write($"storage {operation}");
        return Failures.TryRemove($"{operation} {key}", out var failure) ? throw failure : key;
    }

    private static void Check(string key, string? expected)
    {
        var stored = Rows.TryGetValue(key, out var row) ? row.ETag.ToString() : null;
        if (stored != expected)
            throw new InconsistentStateException("Version conflict.", stored, expected);
    }
}
