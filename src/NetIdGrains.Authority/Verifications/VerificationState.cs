using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>A verification while it lasts. Ten minutes after its end only what <see cref="VerificationState"/> itself holds is left, a day after nothing.</summary>
public sealed record OpenVerification(
    VerificationAsk Ask,
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

    /// <summary>Faces that were not found to be this person's.</summary>
    public int WrongFaces { get; init; }

    public override string ToString() => "sealed";
}

public sealed record VerificationState
{
    public VerificationStatus Status { get; init; }

    public string? Platform { get; init; }

    public string? SequenceNumber { get; init; }

    /// <summary>Tells the body that began it from another; it stays as long as the answer, so that beginning again finds it.</summary>
    public string? Digest { get; init; }

    public DateTimeOffset Begun { get; init; }

    public DateTimeOffset Expires { get; init; }

    public OpenVerification? Open { get; init; }

    public VerificationAnswer? Answer { get; init; }

    public override string ToString() => "sealed";
}
