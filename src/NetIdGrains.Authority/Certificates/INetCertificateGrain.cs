using Orleans;

namespace NetIdGrains.Authority;

/// <summary>One Net Certificate, keyed by its serial: the way into a verification. It costs no row until its life takes a turn.</summary>
[Alias("netid.certificate")]
public interface INetCertificateGrain : IGrainWithStringKey
{
    [ResponseTimeout("00:00:10")]
    Task<Answer<VerificationAnswer>> Verify(VerifyCertificate request, CancellationToken cancellationToken);
}

/// <summary>A platform's request, authenticated.</summary>
/// <param name="Platform">Who asks, as its access token says.</param>
/// <param name="SequenceNumber">The platform's own number: 32 letters or digits, unique; the idempotency key.</param>
/// <param name="Mode">What the citizen shows: R01 here.</param>
/// <param name="Nonce">The platform's nonce; the holder signs <c>sequence_number.nonce</c>.</param>
/// <param name="Presentation">The certificate with the holder's key binding.</param>
[GenerateSerializer]
[Alias("netid.verify")]
public sealed record VerifyCertificate(string Platform, string SequenceNumber, string Mode, string Nonce, string Presentation)
{
    public override string ToString() => "sealed";
}

/// <summary>A8-1: the result and nothing else. The identifier is null unless the citizen passed.</summary>
[GenerateSerializer]
[Alias("netid.verification-answer")]
public sealed record VerificationAnswer(
    bool Passed, DateTimeOffset Time, string Mode, string TransactionId, string? PlatformIdentifier, string Receipt)
{
    public override string ToString() => "sealed";
}
