using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>The authority's sweeper: one reminder for all of it. It deletes what is past its time, a slice at a turn.</summary>
[Alias("netid.retention")]
public interface IRetentionGrain : IGrainWithStringKey
{
    /// <summary>Called by every process as it starts; the first sweep comes soon, so restarting often does not put it off for ever.</summary>
    Task Start();
}

[GrainType("retention")]
public sealed class RetentionGrain(IAuthenticationLog log, IDeadlines deadlines, TimeProvider time, AuthorityOptions options) : Grain, IRetentionGrain, IRemindable
{
    private const int Slice = 500;
    private static readonly TimeSpan BetweenSlices = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstSweep = TimeSpan.FromMinutes(1);
    private IGrainTimer? _slices;

    public static IRetentionGrain Of(IGrainFactory grains) => grains.GetGrain<IRetentionGrain>("retention");

    Task IRetentionGrain.Start() => this.RegisterOrUpdateReminder("sweep", FirstSweep, options.SweepPeriod);

    /// <summary>A sweep goes on by timer until nothing is left, so that no turn of it is long.</summary>
    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _slices ??= this.RegisterGrainTimer(SweepSliceAsync, new GrainTimerCreationOptions(TimeSpan.Zero, BetweenSlices));
        return Task.CompletedTask;
    }

    private async Task SweepSliceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var done = await log.DropAnswersAsync(now - options.AnswerLifetime, Slice) + await log.DeleteAsync(now - options.LogRetention, Slice)
            + await TidyAsync(now);
        if (done > 0)
            return;
        _slices?.Dispose();
        _slices = null;
        await ReadRegisterAsync(cancellationToken);
    }

    /// <summary>Page by page; a register that is away is asked again by the next sweep.</summary>
    private async Task ReadRegisterAsync(CancellationToken cancellationToken)
    {
        while ((await RegisterFeedGrain.Of(GrainFactory).Pull(cancellationToken)).Value is { Changes: > 0 })
        {
            // there may be more
        }
    }

    /// <summary>
    /// Each grain whose deadline has passed says when to look again. One that cannot now stays where it is for the next sweep, and holds up
    /// nobody else.
    /// </summary>
    private async Task<int> TidyAsync(DateTimeOffset now)
    {
        var passed = await deadlines.PassedAsync(now, Slice);
        var tidied = await Task.WhenAll(passed.Select(TidyAsync));
        return tidied.Count(done => done);
    }

    private async Task<bool> TidyAsync(Deadline deadline)
    {
        var parts = deadline.Key.Split('/', 2);
        var (kind, key) = (parts[0], parts[1]);
        try
        {
            var next = kind switch
            {
                "outbox" => await GrainFactory.GetGrain<IOutboxGrain>(key).Tidy(),
                "leaving" => await GrainFactory.GetGrain<ILeavingGrain>(key).Tidy(),
                "legal-hold" => await GrainFactory.GetGrain<ILegalHoldGrain>(key).Tidy(),
                "case" => await GrainFactory.GetGrain<ICaseGrain>(key).Tidy(),
                "status-list" => await GrainFactory.GetGrain<IStatusIndexGrain>(key).Tidy(),
                "statuses" => await GrainFactory.GetGrain<IStatusWatchGrain>(key).Tidy(),
                "guardianship" => await GrainFactory.GetGrain<IGuardianshipWatchGrain>(key).Tidy(),
                "application" => await GrainFactory.GetGrain<IApplicationGrain>(key).Tidy(),
                _ => await GrainFactory.GetGrain<IVerificationGrain>(key).Tidy(),
            };
            if (next.Due is { } due)
                await deadlines.SetAsync(deadline.Key, due);
            if (next.Due != deadline.Due)
                await deadlines.RemoveAsync(deadline);
            return true;
        }
        catch (Exception exception) when (exception is OrleansException or IOException or TimeoutException)
        {
            return false;
        }
    }
}
