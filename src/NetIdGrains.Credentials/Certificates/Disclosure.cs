// RFC 9901 §4.2: a claim which the holder may show or keep: base64url of [salt, name, value]; the certificate holds only its digest.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

internal sealed record Disclosure(string Encoded, string Name, JsonElement Value)
{
    private const int LongestJson = 2048;
    private const int SaltSize = 16;

    /// <summary>§4.2.3: over the text as it was sent, so that nobody has to agree on one spelling of JSON.</summary>
    public string Digest => DigestOf(Encoded);

    public static string DigestOf(string text) => StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    public static string Encode(string name, JsonNode value, IRandomSource random) =>
        StrictBase64Url.Encode(StrictJson.Write(new JsonArray(Salt(random), name, value)));

    /// <summary>§4.2.5: the digest of nothing, which looks like any other.</summary>
    public static string Decoy(IRandomSource random) => DigestOf(Salt(random));

    public static bool TryParse(string encoded, [NotNullWhen(true)] out Disclosure? disclosure)
    {
        disclosure = null;
        if (!StrictBase64Url.TryDecode(encoded, out var utf8)) return false;
        if (!StrictJson.TryParse(utf8, LongestJson, maxDepth: 4, JsonValueKind.Array, out var parts) || parts.GetArrayLength() != 3)
            return false;
        if (parts[0].ValueKind == JsonValueKind.String && parts[1].ValueKind == JsonValueKind.String)
            disclosure = new Disclosure(encoded, parts[1].GetString()!, parts[2]);
        return disclosure is not null;
    }

    public override string ToString() => "sealed";

    private static string Salt(IRandomSource random)
    {
        Span<byte> salt = stackalloc byte[SaltSize];
        random.Fill(salt);
        return StrictBase64Url.Encode(salt);
    }
}
