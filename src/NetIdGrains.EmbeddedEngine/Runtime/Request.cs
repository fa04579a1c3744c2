using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>One call on its way to, waiting in, or running in an activation. Also a link of the activation's list of waiting calls.</summary>
internal abstract class Request
{
    private CancellationTokenSource? _grainCancellation;
    private CancellationTokenRegistration _callerCancellation;
    private CancellationToken _callerToken;
    private Activation? _runningIn;

    /// <summary>The next waiting or running call of the same activation.</summary>
    public Request? Next { get; set; }

    /// <summary>When the caller stops waiting; a <see cref="TimeProvider"/> time stamp. A tick has none.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>How many activations have passed this call on without serving anything.</summary>
    public int Forwards { get; set; }

    /// <summary>The activation that runs this call, once it does.</summary>
    public Activation? RunningIn => _runningIn;

    /// <summary>A timer's tick: it means nothing to the next activation.</summary>
    public bool DiesWithActivation { get; init; }

    public abstract string Name { get; }

    /// <summary>What the caller awaits.</summary>
    public abstract Task Completion { get; }

    public virtual bool Interleaves => false;

    /// <summary>A call, and a tick that says so, keeps its activation from being collected as idle.</summary>
    public virtual bool KeepsAlive => true;

    /// <summary>The caller has its answer already (timed out, cancelled): there is no use in beginning.</summary>
    public bool IsSettled => Completion.IsCompleted;

    protected CancellationToken GrainToken => _grainCancellation?.Token ?? CancellationToken.None;

    /// <summary>Runs the grain's method on the activation's scheduler and hands its outcome to the caller. Returns what it threw.</summary>
    public abstract Task<Exception?> RunAsync(object grain);

    public abstract void Fail(Exception exception);

    /// <summary>
    /// The caller's token ends the caller's wait at once; the grain sees its own token cancelled on its own scheduler.
    /// A method that takes a token always gets one that can be cancelled, as on Orleans.
    /// </summary>
    public void LinkCancellation(CancellationToken caller)
    {
        _grainCancellation = new CancellationTokenSource();
        _callerToken = caller;
        _callerCancellation = caller.UnsafeRegister(static state => ((Request)state!).CancelledByCaller(), this);
    }

    /// <summary>
    /// Begins, unless the caller is settled already. A full fence between the two: the canceller settles and then looks who runs it, so
    /// one of both always sees the other.
    /// </summary>
    public bool TryBegin(Activation activation)
    {
        Interlocked.Exchange(ref _runningIn, activation);
        return !IsSettled;
    }

    protected void Ended() => _callerCancellation.Unregister();

    private void CancelledByCaller()
    {
        Fail(new OperationCanceledException(_callerToken));
        if (Interlocked.CompareExchange(ref _runningIn, null, null) is { } activation)
            activation.RunTurn(_grainCancellation!.Cancel);
    }
}

/// <summary>A call of a grain interface method.</summary>
internal sealed class Request<TResult>(GrainMethod method, object?[] arguments) : Request
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name => method.Name;

    public override Task Completion => _completion.Task;

    public override bool Interleaves => method.AlwaysInterleave;

    public override void Fail(Exception exception)
    {
        Ended();
        _completion.TrySetException(exception);
    }

    public override async Task<Exception?> RunAsync(object grain)
    {
        if (method.TokenIndex >= 0)
            arguments[method.TokenIndex] = GrainToken;
        try
        {
            var task = method.Invoke(grain, arguments);
            await task;
            _completion.TrySetResult(task is Task<TResult> withResult ? withResult.Result : default!);
            return null;
        }
        catch (Exception exception)
        {
            _completion.TrySetException(exception);
            return exception;
        }
        finally
        {
            Ended();
        }
    }
}

/// <summary>A tick of a timer: queued like a call, awaited by the timer only.</summary>
internal sealed class TickRequest(string name, Func<Task> tick, bool interleave, bool keepAlive) : Request
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name => name;

    public override Task Completion => _completion.Task;

    public override bool Interleaves => interleave;

    public override bool KeepsAlive => keepAlive;

    /// <summary>The tick never began (the activation is gone): nobody is told, and nobody waits.</summary>
    public override void Fail(Exception exception) => _completion.TrySetResult();

    public override async Task<Exception?> RunAsync(object grain)
    {
        try
        {
            await tick();
            return null;
        }
        catch (Exception exception)
        {
            return exception; // swallowed, as on Orleans: the next tick comes
        }
        finally
        {
            _completion.TrySetResult();
        }
    }
}
