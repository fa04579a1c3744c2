using System.Diagnostics;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// A grain that decides, writes, and only then answers. After a failed write nobody knows what is stored, so the activation ends (the next
/// call reads the truth) and the caller is told to try again.
/// </summary>
public abstract class StatefulGrain<TState>(IPersistentState<TState> stored) : Grain
{
    protected TState State => stored.State;

    protected virtual async Task<bool> TrySaveAsync(TState next)
    {
        stored.State = next;
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await stored.WriteStateAsync();
            Note(begun, "written");
            return true;
        }
        catch (OrleansException)
        {
            Note(begun, "failed");
            DeactivateOnIdle();
            return false;
        }
    }

    /// <summary>Leaves no row behind; false, like a failed write, when nobody knows whether it did.</summary>
    protected async Task<bool> ClearAsync()
    {
        try
        {
            await stored.ClearStateAsync();
            return true;
        }
        catch (OrleansException)
        {
            DeactivateOnIdle();
            return false;
        }
    }

    private static void Note(long begun, string outcome) => AuthorityMetrics.StateWrites.Record(
        Stopwatch.GetElapsedTime(begun).TotalSeconds, new("state", typeof(TState).Name), new("outcome", outcome));
}
