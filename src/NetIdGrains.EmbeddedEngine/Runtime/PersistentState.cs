using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>A stored state of one activation, whatever its type.</summary>
internal abstract class PersistentState
{
    /// <summary>The first read, before the grain activates.</summary>
    public abstract Task LoadAsync();
}

/// <summary>
/// A grain's stored state. Operations are queued and never overlap; writes asked for before the first has begun are one write of the
/// latest value. The runtime rolls nothing back: after a failed write memory holds the new value and the old ETag.
/// </summary>
internal sealed class PersistentState<TState>(Activation activation, string name, IGrainStorage storage)
    : PersistentState, IPersistentState<TState>
{
    private readonly GrainRecord<TState> _record = new();
    private Task _last = Task.CompletedTask;
    private Task? _pendingWrite;
    private bool _loaded;

    public TState State
    {
        get
        {
            activation.CheckAccess();
            return _record.State;
        }

        set
        {
            activation.CheckAccess();
            _record.State = value;
        }
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _loaded ? _record.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    public override async Task LoadAsync()
    {
        _record.State = GrainRecord<TState>.NewState();
        await RunAsync("ReadStateAsync", () => storage.ReadStateAsync(name, activation.GrainId, _record));
        _loaded = true;
    }

    public Task ReadStateAsync() => Enqueue("ReadStateAsync", () => storage.ReadStateAsync(name, activation.GrainId, _record));

    public Task ClearStateAsync() => Enqueue("ClearStateAsync", () => storage.ClearStateAsync(name, activation.GrainId, _record));

    public Task WriteStateAsync() => _pendingWrite ??= Enqueue("WriteStateAsync", () =>
    {
        _pendingWrite = null;
        return storage.WriteStateAsync(name, activation.GrainId, _record);
    });

    private Task Enqueue(string operation, Func<Task> run)
    {
        activation.CheckAccess();
        return _last = AfterAsync(_last, operation, run);
    }

    private async Task AfterAsync(Task previous, string operation, Func<Task> run)
    {
        // Always yields first, so that several writes of one turn become one.
        await previous.ConfigureAwait(
            ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await RunAsync(operation, run);
    }

    private async Task RunAsync(string operation, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (OrleansException exception)
        {
            if (exception is InconsistentStateException inconsistency)
                activation.NoteInconsistency(inconsistency);
            throw;
        }
        catch (Exception exception)
        {
            throw new OrleansException(
                $"Error from storage provider {storage.GetType().Name}.{name} during {operation} for grain type {activation.GrainId.Type}.", exception);
        }
    }
}

/// <summary>A record as the storage provider fills it in.</summary>
internal sealed class GrainRecord<T> : IGrainState<T>
{
    private static readonly bool HasConstructor = typeof(T).IsValueType || typeof(T).GetConstructor(
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes) is not null;

    public T State { get; set; } = default!;

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }

    /// <summary>What a grain without a record finds: a new object, or an uninitialised one where the type has no such constructor.</summary>
    public static T NewState() => HasConstructor ? Activator.CreateInstance<T>() : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
}
