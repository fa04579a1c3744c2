using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>A timer of one activation. A tick is queued like a call; the next is due a period after its end, so ticks never pile up.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private static readonly AsyncLocal<GrainTimer?> Ticking = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _clock;
    private TimeSpan _period;
    private bool _changed;
    private bool _disposed;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        (_activation, _callback, _options) = (activation, callback, options);
        _clock = activation.Engine.Time.CreateTimer(
            static state => ((GrainTimer)state!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        CheckLimits(dueTime, nameof(dueTime));
        CheckLimits(period, nameof(period));
        (_period, _changed) = (period, true);
        if (!_disposed)
            _clock.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    /// <summary>No more ticks. From outside a tick this cancels the running tick's token; within one, the tick goes on to its end.</summary>
    public void Dispose()
    {
        _activation.CheckAccess();
        _activation.Forget(this);
        Stop();
    }

    public void Stop()
    {
        _disposed = true;
        _clock.Dispose();
        if (Ticking.Value != this)
            _stopped.Cancel();
    }

    private static void CheckLimits(TimeSpan value, string name)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, uint.MaxValue - 1, name);
    }

    private void Due() => _activation.TryEnqueue(new TickRequest("timer", TickAsync, _options.Interleave, _options.KeepAlive) { DiesWithActivation = true });

    private async Task TickAsync()
    {
        if (_disposed)
            return;
        (Ticking.Value, _changed) = (this, false);
        try
        {
            await _callback(_stopped.Token);
        }
        finally
        {
            if (!_changed && _period != Timeout.InfiniteTimeSpan && !_disposed)
                _clock.Change(_period, Timeout.InfiniteTimeSpan);
        }
    }
}
