using System.Collections.Concurrent;

namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// A clock that begins at noon (China) of the day the constructed persons are made for, goes on as the real one does, and is moved by as
/// much as a test says: the one owner of fake time here.
/// </summary>
internal sealed class AdjustableTime : TimeProvider
{
    private TimeSpan _offset = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8)) - System.GetUtcNow();
    private readonly ConcurrentDictionary<MovedTimer, bool> _timers = [];
    private TimeSpan _advanced;
    private (DateTimeOffset Now, long Timestamp)? _stopped;

    /// <summary>Whether timers made from now on run with it too, the sweeper's among them; otherwise they take real time.</summary>
    public bool MovesTimers { get; set; }

    public override DateTimeOffset GetUtcNow() => (_stopped?.Now ?? base.GetUtcNow()) + _offset;

    public override long GetTimestamp() => (_stopped?.Timestamp ?? base.GetTimestamp()) + (long)(_advanced.TotalSeconds * TimestampFrequency);

    /// <summary>From now on it moves only as far as a test says.</summary>
    public void Stop() => _stopped = (base.GetUtcNow(), base.GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        MovesTimers ? new MovedTimer(this, callback, state, dueTime, period) : base.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan by)
    {
        _offset += by;
        _advanced += by;
        foreach (var timer in _timers.Keys)
            timer.Hasten();
    }

    /// <summary>A real timer that is set forward whenever the clock is.</summary>
    private sealed class MovedTimer : ITimer
    {
        /// <summary>A real timer may come a little early.</summary>
        private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(50);

        private readonly AdjustableTime _time;
        private readonly Lock _lock = new();
        private readonly ITimer _inner;
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public MovedTimer(AdjustableTime time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _time = time;
            _inner = System.CreateTimer(
                _ =>
                {
                    if (IsDue())
                        callback(state);
                },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            time._timers[this] = true;
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                (_due, _period) = (dueTime < TimeSpan.Zero ? null : _time.GetUtcNow() + dueTime, period);
                return _inner.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }

        public void Hasten()
        {
            lock (_lock)
            {
                if (_due is { } due)
                    _inner.Change(TimeSpan.FromTicks(Math.Max(0, (due - _time.GetUtcNow()).Ticks)), Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            _time._timers.TryRemove(this, out _);
            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private bool IsDue()
        {
            lock (_lock)
            {
                if (_due is not { } due || _time.GetUtcNow() < due - Early)
                    return false;
                _due = _period <= TimeSpan.Zero ? null : _time.GetUtcNow() + _period;
                if (_due is not null)
                    _inner.Change(_period, Timeout.InfiniteTimeSpan);
                return true;
            }
        }
    }
}
