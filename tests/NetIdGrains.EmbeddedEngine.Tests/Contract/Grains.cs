using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace NetIdGrains.Contract;

/// <summary>One grain that does what the tests ask of it and writes down what happens.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    /// <summary>Writes "name+", waits at the gate if one is named, writes "name-".</summary>
    Task Step(string name, string? gate);

    [AlwaysInterleave]
    Task StepInterleaving(string name, string? gate);

    [ResponseTimeout("00:01:00")]
    Task StepPatiently(string name, string? gate);

    [ResponseTimeout("00:01:00")]
    Task StepCancellable(string name, string gate, CancellationToken cancellationToken);

    Task<bool> TokenCanBeCancelled(CancellationToken cancellationToken = default);

    Task<int> Instance();

    Task<string> Key();

    Task Throw(string message);

    Task<bool> StaysOnItsScheduler();

    Task DeactivateAfterThis();

    Task CallBack(string otherKey);

    Task<string> CallsOther(string otherKey);

    Task StartTimer(TimeSpan due, TimeSpan period, bool interleave, bool throws);

    /// <summary>A timer whose tick waits until its token is cancelled.</summary>
    Task StartWaitingTimer();

    Task StopTimer();

    Task<bool> ReferencesAreEqual();
}

public sealed class ProbeGrain : Grain, IProbeGrain
{
    private static int s_instances;
    private readonly int _instance = Interlocked.Increment(ref s_instances);
    private IGrainTimer? _timer;
    private int _ticks;

    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Journal.Write("activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Write($"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task Step(string name, string? gate)
    {
        Journal.Write($"{name}+");
        if (gate is not null)
            await Gate.At(gate);
        Journal.Write($"{name}-");
    }

    Task IProbeGrain.StepInterleaving(string name, string? gate) => Step(name, gate);

    Task IProbeGrain.StepPatiently(string name, string? gate) => Step(name, gate);

    async Task IProbeGrain.StepCancellable(string name, string gate, CancellationToken cancellationToken)
    {
        await using var noted = cancellationToken.Register(() => Journal.Write($"{name} cancelled"));
        await Step(name, gate);
    }

    Task<bool> IProbeGrain.TokenCanBeCancelled(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.CanBeCanceled);

    Task<int> IProbeGrain.Instance() => Task.FromResult(_instance);

    Task<string> IProbeGrain.Key() => Task.FromResult(this.GetPrimaryKeyString());

    Task IProbeGrain.Throw(string message) => throw new FormatException(message);

    async Task<bool> IProbeGrain.StaysOnItsScheduler()
    {
        var mine = TaskScheduler.Current;
        await Task.Yield();
        var afterYield = TaskScheduler.Current;
        var inTaskRun = await Task.Run(() => TaskScheduler.Current);
        return mine != TaskScheduler.Default && afterYield == mine && TaskScheduler.Current == mine && inTaskRun == TaskScheduler.Default;
    }

    Task IProbeGrain.DeactivateAfterThis()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    Task IProbeGrain.CallBack(string otherKey) => GrainFactory.GetGrain<IProbeGrain>(otherKey).CallsOther(this.GetPrimaryKeyString());

    async Task<string> IProbeGrain.CallsOther(string otherKey) => await GrainFactory.GetGrain<IProbeGrain>(otherKey).Key();

    Task IProbeGrain.StartTimer(TimeSpan due, TimeSpan period, bool interleave, bool throws)
    {
        _timer = this.RegisterGrainTimer(
            _ =>
            {
                Journal.Write($"{(interleave ? "interleaved " : "")}tick {++_ticks}");
                return throws ? throw new FormatException("tick") : Task.CompletedTask;
            },
            new GrainTimerCreationOptions(due, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    Task IProbeGrain.StartWaitingTimer()
    {
        _timer = this.RegisterGrainTimer(
            async token =>
            {
                await using var noted = token.Register(() => Journal.Write("tick cancelled"));
                Journal.Write("tick waits");
                await Gate.At($"{this.GetPrimaryKeyString()} tick");
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        return Task.CompletedTask;
    }

    Task IProbeGrain.StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    Task<bool> IProbeGrain.ReferencesAreEqual()
    {
        var (first, second) = (GrainFactory.GetGrain<IProbeGrain>("a"), GrainFactory.GetGrain<IProbeGrain>("a"));
        return Task.FromResult(first.Equals(second) && first.GetHashCode() == second.GetHashCode() && !ReferenceEquals(first, second));
    }
}

public sealed record Counted
{
    public int Count { get; init; }
}

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Value();

    Task<bool> Exists();

    Task Set(int value);

    Task SetTwiceInOneTurn(int first, int second);

    Task SetCatching(int value);

    Task Reread();

    Task Clear();

    Task<string> TouchStateFromThreadPool();

    Task DeactivateAfterThis();
}

public sealed class CounterGrain([PersistentState("counter", "contract")] IPersistentState<Counted> counter) : Grain, ICounterGrain
{
    Task<int> ICounterGrain.Value() => Task.FromResult(counter.State.Count);

    Task<bool> ICounterGrain.Exists() => Task.FromResult(counter.RecordExists);

    public async Task Set(int value)
    {
        counter.State = counter.State with { Count = value };
        await counter.WriteStateAsync();
    }

    async Task ICounterGrain.SetTwiceInOneTurn(int first, int second)
    {
        var one = Set(first);
        await Task.WhenAll(one, Set(second));
    }

    async Task ICounterGrain.SetCatching(int value)
    {
        try
        {
            await Set(value);
        }
        catch (OrleansException)
        {
            // What a grain must not do and go on: shows what the runtime leaves in memory.
        }
    }

    Task ICounterGrain.Reread() => counter.ReadStateAsync();

    Task ICounterGrain.Clear() => counter.ClearStateAsync();

    async Task<string> ICounterGrain.TouchStateFromThreadPool()
    {
        try
        {
            return await Task.Run(() => counter.State.Count.ToString());
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    Task ICounterGrain.DeactivateAfterThis()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>A grain whose activation fails while its gate says so.</summary>
public interface IFragileGrain : IGrainWithStringKey
{
    [ResponseTimeout("00:01:00")]
    Task<string> Answer();
}

public sealed class FragileGrain : Grain, IFragileGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var journal = Journal.Of(this.GetPrimaryKeyString());
        var attempt = journal.All.Count(entry => entry == "attempt") + 1;
        journal.Write("attempt");
        if (attempt > 1)
            return;
        await Gate.At($"fragile {this.GetPrimaryKeyString()}");
        throw new FormatException("no activation");
    }

    Task<string> IFragileGrain.Answer() => Task.FromResult("answer");
}

public interface IRemindedGrain : IGrainWithStringKey
{
    Task<string> Remind(string name, TimeSpan due, TimeSpan period);
}

public sealed class RemindedGrain : Grain, IRemindedGrain, IRemindable
{
    async Task<string> IRemindedGrain.Remind(string name, TimeSpan due, TimeSpan period) =>
        (await this.RegisterOrUpdateReminder(name, due, period)).ReminderName;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        Journal.Of(this.GetPrimaryKeyString()).Write($"{reminderName} {status.Period.TotalSeconds}");
        return Task.CompletedTask;
    }
}
