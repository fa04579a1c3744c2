// RFC 7515 §7.1, and RFC 8725 for what is left out: the algorithm is the key's, never the header's choice (§3.1); critical extensions are
// refused, as we have none (RFC 7515 §4.1.11); keys named or linked in the header (jwk, jku, x5u) are never followed (RFC 8725 §3.10).
using System.Buffers;
using System.Buffers.Text;
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

    /// <param name="encodedHeader">Base64url.</param>
    /// <param name="payloadJson">UTF-8.</param>
    /// <param name="signer">Whose suite the header names.</param>
    /// <param name="tail">What follows the signature in the text, unsigned.</param>
    internal static string Sign(string encodedHeader, ReadOnlySpan<byte> payloadJson, ISigner signer, string tail = "")
    {
        var length = encodedHeader.Length + 1 + Base64Url.GetEncodedLength(payloadJson.Length);
        var signed = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var dot = Encoding.ASCII.GetBytes(encodedHeader, signed);
            signed[dot] = (byte)'.';
            Base64Url.EncodeToUtf8(payloadJson, signed.AsSpan(dot + 1));
            return Join(signed.AsSpan(0, length), signer.Sign(signed.AsSpan(0, length)), tail);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signed, clearArray: true);
        }
    }

    private static string Join(ReadOnlySpan<byte> signed, byte[] signature, string tail) => string.Create(
        signed.Length + 1 + Base64Url.GetEncodedLength(signature.Length) + tail.Length,
        new Parts(signed, signature, tail),
        static (text, parts) =>
        {
            Encoding.ASCII.GetChars(parts.Signed, text);
            text[parts.Signed.Length] = '.';
            var written = Base64Url.EncodeToChars(parts.Signature, text[(parts.Signed.Length + 1)..]);
            parts.Tail.CopyTo(text[(parts.Signed.Length + 1 + written)..]);
        });

    private static byte[] Ascii(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        Encoding.ASCII.GetBytes(text, bytes);
        return bytes;
    }

    private readonly ref struct Parts(ReadOnlySpan<byte> signed, byte[] signature, string tail)
    {
        public readonly ReadOnlySpan<byte> Signed = signed;
        public readonly byte[] Signature = signature;
        public readonly string Tail = tail;
    }
}
