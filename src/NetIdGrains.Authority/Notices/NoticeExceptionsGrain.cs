using System.Collections.Immutable;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// A11-1: notices that were left out or come late, each with the law that allows it and the day by which it is to be given. The operator's alone
/// to read; nothing in it is about a person.
/// </summary>
[Alias("netid.notice-exceptions")]
public interface INoticeExceptionsGrain : IGrainWithStringKey
{
    /// <summary>Recording the same again is one record. One that should have been given before today is overdue at once.</summary>
    Task<Answer<NoticeException>> Record(RecordNoticeException command);

    /// <summary>The notice was given after all. Saying so twice is saying it once; the first day counts.</summary>
    /// <param name="number">As listed.</param>
    /// <param name="by">Who says so.</param>
    Task<Answer<NoticeException>> Give(int number, string by);

    /// <summary>Those still to be given, the first due first; then those that were given.</summary>
    Task<NoticeExceptions> List();
}

/// <param name="ReasonCode">Why, in the operator's own codes.</param>
/// <param name="LegalReference">Statute and article.</param>
/// <param name="Due">The last day, in China, on which the notice is to be given.</param>
/// <param name="By">Who decided it.</param>
[GenerateSerializer]
[Alias("netid.record-notice-exception")]
public sealed record RecordNoticeException(string ReasonCode, string LegalReference, DateOnly Due, string By);

[GenerateSerializer]
[Alias("netid.notice-exception")]
public sealed record NoticeException(
    int Number, string ReasonCode, string LegalReference, DateOnly Due, string By, DateTimeOffset Recorded, DateTimeOffset? Given, string? GivenBy, bool Overdue);

[GenerateSerializer]
[Alias("netid.notice-exception-list")]
public sealed record NoticeExceptions(ImmutableArray<NoticeException> All);

public sealed record NoticeExceptionsState
{
    public ImmutableArray<NoticeException> All { get; init; } = [];
}

[GrainType("notice-exceptions")]
public sealed class NoticeExceptionsGrain(
    [PersistentState("exceptions", StorageNames.Supervision)] IPersistentState<NoticeExceptionsState> stored, TimeProvider time)
    : StatefulGrain<NoticeExceptionsState>(stored), INoticeExceptionsGrain
{
    private const int LongestText = 200;

    private DateOnly Today => ChinaCalendar.Today(time.GetUtcNow());

    public static INoticeExceptionsGrain Of(IGrainFactory grains) => grains.GetGrain<INoticeExceptionsGrain>("notice-exceptions");

    async Task<Answer<NoticeException>> INoticeExceptionsGrain.Record(RecordNoticeException command)
    {
        string[] texts = [command.ReasonCode, command.LegalReference, command.By];
        if (Array.Exists(texts, text => text.Trim().Length is 0 or > LongestText))
            return Fault.Invalid($"reason_code, legal_reference and by must each say something, in at most {LongestText} characters.");
        var same = State.All.FirstOrDefault(known =>
            new RecordNoticeException(known.ReasonCode, known.LegalReference, known.Due, known.By) == command && known.Given is null);
        if (same is not null)
            return AsOfToday(same);
        var recorded = new NoticeException(
            State.All.Length + 1, command.ReasonCode, command.LegalReference, command.Due, command.By, time.GetUtcNow(), Given: null, GivenBy: null, Overdue: false);
        return await TrySaveAsync(new NoticeExceptionsState { All = State.All.Add(recorded) }) ? AsOfToday(recorded) : Refusal.Unavailable;
    }

    async Task<Answer<NoticeException>> INoticeExceptionsGrain.Give(int number, string by)
    {
        if (by.Trim().Length is 0 or > LongestText)
            return Fault.Invalid($"by must say who, in at most {LongestText} characters.");
        if (State.All.FirstOrDefault(known => known.Number == number) is not { } exception)
            return Refusal.NoticeExceptionUnknown;
        if (exception.Given is not null)
            return exception;
        var given = exception with { Given = time.GetUtcNow(), GivenBy = by };
        return await TrySaveAsync(new NoticeExceptionsState { All = State.All.Replace(exception, given) }) ? given : Refusal.Unavailable;
    }

    Task<NoticeExceptions> INoticeExceptionsGrain.List() => Task.FromResult(new NoticeExceptions(
        [
            .. State.All.OrderBy(exception => exception.Given is not null).ThenBy(exception => exception.Due)
                .Select(AsOfToday),
        ]));

    private NoticeException AsOfToday(NoticeException exception) => exception with { Overdue = exception.Given is null && exception.Due < Today };
}
