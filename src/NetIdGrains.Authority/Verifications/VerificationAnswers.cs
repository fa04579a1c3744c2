using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Makes the answer and its log line from what was asked and what the citizen's record attests: the one place that decides what goes out.</summary>
public sealed class VerificationAnswers(AuthorityKeys keys, WorkingKeys workingKeys, AuthorityOptions options)
{
    /// <summary>
    /// Tells two bodies under one sequence number apart, whichever way they came. A MAC, because a typed Net ID and code are in some of them:
    /// who has the log could try a bare hash out.
    /// </summary>
    public string Digest(VerificationAsk ask, params ReadOnlySpan<string?> rest) => Convert.ToBase64String(HMACSHA256.HashData(
        keys.Digests,
        Encoding.UTF8.GetBytes(string.Join(
            '\n', [ask.Service, ask.Mode, string.Join(',', ask.Fields), string.Join(',', ask.Predicates), ask.Identifier, .. rest]))));

    /// <param name="ask">What was asked.</param>
    /// <param name="transactionId">The authority's number of it.</param>
    /// <param name="digest">Tells this body from another under the number.</param>
    /// <param name="attested">What the citizen's record says; null where no citizen took part.</param>
    /// <param name="now">Whole seconds, as receipt and answer both say it.</param>
    public async Task<LogEntry> AnswerAsync(VerificationAsk ask, string transactionId, string digest, Attested? attested, DateTimeOffset now)
    {
        var identifier = attested is { Passed: true, Handle: { } handle } ? await IdentifierAsync(ask, handle) : null;
        return await RecordAsync(ask, transactionId, digest, attested, Ending.Answered, identifier, now);
    }

    /// <summary>A verification that ended without a result.</summary>
    public Task<LogEntry> EndAsync(VerificationAsk ask, string transactionId, string digest, Attested? attested, Ending ending, DateTimeOffset now) =>
        RecordAsync(ask, transactionId, digest, attested, ending, identifier: null, now);

    /// <summary>Null when this is not the person whose identifier the platform has named.</summary>
    private async Task<string?> IdentifierAsync(VerificationAsk ask, string handle)
    {
        var identifier = PlatformIdentifier.Derive(await keys.SectorKeyAsync(ask.Sector), EnrolmentHandle.From(Convert.FromBase64String(handle)));
        return ask.Identifier is null || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ask.Identifier), Encoding.UTF8.GetBytes(identifier))
            ? identifier
            : null;
    }

    private async Task<LogEntry> RecordAsync(
        VerificationAsk ask, string transactionId, string digest, Attested? attested, Ending ending, string? identifier, DateTimeOffset now)
    {
        var passed = identifier is not null;
        AuthorityMetrics.Verifications.Add(1, new("mode", ask.Mode), new("result", passed ? "pass" : "fail"));
        var receipt = new VerificationReceipt(
            options.Issuer, transactionId, ask.Platform, ask.SequenceNumber, ask.Purpose, ask.LegalBasis, ask.Mode, passed, identifier, now);
        var answer = new VerificationAnswer(
            ending,
            passed,
            now,
            ask.Mode,
            transactionId,
            passed ? Modes.Assurance(ask.Mode) : [],
            ask.Identifier is null ? identifier : null,
            passed && ask.Predicates.Contains(Predicates.AgeBand) ? Predicates.NameOf(attested!.Age) : null,
            passed && ask.Predicates.Contains(Predicates.Minor) ? attested!.Age != AgeBand.Adult : null,
            passed && ask.Predicates.Contains(Predicates.GuardianConsent) && attested!.GuardianConsent ? true : null,
            passed ? attested!.Identity : null,
            receipt.Sign(await workingKeys.ReceiptAsync()));
        return new LogEntry(
            ask.Platform,
            ask.SequenceNumber,
            digest,
            now,
            ask.Mode,
            passed,
            attested?.LogTag,
            passed ? attested!.Disclosed : [],
            attested?.ReasonKey is { } key ? ReasonMark.Of(key, ReasonOf(attested, passed)) : null,
            answer);
    }

    /// <summary>Who stands, and is not whom the platform has named, is another person.</summary>
    private static DecisionReason ReasonOf(Attested attested, bool passed) =>
        attested.Reason == DecisionReason.InOrder && !passed ? DecisionReason.AnotherPerson : attested.Reason;
}
