using System.Text;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngine.Simulation;

/// <summary>How often a storage call fails without effect, and how often it takes effect but reports a failure.</summary>
public sealed record SimulatedFaults(double Unapplied, double AppliedButFailed)
{
    public static SimulatedFaults None { get; } = new(0, 0);
}

/// <summary>
/// What survives the crashes of one world. A call takes a while, may fail before or after it took effect, and one that was under way
/// when its process died lands or is lost by chance.
/// </summary>
public sealed class SimulatedDisk(SimulatedWorld world)
{
    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(20);

    public SimulatedFaults Faults { get; set; } = SimulatedFaults.None;
    public Func<string, SimulatedFaults>? FaultsOf { get; set; } // by the call's name, in the place of the others: for a table of faults

    /// <summary>The process that calls now; a crash makes it another.</summary>
    internal int Incarnation { get; set; }

    /// <summary>Runs <paramref name="effect"/> as one atomic storage operation.</summary>
    public Task<TResult> CallAsync<TResult>(string what, Func<TResult> effect)
    {
        var answer = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var caller = Incarnation;
        var delay = Slowest * world.Chance.NextDouble();
        ITimer? timer = null;
        timer = world.Time.CreateTimer(_ => Land(what, caller, effect, answer, timer!), null, delay, Timeout.InfiniteTimeSpan);
        return answer.Task;
    }

    private void Land<TResult>(string what, int caller, Func<TResult> effect, TaskCompletionSource<TResult> answer, ITimer timer)
    {
        timer.Dispose();
        var luck = world.Chance.NextDouble();
        var faults = FaultsOf?.Invoke(what) ?? Faults;
        var lost = caller != Incarnation ? luck < 0.5 : luck < faults.Unapplied;
        world.Note(Encoding.UTF8.GetBytes($"{what} {lost}"));
        if (lost)
        {
            answer.TrySetException(new IOException("Simulated: the storage call failed and took no effect."));
            return;
        }

        try
        {
            var result = effect();
            if (luck > 1 - faults.AppliedButFailed)
                answer.TrySetException(new IOException("Simulated: the storage call took effect, but its answer was lost."));
            else
                answer.TrySetResult(result);
        }
        catch (OrleansException exception)
        {
            answer.TrySetException(exception);
        }
    }
}

/// <summary>Grain state on a <see cref="SimulatedDisk"/>, with the same ETag rules as every provider.</summary>
public sealed class SimulatedGrainStorage(SimulatedWorld world, SimulatedDisk disk, JsonSerializerOptions json) : IGrainStorage
{
    private readonly Dictionary<(string Grain, string Name), (long ETag, byte[] Data)> _rows = [];
    private long _etags;

    /// <summary>What is durable now, for a test to look at.</summary>
    public IEnumerable<(string Grain, string Name, byte[] Data)> Rows => _rows.Select(row => (row.Key.Grain, row.Key.Name, row.Value.Data));

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await disk.CallAsync($"read {stateName}", () => _rows.TryGetValue((grainId.ToString(), stateName), out var found) ? found : default);
        grainState.State = row.Data is null ? GrainRecord<T>.NewState() : JsonSerializer.Deserialize<T>(row.Data, json)!;
        (grainState.ETag, grainState.RecordExists) = (row.Data is null ? null : row.ETag.ToString(), row.Data is not null);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (key, expected, data) = ((grainId.ToString(), stateName), grainState.ETag, JsonSerializer.SerializeToUtf8Bytes(grainState.State, json));
        world.Note(data);
        grainState.ETag = await disk.CallAsync($"write {stateName}", () =>
        {
            CheckETag(key, expected);
            _rows[key] = (++_etags, data);
            return _etags.ToString();
        });
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (key, expected) = ((grainId.ToString(), stateName), grainState.ETag);
        await disk.CallAsync($"clear {stateName}", () =>
        {
            CheckETag(key, expected);
            return _rows.Remove(key);
        });
        (grainState.State, grainState.ETag, grainState.RecordExists) = (GrainRecord<T>.NewState(), null, false);
    }

    private void CheckETag((string, string) key, string? expected)
    {
        var stored = _rows.TryGetValue(key, out var row) ? row.ETag.ToString() : null;
        if (stored != expected)
            throw new InconsistentStateException("Version conflict.", stored, expected);
    }
}
