using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>A verification while it lasts. Ten minutes after its end only what <see cref="VerificationState"/> itself holds is left, a day after nothing.</summary>
public sealed record OpenVerification(
    VerificationAsk Ask,
    string Digest,
    Carrier Carrier,
    string PlatformName,
    string Alternative,
    ImmutableArray<FieldEntitlement> Fields,
    string? RedirectAddress,
    string? State,
    string? CodeChallenge,
    string? Callback)
{
    /// <summary>What the browser that returns must bring.</summary>
    public string? ReturnCode { get; init; }

    /// <summary>The citizen's signed command as it came, without the factors: what shows that the authority did not make the approval up.</summary>
    public string? Approval { get; init; }

    /// <summary>Its digest, so that a repeat is known for one.</summary>
    public string? ApprovalDigest { get; init; }

    public override string ToString() => "sealed";
}

public sealed record VerificationState
{
    public VerificationStatus Status { get; init; }

    public string? Platform { get; init; }

    public string? SequenceNumber { get; init; }

    public DateTimeOffset Begun { get; init; }

    public DateTimeOffset Expires { get; init; }

    public OpenVerification? Open { get; init; }

    public VerificationAnswer? Answer { get; init; }

    public override string ToString() => "sealed";
}
