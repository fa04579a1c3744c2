namespace NetIdGrains.Credentials;

/// <summary>A working key together with its certificate, which travels in the header of what it signs (x5c, RFC 7515 §4.1.6).</summary>
public sealed class CertifiedSigner(ISigner signer, byte[] certificateDer) : ISigner
{
    public string Algorithm => signer.Algorithm;

    /// <summary>The one entry of x5c: base64 (not base64url) of the DER.</summary>
    public string X5cHeaderValue { get; } = Convert.ToBase64String(certificateDer);

    public byte[] Sign(ReadOnlySpan<byte> data) => signer.Sign(data);
}
