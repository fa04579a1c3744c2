using System.Globalization;
using Orleans.Runtime;

namespace NetIdGrains.Contract;

/// <summary>Promise: a failed activation answers nobody and is tried again by the next call.</summary>
public sealed class A_failed_activation_is_discarded : ContractTest
{
    [Fact]
    public async Task All_waiting_calls_learn_why_and_the_next_call_tries_anew()
    {
        var grain = Grains.GetGrain<IFragileGrain>(Key);
        var calls = Enumerable.Range(0, 3).Select(_ => grain.Answer()).ToArray();
        await Journal.UntilAsync("attempt");
        await LetMessagesArriveAsync();
        Gate.Open($"fragile {Key}");
        foreach (var call in calls)
            Assert.Equal("no activation", (await Assert.ThrowsAsync<FormatException>(() => call)).Message);
        Assert.Equal("answer", await grain.Answer());
        Assert.Equal(["attempt", "attempt"], Journal.All);
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_fails_the_activation()
    {
        ContractStorage.FailNext("read", Key, new IOException("disk"));
        var exception = await Assert.ThrowsAsync<OrleansException>(() => Counter.Value());
        Assert.IsType<IOException>(exception.InnerException);
        Assert.Equal(0, await Counter.Value());
    }
}

/// <summary>Promise: deactivating loses no call, and hooks run in order.</summary>
public sealed class Deactivating_loses_nothing : ContractTest
{
    [Fact]
    public async Task Calls_queued_behind_DeactivateOnIdle_run_on_a_new_activation()
    {
        var before = await Probe.Instance();
        var blocking = Probe.Step("A", $"{Key} A");
        await Journal.UntilAsync("A+");
        var ending = Probe.DeactivateAfterThis();
        Gate.Open($"{Key} A");
        await Task.WhenAll(blocking, ending);
        await Journal.UntilAsync("deactivated ApplicationRequested");
        Assert.NotEqual(before, await Probe.Instance());
        Assert.Equal(["activated", "A+", "A-", "deactivated ApplicationRequested", "activated"], Journal.All);
    }

    [Fact]
    public async Task No_call_that_waits_behind_a_deactivation_is_lost()
    {
        var blocking = Probe.StepPatiently("A", $"{Key} A");
        await Journal.UntilAsync("A+");
        var ending = Probe.DeactivateAfterThis();
        var waiting = Enumerable.Range(0, 20).Select(_ => Probe.Instance()).ToList();
        Gate.Open($"{Key} A");
        await Task.WhenAll(blocking, ending);
        await Task.WhenAll(waiting); // some may have come before it, the others run on the next activation
    }

    [Fact]
    public async Task An_idle_activation_is_collected()
    {
        await Probe.Key();
        await Journal.UntilAsync("deactivated ActivationIdle");
        await Probe.Key();
        Assert.Equal(["activated", "deactivated ActivationIdle", "activated"], Journal.All);
    }
}

/// <summary>Promise: stopping lets running calls end and deactivates every grain.</summary>
public sealed class Stopping_is_orderly
{
    [Fact]
    public async Task A_running_call_ends_and_every_activation_deactivates()
    {
        var key = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var cluster = await ContractCluster.StartAsync();
        var call = cluster.Grains.GetGrain<IProbeGrain>(key).Step("A", $"{key} A");
        await Journal.Of(key).UntilAsync("A+");
        var stopping = cluster.StopAsync();
        Gate.Open($"{key} A");
        await call;
        await stopping;
        Assert.Equal(["activated", "A+", "A-", "deactivated ShuttingDown"], Journal.Of(key).All);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IProbeGrain>(key).Key());
    }
}

/// <summary>Promise: timers tick in turn, one period after the end of the last tick.</summary>
public sealed class Timers_tick_in_turn : ContractTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_due_timer_waits_for_the_running_call_unless_it_interleaves()
    {
        var call = Probe.StepPatiently("A", $"{Key} A");
        await Journal.UntilAsync("A+");
        Gate.Open($"{Key} A");
        await call;
        await Probe.StartTimer(Soon * 50, Timeout.InfiniteTimeSpan, interleave: false, throws: false);
        await Probe.StartTimer(Soon * 60, Timeout.InfiniteTimeSpan, interleave: true, throws: false);
        call = Probe.StepPatiently("B", $"{Key} B");
        await Journal.UntilAsync("interleaved tick 1"); // so the other is due by now, and waits
        Gate.Open($"{Key} B");
        await call;
        await Journal.UntilAsync("tick 2");
        Assert.Equal(["B+", "interleaved tick 1", "B-", "tick 2"], Journal.All.Skip(3));
    }

    [Fact]
    public async Task A_tick_that_throws_is_followed_by_the_next()
    {
        var before = await Probe.Instance();
        await Probe.StartTimer(Soon, Soon, interleave: false, throws: true);
        await Journal.UntilAsync("tick 3");
        Assert.Equal(before, await Probe.Instance());
    }

    [Fact]
    public async Task A_disposed_timer_ticks_no_more()
    {
        await Probe.StartTimer(Soon * 10, Soon, interleave: false, throws: false);
        await Probe.StopTimer();
        await Probe.StartTimer(Soon * 20, Timeout.InfiniteTimeSpan, interleave: false, throws: false); // later than the first would have
        await Journal.UntilAsync("tick 1");
        Assert.Single(Journal.All, entry => entry.StartsWith("tick", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Disposing_a_timer_from_outside_a_tick_cancels_the_running_ticks_token()
    {
        await Probe.StartWaitingTimer();
        await Journal.UntilAsync("tick waits");
        await Probe.StopTimer();
        await Journal.UntilAsync("tick cancelled");
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await Probe.StartTimer(TimeSpan.FromSeconds(1), Soon, interleave: false, throws: false);
        await Probe.DeactivateAfterThis();
        await Journal.UntilAsync("deactivated ApplicationRequested");
        await Journal.Of(Key).UntilIdleCollectionAsync(Probe);
        Assert.DoesNotContain("tick 1", Journal.All);
    }
}

/// <summary>Promise: reminders wake a grain again and again, and refuse what makes no sense.</summary>
public sealed class Reminders_wake_grains : ContractTest
{
    [Fact]
    public async Task A_reminder_ticks_and_registering_its_name_again_replaces_it()
    {
        var grain = Grains.GetGrain<IRemindedGrain>(Key);
        Assert.Equal("sweep", await grain.Remind("sweep", TimeSpan.FromHours(1), ContractCluster.ReminderPeriod * 2));
        await grain.Remind("sweep", TimeSpan.FromMilliseconds(1), ContractCluster.ReminderPeriod);
        var tick = $"sweep {ContractCluster.ReminderPeriod.TotalSeconds}";
        await Journal.UntilAsync(tick);
        await Journal.UntilAsync(tick);
    }

    [Fact]
    public async Task Periods_below_the_minimum_and_times_in_the_past_are_refused()
    {
        var grain = Grains.GetGrain<IRemindedGrain>(Key);
        await Assert.ThrowsAsync<ArgumentException>(() => grain.Remind("r", TimeSpan.Zero, TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.Remind("r", TimeSpan.FromSeconds(-1), TimeSpan.FromHours(1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => grain.Remind("", TimeSpan.Zero, TimeSpan.FromHours(1)));
    }
}
