using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace NetIdGrains.Contract;

/// <summary>What the grains of one test have done, in order. Found by the grain's key, which each test chooses afresh.</summary>
public sealed class Journal
{
    private static readonly ConcurrentDictionary<string, Journal> Journals = new();
    private readonly Channel<string> _entries = Channel.CreateUnbounded<string>();
    private ImmutableList<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public static Journal Of(string key) => Journals.GetOrAdd(key, _ => new Journal());

    public void Write(string entry)
    {
        ImmutableInterlocked.Update(ref _all, static (all, added) => all.Add(added), entry);
        _entries.Writer.TryWrite(entry);
    }

    /// <summary>Waits for the next entries up to and including one that equals <paramref name="entry"/>.</summary>
    public async Task UntilAsync(string entry)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _entries.Reader.ReadAsync(limit.Token) != entry)
        {
            // Entries before the one awaited are in All.
        }
    }
}

/// <summary>Where a grain waits until its test lets it go on.</summary>
public static class Gate
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Gates = new();

    public static Task At(string name) => Of(name).Task;

    public static void Open(string name) => Of(name).TrySetResult();

    private static TaskCompletionSource Of(string name) =>
        Gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
