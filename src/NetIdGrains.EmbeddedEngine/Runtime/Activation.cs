using System.Diagnostics.CodeAnalysis;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>
/// One grain in memory: its instance, its waiting calls, and the scheduler on which all its code runs, one turn at a time.
/// Being the <see cref="TaskScheduler"/> itself is what brings every continuation of an await back here, and keeps an idle activation small.
/// </summary>
internal sealed class Activation(GrainEngine engine, GrainClass grainClass, GrainId grainId) : TaskScheduler, IGrainContext, IThreadPoolWorkItem
{
    /// <summary>Turns run before the thread is given to other activations.</summary>
    private const int TurnsPerShift = 64;

    /// <summary>How long a hook and the first read may take (Orleans' default): one that hangs must not keep its key dead.</summary>
    private static readonly TimeSpan HookTimeout = TimeSpan.FromSeconds(30);

    [ThreadStatic]
    private static Activation? s_current;

    private readonly Lock _gate = new();
    private Queue<Task>? _turns;
    private RequestList _waiting;
    private RequestList _running;
    private Request? _blocking;
    private List<GrainTimer>? _timers;
    private DeactivationReason? _ending;
    private TaskCompletionSource? _ended;
    private Exception? _inconsistency;
    private Phase _phase = Phase.New;
    private bool _scheduled;
    private bool _served;
    private Grain? _grain;
    private long _idleSince = engine.Time.GetTimestamp();

    private enum Phase : byte
    {
        New,
        Starting,
        Running,
        Ending,
        Gone,
    }

    /// <summary>The activation whose turn runs on this thread.</summary>
    public static new Activation? Current => s_current;

    public GrainEngine Engine => engine;

    public GrainId GrainId => grainId;

    /// <summary>The grain itself, for a tick that runs in this activation.</summary>
    public Grain Instance => _grain!;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Takes a call in. False: this activation is gone, ask the engine for the next one.</summary>
    public bool TryEnqueue(Request request)
    {
        lock (_gate)
        {
            if (_phase == Phase.Gone)
                return false;
            _waiting.Add(request);
            if (_blocking is null || request.Interleaves)
                Schedule(); // otherwise the end of the running call looks at the queue
            return true;
        }
    }

    /// <summary>Runs an action as a turn of its own, for what comes from outside (a token cancelled by the caller).</summary>
    public void RunTurn(Action turn) => _ = Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    public void Execute()
    {
        var outer = s_current;
        s_current = this;
        try
        {
            // The shift is itself a task of this scheduler: that is how awaits begun in it know where to resume.
            new Task(static state => ((Activation)state!).Shift(), this, TaskCreationOptions.DenyChildAttach).RunSynchronously(this);
        }
        finally
        {
            s_current = outer;
        }
    }

