using System.Collections.Immutable;
using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>How a verification looks to its platform: as the answer to a request and in a callback, the same to the letter.</summary>
/// <param name="TransactionId">The authority's number of this verification.</param>
/// <param name="SequenceNumber">The platform's own.</param>
/// <param name="Status">What became of asking a citizen: pending, returning, approved, denied, expired or cancelled; absent where nobody was asked.</param>
/// <param name="Expires">Until when the citizen can decide; only while pending.</param>
/// <param name="Request">What a wallet scans or is led to; only while pending, and not at a counter.</param>
/// <param name="Result">"pass" or "fail"; a fail says no reason. Absent until there is an end.</param>
/// <param name="Time">When the authority decided.</param>
/// <param name="Mode">As asked.</param>
/// <param name="Assurance">What was proved, in the words of RFC 8176: pop, pin, face, otp. Absent after a fail, like all that follows but the receipt.</param>
/// <param name="PlatformIdentifier">Stable for this person at this platform; absent in a re-verification.</param>
/// <param name="AgeBand">under-14, 14-17 or 18-and-over; if asked for and entitled.</param>
/// <param name="Minor">The same.</param>
/// <param name="GuardianConsent">true for a child whose guardian agrees; absent for everybody else.</param>
/// <param name="Identity">A JWE to the platform's key with the fields that the citizen consented to (A8-2).</param>
/// <param name="Receipt">Signed proof of all this, checkable offline (S-2).</param>
public sealed record VerificationResponse(
    string TransactionId,
    string SequenceNumber,
    string? Status = null,
    DateTimeOffset? Expires = null,
    string? Request = null,
    string? Result = null,
    DateTimeOffset? Time = null,
    string? Mode = null,
    ImmutableArray<string>? Assurance = null,
    string? PlatformIdentifier = null,
    string? AgeBand = null,
    bool? Minor = null,
    bool? GuardianConsent = null,
    string? Identity = null,
    string? Receipt = null)
{
    public static VerificationResponse From(VerificationView view, string? request = null)
    {
        var isPending = view.Status == VerificationStatus.Pending;
        var response = new VerificationResponse(
            view.Transaction, view.SequenceNumber, NameOf(view.Status), isPending ? view.Expires : null, isPending ? request : null);
        return view.Answer is { } answer ? response.With(answer) : response;
    }

    public static VerificationResponse From(VerificationAnswer answer, string sequenceNumber) =>
        new VerificationResponse(answer.TransactionId, sequenceNumber).With(answer);

    /// <summary>The text of a callback.</summary>
    public static string Write(VerificationView view) =>
        JsonSerializer.Serialize(new { Type = "verification.ended", Data = From(view) }, WireJson.Options);

    public override string ToString() => "sealed";

    private static string NameOf(VerificationStatus status) => status.ToString().ToLowerInvariant();

    private VerificationResponse With(VerificationAnswer answer) => this with
    {
        Result = answer.Passed ? "pass" : "fail",
        Time = answer.Time,
        Mode = answer.Mode,
        Assurance = answer.Passed ? answer.Assurance : null,
        PlatformIdentifier = answer.PlatformIdentifier,
        AgeBand = answer.AgeBand,
        Minor = answer.Minor,
        GuardianConsent = answer.GuardianConsent,
        Identity = answer.Identity,
        Receipt = answer.Receipt,
    };
}
