using System.Collections.Concurrent;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// The platforms that this front door serves at the moment, each from a short lease: a busy platform costs its grain one call for each slice of
/// its quota, however many verifications it asks for.
/// </summary>
internal sealed class PlatformLeases(IGrainFactory grains, TimeProvider time, AuthorityOptions options)
{
    private readonly ConcurrentDictionary<string, HeldLease> _held = new();

    public HeldLease Of(string platform) =>
        _held.GetOrAdd(platform, static (id, self) => new HeldLease(self.Grains.GetGrain<IPlatformGrain>(id), self.Time, self.Duration), this);

    private IGrainFactory Grains => grains;

    private TimeProvider Time => time;

    private TimeSpan Duration => options.LeaseDuration;
}

/// <summary>What a front door may do for a platform now.</summary>
/// <param name="Refusal">None, or why nothing.</param>
/// <param name="Lease">Null if refused.</param>
/// <param name="Left">What is left of the slice here.</param>
/// <param name="Wait">How long until there is more, when the quota is spent; otherwise until this lease ends.</param>
internal readonly record struct TakenLease(Refusal Refusal, PlatformLease? Lease, int Left, TimeSpan Wait);

/// <summary>One platform's lease in this process: used, counted, and asked for again, by one request for all that wait.</summary>
internal sealed class HeldLease(IPlatformGrain platform, TimeProvider time, TimeSpan duration)
{
    /// <summary>
    /// Others may take all of a new slice before one that waited for it; then it asks again, but not for ever. A whole quota is at most 19
    /// slices: fewer rounds would refuse the end of a burst that is within it.
    /// </summary>
    private const int MostRounds = 20;

    private readonly Lock _gate = new();
    private Answer<PlatformLease>? _answer;
    private long _asked;
    private int _left;
    private int _refusedAsks;
    private Task? _renewal;

    /// <summary>The platform asked for more than it is entitled to.</summary>
    public void CountRefusedAsk() => Interlocked.Increment(ref _refusedAsks);

    /// <param name="spends">Whether this counts against the quota.</param>
    public async ValueTask<TakenLease> TakeAsync(bool spends)
    {
        for (var round = 0; ; round++)
        {
            Task renewal;
            lock (_gate)
            {
                if (Use(spends, isLastRound: round == MostRounds) is { } taken)
                    return taken;
                renewal = _renewal ??= RenewAsync();
            }

            await renewal;
        }
    }

    /// <summary>Null when the grain has to be asked first.</summary>
    private TakenLease? Use(bool spends, bool isLastRound)
    {
        var age = time.GetElapsedTime(_asked);
        if (_answer is null || age >= duration)
            return isLastRound ? new TakenLease(Refusal.Unavailable, null, 0, TimeSpan.Zero) : null;
        if (_answer.Value is not { } lease)
            return new TakenLease(_answer.Refusal, null, 0, TimeSpan.Zero);
        if (!spends || _left > 0)
            return new TakenLease(Refusal.None, lease, spends ? --_left : _left, duration - age);
        if (lease.RetryAfter > age || isLastRound)
            return new TakenLease(Refusal.QuotaSpent, lease, 0, lease.RetryAfter - age);
        return null;
    }

    private async Task RenewAsync()
    {
        await Task.Yield(); // or an answer that comes at once would be put away before it is known as the one to wait for
        int unused;
        lock (_gate)
            (unused, _left) = (_left, 0);
        var refusedAsks = Volatile.Read(ref _refusedAsks);
        var asked = time.GetTimestamp(); // from before the question, or a slow answer would stretch the lease
        try
        {
            var answer = await platform.Lease(new LeaseRequest(unused, refusedAsks));
            Interlocked.Add(ref _refusedAsks, -refusedAsks);
            var outcome = answer.Value is null ? RefusalTable.Entries[answer.Refusal].Slug : "granted";
            AuthorityMetrics.Leases.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
            lock (_gate)
                (_answer, _asked, _left) = (answer, asked, answer.Value?.Slice ?? 0);
        }
        finally
        {
            lock (_gate)
                _renewal = null;
        }
    }
}
