using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// Status lists, the index row of a Net ID given up and the public report follow the record: told a moment after it has changed, so that nobody who freezes waits
/// for them, and by the sweeper should the process die in that moment. What is left to tell follows from the record itself.
/// </summary>
public sealed partial class CitizenGrain
{
    private static readonly TimeSpan ToldAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookedAtAfter = TimeSpan.FromMinutes(1);
    private IGrainTimer? _tellLists;

    /// <summary>Since when lists say what is not so any more, as far as this process knows.</summary>
    private long? _untoldSince;

    async Task<NextLook> ICitizenGrain.TellLists()
    {
        _tellLists?.Dispose();
        _tellLists = null;
        var now = time.GetUtcNow();
        if (State.Status != EnrolmentStatus.Active || await Record.OpenAsync(State) is not { } opened)
            return new NextLook(null);
        if (!await RetireNetIdAsync() || !await CountActsAsync())
            return new NextLook(now + LookedAtAfter);
        var later = await TellCitizenAsync(opened, now);
        if (await Record.OpenAsync(State) is not { } current)
            return new NextLook(null);
        var standing = new CertificateStanding(State, current, now);
        if (standing.IsTold)
            return new NextLook(later);
        var unsure = State with { ListsSay = CertificateStanding.Unsure }; // or a freeze lifted while some were told would leave those saying it
        if (!await base.TrySaveAsync(unsure) || !await GrainFactory.TellListsAsync(standing.Entries))
            return new NextLook(now + LookedAtAfter);
        var next = State with { ListsSay = standing.Suspended, Sealed = await SealAsync(current.Secrets with { Certificates = standing.Good }) };
        var told = await TrySaveAsync(next);
        if (told && _untoldSince is { } since)
        {
            AuthorityMetrics.ListsTold.Record(time.GetElapsedTime(since).TotalSeconds);
            _untoldSince = null;
        }

        return new NextLook(told ? later : now + LookedAtAfter);
    }

    /// <summary>A deadline is set beside the write, not before it: it costs a freeze no time, and one for nothing is harmless.</summary>
    protected override async Task<bool> TrySaveAsync(CitizenState next)
    {
        var opened = next.Status == EnrolmentStatus.Active ? await Record.OpenAsync(next) : null;
        if (opened is not null)
            next = WithEvents(next, opened);
        var isTold = opened is null || (IsTold(next, opened) && IsContactTold(next, opened));
        var watched = isTold ? Task.CompletedTask : WatchAsync();
        var saved = await base.TrySaveAsync(next);
        await watched;
        if (saved && !isTold)
        {
            _untoldSince ??= time.GetTimestamp();
            TellSoon();
        }

        return saved;
    }

    private async Task<OpenedCitizen?> OpenAsync()
    {
        var opened = await Record.OpenAsync(State);
        if (State.Status == EnrolmentStatus.Active && opened is not null && !(IsTold(State, opened) && State.Untold.IsEmpty))
            TellSoon(); // a freeze has ended by itself, or a process died before it told
        return opened;
    }

    private bool IsTold(CitizenState state, OpenedCitizen opened) =>
        state.RetiringNetId is null && OperatorActRules.AreCounted(state) && new CertificateStanding(state, opened, time.GetUtcNow()).IsTold;

    private void TellSoon() => _tellLists ??= this.RegisterGrainTimer(
        _ => ((ICitizenGrain)this).TellLists(), new GrainTimerCreationOptions(ToldAfter, Timeout.InfiniteTimeSpan));

    /// <summary>Named by what only the authority can open, and anew each time: the deadline lies elsewhere, and names nobody.</summary>
    private string NewWatch() => $"statuses/{references.Device(PersonIndex, number: 0)}";

    private async Task WatchAsync()
    {
        try
        {
            await deadlines.SetAsync(NewWatch(), time.GetUtcNow() + LookedAtAfter);
        }
        catch (IOException)
        {
            // The freeze itself is what counts. Then the record tells, the next time that it is opened.
        }
    }
}