    /// <summary>Ends this activation once the running calls have ended. The first reason counts.</summary>
    public Task Deactivate(DeactivationReason reason)
    {
        lock (_gate)
        {
            if (_phase == Phase.Gone)
                return Task.CompletedTask;
            _ending ??= reason;
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Schedule();
            return _ended.Task;
        }
    }

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        CheckAccess();
        var timer = new GrainTimer(this, callback, options);
        (_timers ??= []).Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer) => _timers?.Remove(timer);

    /// <summary>State and timers belong to the grain's own turns; anything else would break the promise that turns never overlap.</summary>
    public void CheckAccess()
    {
        if (s_current != this)
            throw new InvalidOperationException(
                "Activation access violation. A non-activation thread attempted to access activation services.");
    }

    /// <summary>A storage conflict seen by this very activation: it must not go on with what it holds in memory.</summary>
    public void NoteInconsistency(InconsistentStateException exception) => _inconsistency = exception;

    /// <summary>Looked at once a second: ends waits that have lasted too long, and idle activations.</summary>
    public void Sweep(long now, TimeSpan collectionAge)
    {
        lock (_gate)
        {
            if (_waiting.IsEmpty && _running.IsEmpty)
            {
                if (_phase == Phase.Running && !grainClass.NeverCollected && engine.Time.GetElapsedTime(_idleSince, now) >= collectionAge)
                    _ = Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "This activation has become idle."));
                return;
            }

            FailOverdue(_waiting, now);
            FailOverdue(_running, now);
        }
    }

    /// <summary>The process is gone, as far as this activation can know (simulation): nothing runs any more, callers are told so.</summary>
    public void Kill(Exception reason)
    {
        lock (_gate)
        {
            _phase = Phase.Gone;
            foreach (var request in _waiting.Drain().Concat(_running.Drain()))
                request.Fail(reason);
            _timers?.ToList().ForEach(timer => timer.Stop());
        }
    }

    [ExcludeFromCodeCoverage(Justification = "For debuggers.")]
    protected override IEnumerable<Task> GetScheduledTasks() => _turns ?? [];

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            (_turns ??= new Queue<Task>(2)).Enqueue(task);
            Schedule();
        }
    }

    /// <summary>Only from within a turn of this activation; anything else waits for its turn.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && s_current == this && TryExecuteTask(task);

    private void FailOverdue(RequestList requests, long now)
    {
        for (var request = requests.First; request is not null; request = request.Next)
        {
            if (request.Deadline <= now && !request.IsSettled)
                request.Fail(new TimeoutException($"Response did not arrive on time for message: {request.Name} to {grainId.Type}."));
        }
    }

    private void Schedule()
    {
        if (_scheduled)
            return;
        _scheduled = true;
        engine.Turns.Queue(this);
    }

    private void Shift()
    {
        for (var turn = 0; turn < TurnsPerShift; turn++)
        {
            if (!RunNext())
                return;
        }

        engine.Turns.Requeue(this);
    }

    /// <summary>Runs the next turn: a continuation first, then starting or ending, then the first waiting call that may begin.</summary>
    private bool RunNext()
    {
        Task? turn = null;
        Request? request = null;
        Func<Task>? step = null;
        lock (_gate)
        {
            if (engine.IsDead)
                return false; // still marked as scheduled: nothing of a dead engine ever runs again
            if (_turns is null || !_turns.TryDequeue(out turn))
            {
                step = NextStep();
                request = step is null ? NextRequest() : null;
                if (step is null && request is null)
                {
                    _turns = null;
                    _scheduled = false;
                    return false;
                }
            }
        }

        if (turn is not null)
            TryExecuteTask(turn);
        else if (step is not null)
            _ = step();
        else
            _ = RunAsync(request!);
        return true;
    }

    private Func<Task>? NextStep()
    {
        switch (_phase)
        {
            case Phase.New when !_waiting.IsEmpty:
                _phase = Phase.Starting;
                return StartAsync;
            case Phase.New when _ending is not null:
            case Phase.Running when _ending is not null && _running.IsEmpty:
                _phase = Phase.Ending;
                return EndAsync;
            default:
                return null;
        }
    }

    /// <summary>
    /// Orleans' rule: a call may begin when nothing blocks, or when it interleaves with everything. "Blocking" is the first ordinary call
    /// that began while there was none.
    /// </summary>
    private Request? NextRequest()
    {
        if (_phase != Phase.Running || _ending is not null)
            return null;
        for (var request = _waiting.First; request is not null; request = request.Next)
        {
            if (_blocking is not null && !request.Interleaves)
                continue;
            _waiting.Remove(request);
            _running.Add(request);
            _blocking ??= request.Interleaves ? null : request;
            _served = true;
            return request;
        }

        return null;
    }

    private async Task RunAsync(Request request)
    {
        var thrown = request.TryBegin(this) ? await request.RunAsync(_grain!) : null;
        if (thrown is InconsistentStateException && thrown == _inconsistency)
            _ = Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "A stored state was changed by somebody else."));
        lock (_gate)
        {
            _running.Remove(request);
            if (_blocking == request)
                _blocking = null;
            if (request.KeepsAlive)
                _idleSince = engine.Time.GetTimestamp();
            Schedule();
        }
    }

    private async Task StartAsync()
    {
        try
        {
            await LoadAsync().WaitAsync(HookTimeout, engine.Time);
            lock (_gate)
            {
                _phase = Phase.Running;
                Schedule();
            }
        }
        catch (Exception exception)
        {
            // A half-made activation answers nobody: all who waited for it learn why, the next call tries again.
            foreach (var request in Retire())
                request.Fail(exception);
        }
    }

    private async Task LoadAsync()
    {
        (_grain, var states) = grainClass.Construct(this);
        foreach (var state in states)
            await state.LoadAsync();
        await _grain.OnActivateAsync(CancellationToken.None);
    }

    private async Task EndAsync()
    {
        try
        {
            if (_grain is not null)
                await _grain.OnDeactivateAsync(_ending!.Value, CancellationToken.None).WaitAsync(HookTimeout, engine.Time);
        }
        catch (Exception exception)
        {
            engine.LogDeactivationFailure(grainId.Type, exception);
        }

        foreach (var request in Retire().Where(request => !request.DiesWithActivation))
            engine.Resend(grainId, request, servedBefore: _served);
    }

    /// <summary>Leaves the directory; returns the calls that still wait.</summary>
    private List<Request> Retire()
    {
        List<Request> waiting;
        _timers?.ToList().ForEach(timer => timer.Stop());
        DisposeGrain();
        lock (_gate)
        {
            _phase = Phase.Gone;
            waiting = _waiting.Drain();
        }

        engine.Remove(this);
        _ended?.TrySetResult();
        return waiting;
    }

    private void DisposeGrain()
    {
        try
        {
            (_grain as IDisposable)?.Dispose();
        }
        catch (Exception exception)
        {
            engine.LogDeactivationFailure(grainId.Type, exception);
        }
    }
}
