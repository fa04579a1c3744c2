// RFC 7517, RFC 7518 §6.2.1: whom a JWE is encrypted to: a public key that its owner, a platform, publishes for that use. It is not the owner's
// signing key (§4.2 of RFC 7517 has "use" to tell them apart): a key has one use.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace NetIdGrains.Credentials;

public sealed class JweRecipient
{
    private const int LongestJwk = 2048;
    private const int LongestKeyId = 256;
    private const string Encryption = "enc";

    private JweRecipient(HpkePublicKey key, string? keyId)
    {
        Key = key;
        KeyId = keyId ?? VerificationKey.ThumbprintOf(key.ToJwk());
    }

    /// <summary>As its owner calls it; where it has no name, its thumbprint (RFC 7638).</summary>
    public string KeyId { get; }

    internal HpkePublicKey Key { get; }

    public static bool TryFromJwk(ReadOnlySpan<byte> jwk, [NotNullWhen(true)] out JweRecipient? recipient)
    {
        recipient = null;
        return StrictJson.TryParse(jwk, LongestJwk, maxDepth: 4, out var json) && TryFromJwk(json, out recipient);
    }

    /// <summary>A key on P-256 for encryption, or for a use not told. One with its private half was not meant for us, and is refused.</summary>
    public static bool TryFromJwk(JsonElement jwk, [NotNullWhen(true)] out JweRecipient? recipient)
    {
        recipient = HpkePublicKey.TryFromJwk(jwk, out var key)
            && IsAbsentOr(Encryption, jwk, "use") && IsAbsentOr(Jwe.Agreement, jwk, "alg") && IsAbsentOrKeyId(jwk)
            ? new JweRecipient(key, jwk.Text("kid"))
            : null;
        return recipient is not null;
    }

    /// <summary>
    /// The first key of a set that is said to be for encryption, on P-256, and for this algorithm or none in particular. A set with a secret in it
    /// is refused as <see cref="JwkSet"/> refuses it, and so is one whose first such key is no key.
    /// </summary>
    public static bool TryFindIn(ReadOnlySpan<byte> jwks, [NotNullWhen(true)] out JweRecipient? recipient)
    {
        recipient = null;
        if (!JwkSet.TryList(jwks, out var keys)) return false;
        foreach (var jwk in keys)
            if (IsMeant(jwk)) return TryFromJwk(jwk, out recipient);
        return false;
    }

    private static bool IsMeant(JsonElement jwk) =>
        jwk.Text("use") == Encryption && jwk.Text("kty") == "EC" && jwk.Text("crv") == P256Key.Curve && IsAbsentOr(Jwe.Agreement, jwk, "alg");

    private static bool IsAbsentOr(string expected, JsonElement jwk, string member) =>
        !jwk.TryGetProperty(member, out _) || jwk.Text(member) == expected;

    private static bool IsAbsentOrKeyId(JsonElement jwk) =>
        !jwk.TryGetProperty("kid", out _) || jwk.Text("kid") is { Length: > 0 and <= LongestKeyId };
}
