using System.Globalization;
using Orleans;

namespace NetIdGrains.Contract;

/// <summary>A test with a fresh key on the cluster that all tests of a run share.</summary>
public abstract class ContractTest : IAsyncLifetime
{
    private static readonly Lazy<Task<ContractCluster>> Shared = new(ContractCluster.StartAsync);

    protected string Key { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    protected IGrainFactory Grains { get; private set; } = null!;

    protected Journal Journal => Journal.Of(Key);

    protected IProbeGrain Probe => Grains.GetGrain<IProbeGrain>(Key);

    protected ICounterGrain Counter => Grains.GetGrain<ICounterGrain>(Key);

    /// <summary>
    /// A client's messages reach a silo when they do, in any order. They have reached it by the time that a call to another grain, made
    /// after them, has waited in vain for its answer.
    /// </summary>
    protected async Task LetMessagesArriveAsync()
    {
        var gate = $"{Key} silent";
        await Assert.ThrowsAsync<TimeoutException>(() => Grains.GetGrain<IProbeGrain>(gate).Step("silent", gate));
        Gate.Open(gate);
    }

    public async ValueTask InitializeAsync() => Grains = (await Shared.Value).Grains;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

internal static class JournalWaits
{
    /// <summary>Waits until the grain, called once more, has been collected: long enough for any timer left behind to have ticked.</summary>
    public static async Task UntilIdleCollectionAsync(this Journal journal, IProbeGrain grain)
    {
        await grain.Key();
        await journal.UntilAsync("deactivated ActivationIdle");
    }
}
