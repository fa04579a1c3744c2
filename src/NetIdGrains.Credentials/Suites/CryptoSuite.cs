// A13-1: the commercial cryptography regulations ask for SM2, SM3 and SM4; the rest of the world reads ES256, SHA-256 and AES. A deployment
// chooses once, and what was made under the other choice stays readable: keys, digests and boxes each name what they were made with.
// MACs, key derivation and codes are HMAC-SHA-256 in both: changing them would change every identifier in the field.
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

/// <summary>What a deployment signs, digests and seals with.</summary>
public enum CryptoSuite
{
    /// <summary>ES256, SHA-256, AES-256-GCM.</summary>
    International,

    /// <summary>SM2 with SM3, SM3, SM4-GCM.</summary>
    Sm,
}

/// <summary>Makes and reads the signing keys of either suite.</summary>
public static class SigningKey
{
    /// <param name="suite">Which.</param>
    /// <param name="random">For SM2; a P-256 key draws from the operating system, as .NET takes no other source.</param>
    public static ISigner Create(CryptoSuite suite, IRandomSource random) =>
        suite == CryptoSuite.Sm ? Sm2Signer.Create(random) : P256Signer.Create();

    /// <returns>A new key in the form it is kept in: to be sealed at once.</returns>
    public static string CreatePrivateJwk(CryptoSuite suite, IRandomSource random)
    {
        if (suite == CryptoSuite.Sm) return Sm2Signer.Create(random).ToPrivateJwk();
        using var signer = P256Signer.Create();
        return signer.ToPrivateJwk();
    }

    /// <exception cref="CryptographicException">Not the private JWK of a suite.</exception>
    public static ISigner FromPrivateJwk(string json, IRandomSource random) =>
        PrivateJwk.CurveOf(json) == Sm2Key.Curve ? Sm2Signer.FromPrivateJwk(json, random) : P256Signer.FromPrivateJwk(json);
}
