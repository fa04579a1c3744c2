namespace NetIdGrains.EmbeddedEngine;

/// <summary>
/// Where activations get their processor time: the thread pool, or under simulation a seeded single thread.
/// Everything the engine does runs through here or through the injected <see cref="TimeProvider"/>, which is what lets a seed replay a run.
/// </summary>
public abstract class TurnScheduler
{
    /// <summary>The thread pool of this process.</summary>
    public static TurnScheduler ThreadPool { get; } = new ThreadPoolScheduler();

    /// <summary>Runs the item soon, not on the caller's stack.</summary>
    public abstract void Queue(IThreadPoolWorkItem item);

    /// <summary>Runs the item after what waits already: it has had its share for now.</summary>
    public virtual void Requeue(IThreadPoolWorkItem item) => Queue(item);

    private sealed class ThreadPoolScheduler : TurnScheduler
    {
        public override void Queue(IThreadPoolWorkItem item) => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);

        public override void Requeue(IThreadPoolWorkItem item) => System.Threading.ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }
}
