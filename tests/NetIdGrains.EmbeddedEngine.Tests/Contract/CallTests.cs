using Orleans;

namespace NetIdGrains.Contract;

/// <summary>Promise: one activation per key, one call at a time, the code of a grain on its own scheduler.</summary>
public sealed class One_call_at_a_time : ContractTest
{
    [Fact]
    public async Task One_key_is_one_instance_and_another_key_another()
    {
        var first = await Probe.Instance();
        Assert.Equal(first, await Grains.GetGrain<IProbeGrain>(Key).Instance());
        Assert.NotEqual(first, await Grains.GetGrain<IProbeGrain>(Key + " other").Instance());
    }

    [Fact]
    public async Task Concurrent_first_calls_activate_once()
    {
        var instances = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Grains.GetGrain<IProbeGrain>(Key).Instance())));
        Assert.Single(instances.Distinct());
        Assert.Single(Journal.All, entry => entry == "activated");
    }

    [Fact]
    public async Task A_second_call_waits_while_the_first_awaits()
    {
        var first = Probe.Step("A", $"{Key} A");
        await Journal.UntilAsync("A+");
        var second = Probe.Step("B", null);
        await Grains.GetGrain<IProbeGrain>(Key + " other").Key(); // other grains answer meanwhile
        Gate.Open($"{Key} A");
        await Task.WhenAll(first, second);
        Assert.Equal(["activated", "A+", "A-", "B+", "B-"], Journal.All);
    }

    [Fact]
    public async Task An_interleaving_call_runs_while_an_ordinary_one_awaits()
    {
        var first = Probe.Step("A", $"{Key} A");
        await Journal.UntilAsync("A+");
        await Probe.StepInterleaving("I", null);
        Gate.Open($"{Key} A");
        await first;
        Assert.Equal(["activated", "A+", "I+", "I-", "A-"], Journal.All);
    }

    [Fact]
    public async Task An_ordinary_call_runs_while_an_interleaving_one_awaits_but_not_beside_another_ordinary_one()
    {
        var interleaving = Probe.StepInterleaving("I", $"{Key} I");
        await Journal.UntilAsync("I+");
        var first = Probe.Step("N1", $"{Key} N1");
        await Journal.UntilAsync("N1+");
        var second = Probe.Step("N2", null);
        Gate.Open($"{Key} N1");
        await Task.WhenAll(first, second);
        Gate.Open($"{Key} I");
        await interleaving;
        Assert.Equal(["activated", "I+", "N1+", "N1-", "N2+", "N2-", "I-"], Journal.All);
    }

    [Fact]
    public async Task Awaits_come_back_to_the_grains_scheduler() => Assert.True(await Probe.StaysOnItsScheduler());

    [Fact]
    public async Task A_grain_knows_its_key_and_references_compare_by_identity()
    {
        Assert.Equal(Key, await Probe.Key());
        Assert.Equal(Key, Probe.GetPrimaryKeyString());
        Assert.True(await Probe.ReferencesAreEqual());
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_key_is_refused_by_GetGrain_itself(string key) =>
        Assert.Throws<ArgumentException>(() => Grains.GetGrain<IProbeGrain>(key));

    [Fact]
    public async Task A_cycle_of_calls_times_out_and_leaves_both_grains_usable()
    {
        var other = Key + " other";
        await Assert.ThrowsAsync<TimeoutException>(() => Probe.CallBack(other));
        Assert.Equal(Key, await Probe.Key());
        Assert.Equal(other, await Grains.GetGrain<IProbeGrain>(other).Key());
    }
}

/// <summary>Promise: what a grain throws reaches its caller, and the grain stays usable.</summary>
public sealed class A_grain_that_throws_stays_usable : ContractTest
{
    [Fact]
    public async Task The_exception_arrives_and_the_instance_stays()
    {
        var before = await Probe.Instance();
        var exception = await Assert.ThrowsAsync<FormatException>(() => Probe.Throw("what it said"));
        Assert.Equal("what it said", exception.Message);
        Assert.Equal(before, await Probe.Instance());
    }
}

/// <summary>Promise: a caller waits no longer than the response timeout; the grain ends what it does.</summary>
public sealed class A_caller_does_not_wait_for_ever : ContractTest
{
    [Fact]
    public async Task A_slow_method_times_out_for_its_caller_and_runs_to_its_end()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Probe.Step("slow", $"{Key} slow"));
        Gate.Open($"{Key} slow");
        await Probe.Key();
        Assert.Equal(["activated", "slow+", "slow-"], Journal.All);
    }

    [Fact]
    public async Task A_call_that_waited_too_long_never_begins()
    {
        var blocking = Probe.StepPatiently("slow", $"{Key} slow");
        await Journal.UntilAsync("slow+");
        await Assert.ThrowsAsync<TimeoutException>(() => Probe.Step("late", null));
        // On a cluster a message's time begins when it arrives, a little after its caller's: when another has waited as long, the first is too old for sure.
        await Assert.ThrowsAsync<TimeoutException>(() => Probe.Step("later still", null));
        Gate.Open($"{Key} slow");
        await blocking;
        await Probe.Key();
        Assert.DoesNotContain("late+", Journal.All);
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_means_no_call()
    {
        await Probe.Key();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Probe.StepCancellable("never", $"{Key} never", new CancellationToken(canceled: true)));
        Assert.IsNotType<TaskCanceledException>(thrown);
        Assert.DoesNotContain("never+", Journal.All);
    }

    [Fact]
    public async Task Cancelling_ends_the_callers_wait_at_once_and_reaches_the_grain()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Probe.StepCancellable("work", $"{Key} work", cancellation.Token);
        await Journal.UntilAsync("work+");
        await cancellation.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        await Journal.UntilAsync("work cancelled");
        Gate.Open($"{Key} work");
        await Journal.UntilAsync("work-");
    }

    /// <summary>In a cluster the cancellation is a message that nobody awaits: a call whose turn comes before it does begin.</summary>
    [Fact]
    public async Task A_call_cancelled_well_before_its_turn_never_begins()
    {
        using var cancellation = new CancellationTokenSource();
        var blocking = Probe.StepPatiently("slow", $"{Key} slow");
        await Journal.UntilAsync("slow+");
        var waiting = Probe.StepCancellable("late", $"{Key} late", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await LetMessagesArriveAsync();
        Gate.Open($"{Key} slow");
        await blocking;
        await Probe.Key();
        Assert.DoesNotContain("late+", Journal.All);
    }

    [Fact]
    public async Task A_method_that_takes_a_token_always_gets_one_that_can_be_cancelled() => Assert.True(await Probe.TokenCanBeCancelled());
}
