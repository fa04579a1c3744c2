using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.Contract;

/// <summary>Promise: acknowledged state is read back; the ETag decides between writers; failures leave memory as it is.</summary>
public sealed class State_is_what_was_acknowledged : ContractTest
{
    [Fact]
    public async Task A_grain_without_a_record_has_a_new_state()
    {
        Assert.False(await Counter.Exists());
        Assert.Equal(0, await Counter.Value());
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_deactivation()
    {
        await Counter.Set(7);
        await Counter.DeactivateAfterThis();
        Assert.Equal(7, await Counter.Value());
        Assert.True(await Counter.Exists());
    }

    [Fact]
    public async Task Writes_of_one_turn_are_one_write_of_the_latest()
    {
        await Counter.SetTwiceInOneTurn(1, 2);
        Assert.Equal("""{"Count":2}""", ContractStorage.Stored(Key));
        Assert.Single(Journal.All, entry => entry == "storage write");
    }

    [Fact]
    public async Task A_provider_failure_arrives_wrapped_and_memory_keeps_the_new_value()
    {
        await Counter.Set(1);
        ContractStorage.FailNext("write", Key, new IOException("disk"));
        var exception = await Assert.ThrowsAsync<OrleansException>(() => Counter.Set(2));
        Assert.IsType<IOException>(exception.InnerException);
        Assert.Equal(2, await Counter.Value());
        Assert.Equal("""{"Count":1}""", ContractStorage.Stored(Key));
    }

    [Fact]
    public async Task A_lost_race_arrives_as_it_is_and_ends_the_activation()
    {
        await Counter.Set(1);
        ContractStorage.Overwrite(Key, """{"Count":50}""");
        await Assert.ThrowsAsync<InconsistentStateException>(() => Counter.Set(2));
        Assert.Equal(50, await Counter.Value());
    }

    [Fact]
    public async Task A_lost_race_that_the_grain_catches_ends_nothing()
    {
        await Counter.Set(1);
        ContractStorage.Overwrite(Key, """{"Count":50}""");
        await Counter.SetCatching(2);
        Assert.Equal(2, await Counter.Value());
    }

    [Fact]
    public async Task Reading_again_drops_local_changes()
    {
        await Counter.Set(1);
        ContractStorage.FailNext("write", Key, new IOException("disk"));
        await Counter.SetCatching(2);
        await Counter.Reread();
        Assert.Equal(1, await Counter.Value());
    }

    [Fact]
    public async Task Clearing_twice_is_fine_and_writing_afterwards_begins_anew()
    {
        await Counter.Set(1);
        await Counter.Clear();
        await Counter.Clear();
        Assert.False(await Counter.Exists());
        Assert.Equal(0, await Counter.Value());
        await Counter.Set(3);
        Assert.True(await Counter.Exists());
    }

    [Fact]
    public async Task State_belongs_to_the_grains_own_turns()
    {
        Assert.StartsWith("Activation access violation", await Counter.TouchStateFromThreadPool(), StringComparison.Ordinal);
    }
}
