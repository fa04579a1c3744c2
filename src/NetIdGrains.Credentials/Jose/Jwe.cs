// RFC 7516 §7.1, with one choice in each place, so that a header chooses nothing: ECDH-ES on P-256 agrees on the key itself (RFC 7518 §4.6), and
// A256GCM encrypts under it (§5.3). No compression: what is told of the length would be told of the content too (RFC 8725 §3.6). It hides and
// does not say from whom: what is encrypted is signed within.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public static class Jwe
{
    internal const string Agreement = "ECDH-ES";

    private const string Encryption = "A256GCM";
    private const int LongestText = 64 * 1024;
    private const int LongestHeader = 2048;

    private static readonly HashSet<string> Members = ["alg", "enc", "epk", "kid", "cty"];

    /// <param name="to">Who can decrypt it.</param>
    /// <param name="plaintext">What they find.</param>
    /// <param name="contentType">Of the plaintext: a media type, for a JWT "JWT" (RFC 7519 §5.2).</param>
    /// <param name="random">For the key of this one text, and the nonce.</param>
    public static string Encrypt(JweRecipient to, ReadOnlySpan<byte> plaintext, string contentType, IRandomSource random)
    {
        var ephemeral = HpkePrivateKey.Draw(random);
        var header = new JsonObject
        {
            ["alg"] = Agreement,
            ["enc"] = Encryption,
            ["epk"] = JsonNode.Parse(ephemeral.PublicKey.ToJwk()),
            ["kid"] = to.KeyId,
            ["cty"] = contentType,
        };
        var encoded = StrictBase64Url.Encode(StrictJson.Write(header));
        ReadOnlySpan<byte> frame = AesGcmFrame.Seal(KeyOf(ephemeral, to.Key), plaintext, Encoding.ASCII.GetBytes(encoded), random);
        return $"{encoded}..{StrictBase64Url.Encode(frame[..AesGcmFrame.NonceSize])}"
            + $".{StrictBase64Url.Encode(frame[AesGcmFrame.NonceSize..^AesGcmFrame.TagSize])}"
            + $".{StrictBase64Url.Encode(frame[^AesGcmFrame.TagSize..])}";
    }

    /// <param name="text">What came.</param>
    /// <param name="privateJwk">The recipient's own key.</param>
    /// <param name="plaintext">Empty if it is refused.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is not the private JWK of a P-256 key.</exception>
    public static bool TryDecrypt(string? text, string privateJwk, out byte[] plaintext)
    {
        plaintext = [];
        var own = HpkePrivateKey.FromPrivateJwk(privateJwk);
        return text?.Length <= LongestText && text.AsSpan().Count('.') == 4 && TryDecrypt(text.Split('.'), own, out plaintext);
    }

    private static bool TryDecrypt(string[] parts, HpkePrivateKey own, out byte[] plaintext)
    {
        plaintext = [];
        return parts[1].Length == 0 // an agreed key is used directly and none is sent (RFC 7518 §4.6)
            && StrictBase64Url.TryDecode(parts[0], out var header) && TryReadHeader(header, out var ephemeral)
            && StrictBase64Url.TryDecode(parts[2], out var nonce) && nonce.Length == AesGcmFrame.NonceSize
            && StrictBase64Url.TryDecode(parts[3], out var ciphertext)
            && StrictBase64Url.TryDecode(parts[4], out var tag) && tag.Length == AesGcmFrame.TagSize
            && AesGcmFrame.TryOpen(KeyOf(own, ephemeral), [.. nonce, .. ciphertext, .. tag], Encoding.ASCII.GetBytes(parts[0]), out plaintext);
    }

    private static bool TryReadHeader(byte[] utf8, [NotNullWhen(true)] out HpkePublicKey? ephemeral)
    {
        ephemeral = null;
        return StrictJson.TryParse(utf8, LongestHeader, maxDepth: 4, out var header)
            && header.HasOnly(Members)
            && header.Text("alg") == Agreement && header.Text("enc") == Encryption
            && IsAbsentOrText(header, "kid") && IsAbsentOrText(header, "cty")
            && header.TryGetProperty("epk", out var jwk) && HpkePublicKey.TryFromJwk(jwk, out ephemeral);
    }

    private static bool IsAbsentOrText(JsonElement header, string member) =>
        !header.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.String;

    private static byte[] KeyOf(HpkePrivateKey own, HpkePublicKey other) =>
        ConcatKdf.Derive(own.Agree(other), Encryption, [], [], AesGcmFrame.KeySize);
}
