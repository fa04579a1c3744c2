using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.Cluster;

/// <summary>
/// One account's storage, whose failures are of two kinds alone: another activation has written, or nobody knows. Nothing of what a provider says in
/// an exception is passed on: it names rows and, of what it cannot read, quotes the value.
/// </summary>
public sealed class AccountStorage(IGrainStorage provider) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        MapAsync(() => provider.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        MapAsync(() => provider.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        MapAsync(() => provider.ClearStateAsync(stateName, grainId, grainState));

    private static async Task MapAsync(Func<Task> operation)
    {
        OrleansException failure;
        try
        {
            await operation();
            return;
        }
        catch (InconsistentStateException exception)
        {
            failure = new InconsistentStateException("Another activation has written this.", exception.StoredEtag, exception.CurrentEtag);
        }
        catch (Exception exception)
        {
            failure = new OrleansException($"A storage account does not answer as it should ({exception.GetType().Name}).");
        }

        throw failure;
    }
}
