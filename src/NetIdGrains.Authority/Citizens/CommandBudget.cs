namespace NetIdGrains.Authority;

/// <summary>A token bucket for each of a citizen's commands, in memory: asking often costs nobody but the one who asks.</summary>
public sealed class CommandBudget(TimeProvider time)
{
    private const int Most = 30;

    /// <summary>Until there is another: what a refused wallet is told to wait.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (double Left, long At)> _buckets = [];

    public bool TrySpend(string command)
    {
        var now = time.GetTimestamp();
        var (left, at) = _buckets.GetValueOrDefault(command, (Most, now));
        left = Math.Min(Most, left + (time.GetElapsedTime(at, now) / Refill));
        var isLeft = left >= 1;
        _buckets[command] = (isLeft ? left - 1 : left, now);
        return isLeft;
    }
}
