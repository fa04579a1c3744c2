// What the signature suites have in common: one interface for keys that sign, one for keys that verify, and the ways in for a public key.
// Which suite a text is checked by is the key's, never the text's choice (RFC 8725 §3.1). A further suite (ML-DSA, RFC 9964 when its keys are
// to be had in .NET) is one more member, one signer, one key, and one row in each table that switches over the suites.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials;

/// <summary>Named as in the header of a JWS. ES256 is RFC 7518 §3.4; SM2 has no registered name, and this one is ours.</summary>
public enum SignatureSuite
{
    ES256,
    SM2,
}

public interface ISigner
{
    IVerificationKey PublicKey { get; }

    /// <summary>The name of the suite in a JWS header.</summary>
    string Algorithm => PublicKey.Suite.ToString();

    /// <returns>R and S, 32 bytes each (IEEE P1363).</returns>
    byte[] Sign(ReadOnlySpan<byte> data);
}

/// <summary>Safe for use from many threads.</summary>
public interface IVerificationKey
{
    SignatureSuite Suite { get; }

    /// <summary>RFC 7638: SHA-256 over the required members in lexicographic order, base64url. The key's id wherever one is needed.</summary>
    string Thumbprint { get; }

    /// <summary>The public members, in the order of RFC 7638 §3.3.</summary>
    string ToJwk();

    /// <summary>SubjectPublicKeyInfo (RFC 5480 §2).</summary>
    byte[] ToSpki();

    /// <param name="data">What was signed.</param>
    /// <param name="signature">R and S, 32 bytes each (IEEE P1363).</param>
    bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}

/// <summary>Every way in for a public key of a suite not known beforehand ends at the checks of that suite's own key.</summary>
public static class VerificationKey
{
    private const int LongestJwk = 1024;

    public static bool TryFromJwk(string? json, [NotNullWhen(true)] out IVerificationKey? key) =>
        TryFromJwk(Encoding.UTF8.GetBytes(json ?? ""), out key);

    public static bool TryFromJwk(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        return StrictJson.TryParse(utf8, LongestJwk, maxDepth: 4, out var jwk) && TryFromJwk(jwk, out key);
    }

    /// <summary>A key which comes with its private half was not meant for us, and is refused.</summary>
    public static bool TryFromJwk(JsonElement jwk, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        if (jwk.Text("kty") != "EC" || jwk.TryGetProperty("d", out _)) return false;
        if (!StrictBase64Url.TryDecode(jwk.Text("x"), out var x) || !StrictBase64Url.TryDecode(jwk.Text("y"), out var y)) return false;
        key = jwk.Text("crv") switch
        {
            P256Key.Curve => P256Key.TryFromPoint(x, y, out var p256) ? p256 : null,
            Sm2Key.Curve => Sm2Key.TryFromPoint(x, y, out var sm2) ? sm2 : null,
            _ => null,
        };
        return key is not null;
    }

    public static bool TryFromSpki(ReadOnlySpan<byte> spki, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = P256Key.TryFromSpki(spki, out var p256) ? p256 : Sm2Key.TryFromSpki(spki, out var sm2) ? sm2 : null;
        return key is not null;
    }

    /// <summary>The members of an elliptic curve key in the order of RFC 7638 §3.3.</summary>
    internal static string Jwk(string curve, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        $$"""{"crv":"{{curve}}","kty":"EC","x":"{{StrictBase64Url.Encode(x)}}","y":"{{StrictBase64Url.Encode(y)}}"}""";

    internal static string ThumbprintOf(string jwk) => StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
}
