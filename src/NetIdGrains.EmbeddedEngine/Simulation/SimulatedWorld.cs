namespace NetIdGrains.EmbeddedEngine.Simulation;

/// <summary>
/// One thread, one seeded choice of what happens next, one clock: everything that runs in it replays exactly from its seed.
/// Work that is ready runs in seeded order; time passes when nothing is ready, and now and then before all that is ready has run.
/// </summary>
public sealed class SimulatedWorld
{
    private const double TimePassesEarly = 0.02;
    private readonly List<IThreadPoolWorkItem> _ready = [];
    private readonly SimulatedClock _clock;
    private readonly ClientScheduler _clients;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile bool _hasEscaped;
    private ulong _trace = 14695981039346656037;

    public SimulatedWorld(int seed, DateTimeOffset start)
    {
        Seed = seed;
#pragma warning disable CA5394 // Replaying from a seed is the purpose; nothing here is secret.
        Chance = new Random(seed);
#pragma warning restore CA5394
        Turns = new WorldTurns(this);
        _clock = new SimulatedClock(start, this);
        _clients = new ClientScheduler(this);
    }

    public int Seed { get; }

    /// <summary>The one source of chance in this world.</summary>
    public Random Chance { get; }

    public TimeProvider Time => _clock;

    public TurnScheduler Turns { get; }

    /// <summary>A digest of all choices and events so far: equal for two runs of one seed.</summary>
    public ulong Trace => _trace;

    /// <summary>The wall clock jumps (an administrator, a bad time server); timers are not moved by it.</summary>
    public void StepClock(TimeSpan step) => _clock.Step(step);

    /// <summary>Adds an event to the trace.</summary>
    public void Note(ReadOnlySpan<byte> what)
    {
        foreach (var value in what)
            _trace = (_trace ^ value) * 1099511628211; // FNV-1a, 64 bits
    }

    /// <summary>Runs until <paramref name="main"/> has ended. What it starts runs in this world too.</summary>
    public void Run(Func<Task> main, TimeSpan longest)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var end = _clock.Elapsed + longest;
            var run = Task.Factory.StartNew(main, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _clients).Unwrap();
            while (!run.IsCompleted)
                Advance(end);
#pragma warning disable VSTHRD002, CA1849 // It has completed: this only rethrows.
            run.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, CA1849
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    internal void Queue(IThreadPoolWorkItem item)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _ready.Add(item);
        else
            _hasEscaped = true; // told by the simulation's own thread: here, it could be swallowed
    }

    private void Advance(TimeSpan end)
    {
        if (_hasEscaped)
            throw new InvalidOperationException($"Seed {Seed}: work has left the simulation's thread; something used the thread pool or the real clock.");
        if (_ready.Count == 0 || Chance.NextDouble() < TimePassesEarly)
        {
            if (!_clock.FireNext(end) && _ready.Count == 0)
                throw new InvalidOperationException($"Seed {Seed}: nothing is left to run before {end} of simulated time, but the run has not ended.");
            return;
        }

        var index = Chance.Next(_ready.Count);
        var item = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        Note([(byte)index, (byte)_ready.Count]);
        item.Execute();
    }

    private sealed class WorldTurns(SimulatedWorld world) : TurnScheduler
    {
        public override void Queue(IThreadPoolWorkItem item) => world.Queue(item);
    }

    /// <summary>Where callers outside grains run.</summary>
    private sealed class ClientScheduler(SimulatedWorld world) : TaskScheduler
    {
        protected override IEnumerable<Task> GetScheduledTasks() => [];

        protected override void QueueTask(Task task) => world.Queue(new ClientTurn(this, task));

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        private sealed class ClientTurn(ClientScheduler scheduler, Task task) : IThreadPoolWorkItem
        {
            public void Execute() => scheduler.TryExecuteTask(task);
        }
    }
}
