using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>What a platform asks, checked against what it is entitled to: every kind of verification begins with one.</summary>
/// <param name="Platform">Who asks, as its access token says.</param>
/// <param name="Sector">What its identifiers are made for.</param>
/// <param name="SequenceNumber">The platform's own number: 32 letters or digits, unique; the idempotency key.</param>
/// <param name="Fields">Identity data asked for, all within the service's entitlement.</param>
/// <param name="Predicates">The same.</param>
/// <param name="Identifier">For a re-verification: the identifier that the platform holds. The answer is "the same person" or not, nothing else.</param>
[GenerateSerializer]
[Alias("netid.ask")]
public sealed record VerificationAsk(
    string Platform,
    string Sector,
    string Service,
    string Purpose,
    string LegalBasis,
    string SequenceNumber,
    string Mode,
    ImmutableArray<string> Fields,
    ImmutableArray<string> Predicates,
    string? Identifier)
{
    public override string ToString() => "sealed";
}

/// <summary>How a verification ended. It ends once.</summary>
[GenerateSerializer]
[Alias("netid.ending")]
public enum Ending
{
    /// <summary>There is a result: the citizen passed or not.</summary>
    Answered = 0,
    Denied = 1,
    Expired = 2,
    Cancelled = 3,
}

/// <summary>A8-1: the result and, only where entitled, asked for and consented to, what goes beyond it. Everything but the result is null after a fail.</summary>
/// <param name="Assurance">What was proved (RFC 8176 §2).</param>
/// <param name="Identity">A JWE to the platform's key (A8-2): nobody else reads it, the authority's stores neither.</param>
[GenerateSerializer]
[Alias("netid.verification-answer")]
public sealed record VerificationAnswer(
    Ending Ending,
    bool Passed,
    DateTimeOffset Time,
    string Mode,
    string TransactionId,
    ImmutableArray<string> Assurance,
    string? PlatformIdentifier,
    string? AgeBand,
    bool? Minor,
    bool? GuardianConsent,
    string? Identity,
    string Receipt)
{
    public override string ToString() => "sealed";
}
