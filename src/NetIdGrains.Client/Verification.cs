namespace NetIdGrains.Client;

/// <summary>How a verification stands. Everything from <paramref name="Result"/> on is absent until it has ended.</summary>
/// <param name="TransactionId">The authority's number of it.</param>
/// <param name="SequenceNumber">The platform's own.</param>
/// <param name="Status">
/// What became of asking a citizen, absent where nobody was asked: pending, returning (approved, and the browser is not back yet), approved,
/// denied, expired or cancelled.
/// </param>
/// <param name="Expires">Until when the citizen can decide; only while pending.</param>
/// <param name="Request">What to show as a QR, or to lead to on the same device; only while pending, and not at a counter.</param>
/// <param name="Result">pass or fail; a fail says no reason.</param>
/// <param name="Time">When the authority decided.</param>
/// <param name="Mode">As asked.</param>
/// <param name="Assurance">What was proved, in the words of RFC 8176: pop, pin, face, otp. Absent after a fail, like all that follows but the receipt.</param>
/// <param name="PlatformIdentifier">Stable for this person at this platform, and of no use anywhere else; absent in a re-verification.</param>
/// <param name="AgeBand">under-14, 14-17 or 18-and-over; if asked for and entitled.</param>
/// <param name="Minor">The same.</param>
/// <param name="GuardianConsent">true for a child whose guardian agrees; absent for everybody else.</param>
/// <param name="Identity">Sealed to the platform: <see cref="Client.Identity"/> opens it.</param>
/// <param name="Receipt">Signed proof of all this: <see cref="Receipts"/> checks it offline.</param>
public sealed record Verification(
    string TransactionId,
    string SequenceNumber,
    string? Status = null,
    DateTimeOffset? Expires = null,
    string? Request = null,
    string? Result = null,
    DateTimeOffset? Time = null,
    string? Mode = null,
    IReadOnlyList<string>? Assurance = null,
    string? PlatformIdentifier = null,
    string? AgeBand = null,
    bool? Minor = null,
    bool? GuardianConsent = null,
    string? Identity = null,
    string? Receipt = null)
{
    /// <summary>The one question: is it the person?</summary>
    public bool Passed => Result == "pass";

    /// <summary>Whether the citizen has yet to decide.</summary>
    public bool IsPending => Status == "pending";

    /// <summary>Nothing that identifies anyone.</summary>
    public override string ToString() => $"{Status} {Result}";
}

/// <summary>What a platform asks with a presentation that its user's wallet has handed it.</summary>
/// <param name="Service">Which of the platform's services asks.</param>
/// <param name="SequenceNumber">Its own number: <see cref="Fresh.SequenceNumber"/>; the wallet has signed it.</param>
/// <param name="Nonce"><see cref="Fresh.Nonce"/>; the wallet has signed it.</param>
/// <param name="Presentation">From the wallet.</param>
/// <param name="Mode">R01 to R04.</param>
/// <param name="Factors">From the wallet, sealed to the authority; in R02 and R04, and in R03 with the wallet's own camera.</param>
/// <param name="Face">In R03 and R04: an image by the platform's own camera instead, base64.</param>
/// <param name="Predicates">age_band, minor, guardian_consent.</param>
/// <param name="PlatformIdentifier">For a re-verification: whose it must be.</param>
public sealed record VerifyRequest(
    string Service,
    string SequenceNumber,
    string Nonce,
    string Presentation,
    string Mode = "R01",
    string? Factors = null,
    string? Face = null,
    IReadOnlyList<string>? Predicates = null,
    string? PlatformIdentifier = null)
{
    /// <summary>Never what it holds.</summary>
    public override string ToString() => "sealed";
}

/// <summary>What a platform asks with a Net ID and the dynamic password beside it, typed by its user.</summary>
/// <param name="Service">Which of the platform's services asks.</param>
/// <param name="SequenceNumber">Its own number: <see cref="Fresh.SequenceNumber"/>.</param>
/// <param name="NetId">As typed.</param>
/// <param name="Code">The eight digits.</param>
/// <param name="Predicates">age_band, minor, guardian_consent.</param>
/// <param name="PlatformIdentifier">For a re-verification: whose it must be.</param>
public sealed record VerifyCodeRequest(
    string Service, string SequenceNumber, string NetId, string Code, IReadOnlyList<string>? Predicates = null, string? PlatformIdentifier = null)
{
    /// <summary>Never what it holds.</summary>
    public override string ToString() => "sealed";
}

/// <summary>What a platform asks a citizen to decide in their wallet.</summary>
/// <param name="Service">Which of the platform's services asks.</param>
/// <param name="SequenceNumber">Its own number: <see cref="Fresh.SequenceNumber"/>.</param>
/// <param name="Carrier">scan, same-device or counter.</param>
/// <param name="Mode">R01 to R04.</param>
/// <param name="Fields">Identity data that a law makes the platform hold.</param>
/// <param name="Predicates">age_band, minor, guardian_consent.</param>
/// <param name="PlatformIdentifier">For a re-verification: whose it must be.</param>
/// <param name="RedirectAddress">Same device: where the wallet leads back to, as registered.</param>
/// <param name="State">Same device: handed back there.</param>
/// <param name="CodeChallenge">Same device: <see cref="ReturnSecret.Challenge"/>.</param>
/// <param name="Qr">Counter: what was scanned.</param>
/// <param name="Callback">True to be told of the end at the registered callback address.</param>
public sealed record BeginRequest(
    string Service,
    string SequenceNumber,
    string Carrier = "scan",
    string Mode = "R01",
    IReadOnlyList<string>? Fields = null,
    IReadOnlyList<string>? Predicates = null,
    string? PlatformIdentifier = null,
    string? RedirectAddress = null,
    string? State = null,
    string? CodeChallenge = null,
    string? Qr = null,
    bool? Callback = null)
{
    /// <summary>Never what it holds.</summary>
    public override string ToString() => "sealed";
}
