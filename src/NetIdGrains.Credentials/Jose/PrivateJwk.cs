// The private JWK of an elliptic curve key (RFC 7518 §6.2.2): the form in which callers keep a signing key, sealed.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

internal static class PrivateJwk
{
    private const int LongestJwk = 1024;

    public static string? CurveOf(string json) =>
        StrictJson.TryParse(Encoding.UTF8.GetBytes(json), LongestJwk, maxDepth: 4, out var jwk) ? jwk.Text("crv") : null;

    /// <exception cref="CryptographicException">Not the private JWK of a key on this curve.</exception>
    public static (byte[] X, byte[] Y, byte[] D) Read(string json, string curve)
    {
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(json), LongestJwk, maxDepth: 4, out var jwk)
            || jwk.Text("kty") != "EC" || jwk.Text("crv") != curve
            || !StrictBase64Url.TryDecode(jwk.Text("x"), out var x) || !StrictBase64Url.TryDecode(jwk.Text("y"), out var y)
            || !StrictBase64Url.TryDecode(jwk.Text("d"), out var d))
            throw new CryptographicException($"Not the private JWK of a key on {curve}.");
        return (x, y, d);
    }

    public static string Write(IVerificationKey publicKey, ReadOnlySpan<byte> secret)
    {
        var jwk = JsonNode.Parse(publicKey.ToJwk())!.AsObject();
        jwk["d"] = StrictBase64Url.Encode(secret);
        return jwk.ToJsonString();
    }
}
