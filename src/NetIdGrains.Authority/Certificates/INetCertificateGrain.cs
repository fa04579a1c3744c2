using Orleans;

namespace NetIdGrains.Authority;

/// <summary>One Net Certificate, keyed by its serial: the way into a verification. It costs no row until its life takes a turn.</summary>
[Alias("netid.certificate")]
public interface INetCertificateGrain : IGrainWithStringKey
{
    [ResponseTimeout("00:00:20")]
    Task<Answer<VerificationAnswer>> Verify(VerifyCertificate request, CancellationToken cancellationToken);
}

/// <summary>A platform's request, authenticated, for a citizen whose wallet handed it a presentation.</summary>
/// <param name="Ask">What is asked.</param>
/// <param name="Nonce">The platform's nonce; the holder signs <c>sequence_number.nonce</c>.</param>
/// <param name="Presentation">The certificate with the holder's key binding.</param>
/// <param name="Factors">What the wallet has sealed to the authority, in a mode with a password.</param>
/// <param name="Face">The face that the platform's own app took, in a mode with a face (S-4); base64.</param>
[GenerateSerializer]
[Alias("netid.verify")]
public sealed record VerifyCertificate(VerificationAsk Ask, string Nonce, string Presentation, string? Factors = null, string? Face = null)
{
    public override string ToString() => "sealed";
}
