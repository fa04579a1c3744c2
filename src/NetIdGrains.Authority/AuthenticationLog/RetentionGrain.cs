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
public sealed class RetentionGrain(IAuthenticationLog log, TimeProvider time, AuthorityOptions options) : Grain, IRetentionGrain, IRemindable
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
        var done = await log.DropAnswersAsync(now - options.AnswerLifetime, Slice) + await log.DeleteAsync(now - options.LogRetention, Slice);
        if (done > 0)
            return;
        _slices?.Dispose();
        _slices = null;
    }
}
