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

    private CompactJws(JsonElement header, JsonElement payload, byte[] signingInput, byte[] signature)
    {
        (Header, Payload) = (header, payload);
        (this.signingInput, this.signature) = (signingInput, signature);
    }

    public JsonElement Header { get; }

    public JsonElement Payload { get; }

    /// <summary>The media type the signer named; each of our formats has its own, so none is taken for another (RFC 8725 §3.11).</summary>
    public string? Type => Header.Text("typ");

    public static bool TryParse(string? text, int maxChars, [NotNullWhen(true)] out CompactJws? jws)
    {
        jws = null;
        if (text is null || text.Length > maxChars || text.AsSpan().Count('.') != 2) return false;
        var (first, last) = (text.IndexOf('.', StringComparison.Ordinal), text.LastIndexOf('.'));
        if (TryReadJson(text.AsSpan(0, first), out var header) && TryReadJson(text.AsSpan((first + 1)..last), out var payload)
            && StrictBase64Url.TryDecode(text.AsSpan(last + 1), out var signature))
            jws = new CompactJws(header, payload, Encoding.ASCII.GetBytes(text, 0, last), signature);
        return jws is not null;
    }

    public bool Verify(IVerificationKey key) =>
        Header.Text("alg") == key.Suite.ToString() && !Header.TryGetProperty("crit", out _) && key.Verify(signingInput, signature);

    public static string Sign(ReadOnlySpan<byte> headerJson, ReadOnlySpan<byte> payloadJson, ISigner signer)
    {
        var signed = $"{StrictBase64Url.Encode(headerJson)}.{StrictBase64Url.Encode(payloadJson)}";
        return $"{signed}.{StrictBase64Url.Encode(signer.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static bool TryReadJson(ReadOnlySpan<char> text, out JsonElement json)
    {
        json = default;
        return StrictBase64Url.TryDecode(text, out var utf8) && StrictJson.TryParse(utf8, utf8.Length, DeepestJson, out json);
    }
}
