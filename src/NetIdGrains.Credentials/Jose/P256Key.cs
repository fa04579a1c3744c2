// A public key for ES256 (RFC 7518 §3.4, §6.2.1). Every way in ends at the same check: two coordinates of 32 bytes that are on the
// curve and have no second spelling, so that one key has one thumbprint.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

/// <summary>A P-256 verification key; safe for use from many threads.</summary>
public sealed class P256Key : IVerificationKey
{
    internal const string Curve = "P-256";

    private const int CoordinateSize = 32;

    private readonly ECPoint point;
    private readonly P256Pool pool;

    // Written into every certificate of this key, and compared with it again. Two threads would make the same text.
    private string? jwk;

    private P256Key(ECDsa imported, ECParameters parameters)
    {
        point = parameters.Q;
        pool = new P256Pool(imported, parameters);
    }

    public SignatureSuite Suite => SignatureSuite.ES256;

    public string Thumbprint => VerificationKey.ThumbprintOf(ToJwk());

    // RFC 5480 §2: everything in the SubjectPublicKeyInfo of an uncompressed P-256 key before the coordinates.
    private static ReadOnlySpan<byte> SpkiPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
        0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    public static bool TryFromSpki(ReadOnlySpan<byte> spki, [NotNullWhen(true)] out P256Key? key)
    {
        key = null;
        return spki.StartsWith(SpkiPrefix) && spki.Length == SpkiPrefix.Length + (2 * CoordinateSize)
            && TryFromPoint(spki[^(2 * CoordinateSize)..^CoordinateSize].ToArray(), spki[^CoordinateSize..].ToArray(), out key);
    }

    public string ToJwk() => jwk ??= VerificationKey.Jwk(Curve, point.X, point.Y);

    public byte[] ToSpki() => [.. SpkiPrefix, .. point.X!, .. point.Y!];

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == 2 * CoordinateSize && pool.Verify(data, signature);

    // The import checks the curve equation, and that no coordinate reaches the field prime, where a second spelling would begin.
    internal static bool TryFromPoint(byte[] x, byte[] y, [NotNullWhen(true)] out P256Key? key)
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
