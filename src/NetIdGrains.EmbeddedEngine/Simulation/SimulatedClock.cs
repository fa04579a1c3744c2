namespace NetIdGrains.EmbeddedEngine.Simulation;

/// <summary>The time of a <see cref="SimulatedWorld"/>: it moves only when the world fires the next timer.</summary>
internal sealed class SimulatedClock(DateTimeOffset start, SimulatedWorld world) : TimeProvider
{
    private readonly PriorityQueue<SimulatedTimer, (long Due, int Order)> _timers = new();
    private TimeSpan _steps;

    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + Elapsed + _steps;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Step(TimeSpan step) => _steps += step;

    /// <summary>Moves to the next timer due before the end and runs it. Timers due at once run in seeded order. False: there is none.</summary>
    public bool FireNext(TimeSpan end)
    {
        while (_timers.TryDequeue(out var timer, out var at))
        {
            if (timer.DueAt != at.Due)
                continue; // changed or disposed since
            if (at.Due > end.Ticks)
                return false;
            Elapsed = TimeSpan.FromTicks(Math.Max(at.Due, Elapsed.Ticks));
            world.Note(BitConverter.GetBytes(at.Due));
            timer.Fire();
            return true;
        }

        return false;
    }

    private sealed class SimulatedTimer(SimulatedClock clock, Action fire) : ITimer
    {
        private TimeSpan _period;
        private bool _disposed;

        /// <summary>-1: not set.</summary>
        public long DueAt { get; private set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
                return false;
            _period = period;
            DueAt = -1;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Set(dueTime);
            return true;
        }

        public void Fire()
        {
            DueAt = -1;
            if (_period > TimeSpan.Zero)
                Set(_period);
            fire();
        }

        public void Dispose() => (_disposed, DueAt) = (true, -1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan due)
        {
            DueAt = (clock.Elapsed + due).Ticks;
            clock._timers.Enqueue(this, (DueAt, clock.RandomOrder()));
        }
    }

    private int RandomOrder() => world.Chance.Next();
}
