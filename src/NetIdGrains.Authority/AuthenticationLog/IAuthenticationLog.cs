using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// One verification as the law wants it logged, and no more (A5-1, A12-1): when, which platform, which mode, pass or fail, the names of
/// the fields disclosed, and the citizen's tag of the day. The answer stays beside it for a day, for repeats.
/// </summary>
/// <param name="Reason">A <see cref="ReasonMark"/>, which the citizen's record alone can read (PIPL 48); null when there is no citizen.</param>
[GenerateSerializer]
[Alias("netid.log-entry")]
public sealed record LogEntry(
    string Platform,
    string SequenceNumber,
    string BodyDigest,
    DateTimeOffset Time,
    string Mode,
    bool Passed,
    string? Tag,
    ImmutableArray<string> Disclosed,
    string? Reason,
    VerificationAnswer Answer);

/// <summary>A line as its own citizen asks why.</summary>
[GenerateSerializer]
[Alias("netid.logged-decision")]
public sealed record LoggedDecision(HistoryLine Line, string SequenceNumber, string? Reason)
{
    public override string ToString() => "sealed";
}

/// <summary>What the log has under a platform's sequence number. The answer is null once it was dropped.</summary>
[GenerateSerializer]
[Alias("netid.logged")]
public sealed record Logged(string BodyDigest, VerificationAnswer? Answer)
{
    /// <summary>The logged answer if the body is the one logged; a sequence number is good for one body, and its answer for a day.</summary>
    public Answer<VerificationAnswer> AnswerTo(string digest) =>
        BodyDigest == digest && Answer is { } answer ? answer : Refusal.SequenceNumberUsed;
}

/// <summary>
/// The log's storage: its own file or account, apart from identity data. Acknowledged means durable. A store that cannot answer throws
/// <see cref="IOException"/>; whether an insert took effect is then unknown, and trying it again is safe.
/// </summary>
public interface IAuthenticationLog
{
    /// <summary>Inserts unless this platform has used this sequence number; returns what is there now.</summary>
    Task<Logged> InsertAsync(LogEntry entry);

    Task<Logged?> FindAsync(string platform, string sequenceNumber);

    /// <summary>Up to <paramref name="most"/> lines with one of these tags, no later than this second, the newest first.</summary>
    Task<IReadOnlyList<HistoryLine>> ScanAsync(IReadOnlyCollection<string> tags, DateTimeOffset until, int most);

    /// <summary>The line of this transaction, if it has one of these tags.</summary>
    Task<LoggedDecision?> FindAsync(IReadOnlyCollection<string> tags, string transaction);

    /// <summary>Drops up to <paramref name="most"/> answers of lines older than this; returns how many.</summary>
    Task<int> DropAnswersAsync(DateTimeOffset before, int most);

    /// <summary>Deletes up to <paramref name="most"/> lines older than this; returns how many.</summary>
    Task<int> DeleteAsync(DateTimeOffset before, int most);
}
