// A public key for ES256 (RFC 7518 §3.4, §6.2.1). Every way in ends at the same check: two coordinates of 32 bytes that are on the
// curve and have no second spelling, so that one key has one thumbprint.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials;

/// <summary>A P-256 verification key; safe for use from many threads.</summary>
public sealed class P256Key : IVerificationKey
{
    private const int CoordinateSize = 32;
    private const int LongestJwk = 1024;

    private readonly ECPoint point;
    private readonly P256Pool pool;

    private P256Key(ECDsa imported, ECParameters parameters)
    {
        point = parameters.Q;
        pool = new P256Pool(imported, parameters);
    }

    public static string Algorithm => nameof(SignatureSuite.ES256);

    public SignatureSuite Suite => SignatureSuite.ES256;

    /// <summary>RFC 7638: SHA-256 over the required members in lexicographic order.</summary>
    public string Thumbprint => StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(ToJwk())));

    // RFC 5480 §2: everything in the SubjectPublicKeyInfo of an uncompressed P-256 key before the coordinates.
    private static ReadOnlySpan<byte> SpkiPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
        0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    public static bool TryFromJwk(string? json, [NotNullWhen(true)] out P256Key? key)
    {
        key = null;
        return StrictJson.TryParse(Encoding.UTF8.GetBytes(json ?? ""), LongestJwk, maxDepth: 4, out var jwk) && TryFromJwk(jwk, out key);
    }

    /// <summary>A key which comes with its private half was not meant for us, and is refused.</summary>
    public static bool TryFromJwk(JsonElement jwk, [NotNullWhen(true)] out P256Key? key)
    {
        key = null;
        return jwk.Text("kty") == "EC" && jwk.Text("crv") == "P-256" && !jwk.TryGetProperty("d", out _)
            && StrictBase64Url.TryDecode(jwk.Text("x"), out var x) && StrictBase64Url.TryDecode(jwk.Text("y"), out var y)
            && TryFromPoint(x, y, out key);
    }

    public static bool TryFromSpki(ReadOnlySpan<byte> spki, [NotNullWhen(true)] out P256Key? key)
    {
        key = null;
        return spki.StartsWith(SpkiPrefix) && spki.Length == SpkiPrefix.Length + (2 * CoordinateSize)
            && TryFromPoint(spki[^(2 * CoordinateSize)..^CoordinateSize].ToArray(), spki[^CoordinateSize..].ToArray(), out key);
    }

    /// <summary>The public members, in the order of RFC 7638 §3.3.</summary>
    public string ToJwk() =>
        $$"""{"crv":"P-256","kty":"EC","x":"{{StrictBase64Url.Encode(point.X)}}","y":"{{StrictBase64Url.Encode(point.Y)}}"}""";

    public byte[] ToSpki() => [.. SpkiPrefix, .. point.X!, .. point.Y!];

    /// <param name="data">What was signed.</param>
    /// <param name="signature">R and S, 32 bytes each (IEEE P1363).</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == 2 * CoordinateSize && pool.Verify(data, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>The form of signatures in X.509 (RFC 3279 §2.2.3).</summary>
    internal bool VerifyDer(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        pool.Verify(data, signature, DSASignatureFormat.Rfc3279DerSequence);

    // The import checks the curve equation, and that no coordinate reaches the field prime, where a second spelling would begin.
    private static bool TryFromPoint(byte[] x, byte[] y, [NotNullWhen(true)] out P256Key? key)
    {
        key = null;
        if (x.Length != CoordinateSize || y.Length != CoordinateSize) return false;
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        try
        {
            key = new P256Key(ECDsa.Create(parameters), parameters);
        }
        catch (CryptographicException)
        {
            return false;
        }

        return true;
    }
}
