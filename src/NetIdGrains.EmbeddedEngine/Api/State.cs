using Orleans.Core;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A stored record as a storage provider sees it.</summary>
    public interface IGrainState<T>
    {
        T State { get; set; }

        string? ETag { get; set; }

        bool RecordExists { get; set; }
    }
}

namespace Orleans.Core
{
    public interface IStorage
    {
        string? Etag { get; }

        bool RecordExists { get; }

        Task ReadStateAsync();

        /// <summary>Completes when the state is durable. After a failure <c>State</c> keeps the new value: deactivate, the truth is unknown.</summary>
        Task WriteStateAsync();

        Task ClearStateAsync();
    }

    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A grain's stored state, injected into its constructor by <see cref="PersistentStateAttribute"/> and read before it activates.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;
}

namespace Orleans.Storage
{
    /// <summary>A storage provider. It decides concurrent writes by ETag and throws <see cref="InconsistentStateException"/> to the loser.</summary>
    public interface IGrainStorage
    {
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    }
}
