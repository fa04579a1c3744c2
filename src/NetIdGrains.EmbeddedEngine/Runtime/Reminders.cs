using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>One reminder as stored. Ticks are due at First, First + Period, ...: a fixed grid, whatever the process was doing.</summary>
[GenerateSerializer]
[Alias("netid.engine.reminder")]
internal sealed record ReminderEntry(string GrainType, string GrainKey, string Name, DateTime First, TimeSpan Period)
    : IGrainReminder
{
    string IGrainReminder.ReminderName => Name;
}

/// <summary>What grains call to register reminders: checks as Orleans does, then leaves it to the table.</summary>
internal sealed class ReminderRegistry(GrainEngine engine, TimeSpan minimumPeriod)
{
    private IReminderTableGrain Table => engine.GetGrain<IReminderTableGrain>("reminders");

    public Task StartAsync() => Table.Start();

    public async Task<IGrainReminder> RegisterAsync(Grain grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < minimumPeriod)
        {
            throw new ArgumentException(
                $"Cannot register reminder {name} as requested period ({period}) is less than minimum allowed reminder period ({minimumPeriod})", nameof(period));
        }

        if (grain is not IRemindable)
            throw new InvalidOperationException($"Grain {grain.GetType().Name} is not 'IRemindable'. Implement it to use reminders.");
        var now = engine.Time.GetUtcNow().UtcDateTime;
        var id = grain.Context.GrainId;
        var entry = new ReminderEntry(id.Type.ToString(), id.Key.ToString(), name, now + dueTime, period);
        await Table.Put(entry);
        return entry;
    }
}

/// <summary>All reminders of this authority: a few, one record. The engine's only grain of its own; it keeps their timers.</summary>
internal interface IReminderTableGrain : IGrainWithStringKey
{
    Task Start();

    Task Put(ReminderEntry entry);
}

internal sealed record ReminderTable
{
    public ImmutableArray<ReminderEntry> Entries { get; init; } = [];
}

[GrainType("engine.reminders")]
internal sealed class ReminderTableGrain([PersistentState("reminders")] IPersistentState<ReminderTable> table) : Grain, IReminderTableGrain
{
    /// <summary>A timer cannot sleep for longer than 49 days, and the wall clock may jump meanwhile: it is looked at this often.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly Dictionary<(string, string, string), IGrainTimer> _timers = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in table.State.Entries)
            Schedule(entry);
        return Task.CompletedTask;
    }

    /// <summary>Being activated is all that is wanted.</summary>
    Task IReminderTableGrain.Start() => Task.CompletedTask;

    async Task IReminderTableGrain.Put(ReminderEntry entry)
    {
        var others = table.State.Entries.RemoveAll(known => Key(known) == Key(entry));
        table.State = table.State with { Entries = others.Add(entry) };
        await table.WriteStateAsync();
        Schedule(entry);
    }

    private static (string, string, string) Key(ReminderEntry entry) => (entry.GrainType, entry.GrainKey, entry.Name);

    private void Schedule(ReminderEntry entry)
    {
        if (_timers.Remove(Key(entry), out var replaced))
            replaced.Dispose();
        var due = NextDue(entry);
        IGrainTimer? timer = null;
        timer = Context.RegisterTimer(
            async _ =>
            {
                // The next tick is looked for after this one has ended: ticks neither overlap nor pile up.
                if (Now() >= due)
                {
                    await TickAsync(entry);
                    due = NextDue(entry);
                }

                timer!.Change(Sleep(due), Timeout.InfiniteTimeSpan);
            },
            new GrainTimerCreationOptions(Sleep(due), Timeout.InfiniteTimeSpan) { Interleave = true });
        _timers[Key(entry)] = timer;
    }

    /// <summary>Due 0 is already past when the schedule is computed, so it means one full period, as on Orleans.</summary>
    private DateTime NextDue(ReminderEntry entry)
    {
        var now = Now();
        if (now < entry.First)
            return entry.First;
        var missed = (now - entry.First).Ticks / entry.Period.Ticks;
        return entry.First + (entry.Period * (missed + 1));
    }

    private TimeSpan Sleep(DateTime due)
    {
        var left = due - Now();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestSleep ? left : LongestSleep;
    }

    private async Task TickAsync(ReminderEntry entry)
    {
        var status = new TickStatus(entry.First, entry.Period, Now());
        TickRequest? request = null;
        request = new TickRequest(
            "reminder", () => ((IRemindable)request!.RunningIn!.Instance).ReceiveReminder(entry.Name, status), interleave: false, keepAlive: true);
        Context.Engine.SendTick(GrainId.Create(entry.GrainType, entry.GrainKey), request);
        await request.Completion;
    }

    private DateTime Now() => Context.Engine.Time.GetUtcNow().UtcDateTime;
}
