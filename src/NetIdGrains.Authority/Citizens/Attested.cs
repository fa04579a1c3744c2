using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>How old a citizen is, as far as the law asks (A4-3, A4-4).</summary>
[GenerateSerializer]
[Alias("netid.age-band")]
public enum AgeBand
{
    Under14 = 0,
    From14To17 = 1,
    Adult = 2,
}

/// <summary>What a citizen's record says to one verification.</summary>
/// <param name="Passed">There is such an enrolment, nothing is frozen, and what was shown is right. Why not is nobody's business.</param>
/// <param name="LogTag">What stands for the citizen in this day's log; null when there is no citizen to stand for.</param>
/// <param name="Handle">The enrolment handle in base64, for the identifier; null unless passed.</param>
/// <param name="Identity">A JWE of the fields consented to, if any.</param>
/// <param name="Disclosed">Their names.</param>
/// <param name="Reason">Why not, for the citizen alone (PIPL 48).</param>
/// <param name="ReasonKey">What makes the mark by which the log has the reason; null when there is no citizen.</param>
/// <param name="GuardianConsent">It stands on a guardian's consent (A5-2).</param>
[GenerateSerializer]
[Alias("netid.attested")]
public sealed record Attested(
    bool Passed,
    string? LogTag,
    string? Handle,
    AgeBand Age,
    string? Identity,
    ImmutableArray<string> Disclosed,
    bool GuardianConsent = false,
    DecisionReason Reason = DecisionReason.InOrder,
    string? ReasonKey = null)
{
    /// <summary>Nobody is enrolled there.</summary>
    public static Attested Nobody { get; } = new(false, null, null, AgeBand.Adult, null, []);

    /// <summary>The same, and it did not pass.</summary>
    public Attested Failed(DecisionReason reason) => this with { Passed = false, Handle = null, Reason = reason };

    public override string ToString() => "sealed";
}
