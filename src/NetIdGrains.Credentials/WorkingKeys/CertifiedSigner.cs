using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <summary>A working key together with its certificate, which travels in the header of what it signs (x5c, RFC 7515 §4.1.6).</summary>
public sealed class CertifiedSigner(ISigner signer, byte[] certificateDer) : ISigner
{
    // A key signs one or two kinds of text, and many of each: their headers are always the same.
    private readonly ConcurrentDictionary<string, string> headers = new(StringComparer.Ordinal);

    private readonly Lazy<CertificateBody> certified = new(() => CertificateBody.ReadTrusted(certificateDer));

    public IVerificationKey PublicKey => signer.PublicKey;

    public ReadOnlyMemory<byte> Certificate { get; } = certificateDer;

    /// <summary>The one entry of x5c: base64 (not base64url) of the DER.</summary>
    public string X5cHeaderValue { get; } = Convert.ToBase64String(certificateDer);

    public byte[] Sign(ReadOnlySpan<byte> data) => signer.Sign(data);

    /// <returns>A compact JWS that names the media type, the suite and the certificate in its header.</returns>
    public string SignJws(string mediaType, ReadOnlySpan<byte> payloadJson) => SignJws(mediaType, payloadJson, tail: "");

    /// <param name="mediaType">As above.</param>
    /// <param name="payloadJson">As above.</param>
    /// <param name="tail">What follows the signature in the text, unsigned.</param>
    internal string SignJws(string mediaType, ReadOnlySpan<byte> payloadJson, string tail) =>
        CompactJws.Sign(headers.GetOrAdd(mediaType, EncodeHeader), payloadJson, signer, tail);

    /// <summary>Whether what it signs for this use can be verified until then.</summary>
    internal bool IsFor(WorkingKeyUse use, DateTimeOffset until) => TrustAnchor.IsFor(certified.Value, use) && certified.Value.IsValidAt(until);

    private string EncodeHeader(string mediaType) => StrictBase64Url.Encode(StrictJson.Write(new JsonObject
    {
        ["typ"] = mediaType,
        ["alg"] = signer.Algorithm,
        ["x5c"] = new JsonArray(X5cHeaderValue),
    }));
}
