// RFC 7515 §7.1, and RFC 8725 for what is left out: the algorithm is the key's, never the header's choice (§3.1); critical extensions are
// refused, as we have none (RFC 7515 §4.1.11); keys named or linked in the header (jwk, jku, x5u) are never followed (RFC 8725 §3.10).
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials;

public sealed class CompactJws
{
    private const int DeepestJson = 16;

    private readonly byte[] signingInput;
    private readonly byte[] signature;

    private CompactJws(JsonElement header, byte[] payload, byte[] signingInput, byte[] signature)
    {
        (Header, PayloadJson) = (header, payload);
        (this.signingInput, this.signature) = (signingInput, signature);
    }

    public JsonElement Header { get; }

    public JsonElement Payload { get; private set; }

    internal ReadOnlyMemory<byte> PayloadJson { get; }

    /// <summary>The media type the signer named; each of our formats has its own, so none is taken for another (RFC 8725 §3.11).</summary>
    public string? Type => Header.Text("typ");

    public static bool TryParse(ReadOnlySpan<char> text, int maxChars, [NotNullWhen(true)] out CompactJws? jws)
    {
        if (TrySplit(text, maxChars, out jws) && StrictJson.TryParse(jws.PayloadJson.Span, maxChars, DeepestJson, out var payload))
            jws.Payload = payload;
        else
            jws = null;
        return jws is not null;
    }

    /// <summary>For a payload that has a reader of its own: it is not looked at here, and <see cref="Payload"/> stays empty.</summary>
    internal static bool TrySplit(ReadOnlySpan<char> text, int maxChars, [NotNullWhen(true)] out CompactJws? jws)
    {
        jws = null;
        if (text.Length > maxChars || text.Count('.') != 2) return false;
        var (first, last) = (text.IndexOf('.'), text.LastIndexOf('.'));
        if (StrictBase64Url.TryDecode(text[..first], out var header) && StrictJson.TryParse(header, maxChars, DeepestJson, out var headerJson)
            && StrictBase64Url.TryDecode(text[(first + 1)..last], out var payload)
            && StrictBase64Url.TryDecode(text[(last + 1)..], out var signature))
            jws = new CompactJws(headerJson, payload, Ascii(text[..last]), signature);
        return jws is not null;
    }

    public bool Verify(IVerificationKey key) =>
        Header.Text("alg") == key.Suite.ToString() && !Header.TryGetProperty("crit", out _) && key.Verify(signingInput, signature);

    public static string Sign(ReadOnlySpan<byte> headerJson, ReadOnlySpan<byte> payloadJson, ISigner signer) =>
        Sign(StrictBase64Url.Encode(headerJson), payloadJson, signer);

    internal static string Sign(string encodedHeader, ReadOnlySpan<byte> payloadJson, ISigner signer)
    {
        var signed = $"{encodedHeader}.{StrictBase64Url.Encode(payloadJson)}";
        return $"{signed}.{StrictBase64Url.Encode(signer.Sign(Ascii(signed)))}";
    }

    private static byte[] Ascii(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        Encoding.ASCII.GetBytes(text, bytes);
        return bytes;
    }
}
