// A public key for SM2, as SubjectPublicKeyInfo (GB/T 35276-2017 §7.1, RFC 5480 §2) or as the JWK of an elliptic curve key (RFC 7518 §6.2.1).
// No curve name is registered for it; "SM2" is a private name of ours (RFC 7517 §8.1), which nobody else need understand.
using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC;

namespace NetIdGrains.Credentials;

/// <summary>An SM2 verification key; safe for use from many threads.</summary>
public sealed class Sm2Key : IVerificationKey
{
    internal const string Curve = "SM2";

    private const byte Uncompressed = 4;
    private const int PointSize = 1 + (2 * Sm2Scheme.CoordinateSize);

    private readonly ECPublicKeyParameters key;

    internal Sm2Key(ECPoint point) => key = new ECPublicKeyParameters(point, Sm2Scheme.Domain);

    public SignatureSuite Suite => SignatureSuite.SM2;

    public string Thumbprint => VerificationKey.ThumbprintOf(ToJwk());

    // Everything before the point: id-ecPublicKey, curve 1.2.156.10197.1.301, a bit string of 65 bytes.
    private static ReadOnlySpan<byte> SpkiPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
        0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D, 0x03, 0x42, 0x00,
    ];

    public static bool TryFromSpki(ReadOnlySpan<byte> spki, [NotNullWhen(true)] out Sm2Key? key)
    {
        key = null;
        return spki.StartsWith(SpkiPrefix) && TryFromPoint(spki[SpkiPrefix.Length..], out key);
    }

    public string ToJwk()
    {
        var point = key.Q.GetEncoded(compressed: false);
        return VerificationKey.Jwk(Curve, point.AsSpan(1, Sm2Scheme.CoordinateSize), point.AsSpan(1 + Sm2Scheme.CoordinateSize));
    }

    public byte[] ToSpki() => [.. SpkiPrefix, .. key.Q.GetEncoded(compressed: false)];

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == 2 * Sm2Scheme.CoordinateSize
        && Sm2Scheme.Begin(forSigning: false, key, data).VerifySignature(signature.ToArray());

    internal static bool TryFromPoint(byte[] x, byte[] y, [NotNullWhen(true)] out Sm2Key? key)
    {
        key = null;
        return x.Length == Sm2Scheme.CoordinateSize && y.Length == Sm2Scheme.CoordinateSize && TryFromPoint([Uncompressed, .. x, .. y], out key);
    }

    // Decoding checks the curve equation, and that no coordinate reaches the field prime, where a second spelling would begin.
    private static bool TryFromPoint(ReadOnlySpan<byte> point, [NotNullWhen(true)] out Sm2Key? key)
    {
        key = null;
        if (point.Length != PointSize || point[0] != Uncompressed) return false;
        try
        {
            key = new Sm2Key(Sm2Scheme.Domain.Curve.DecodePoint(point.ToArray()));
        }
        catch (ArgumentException)
        {
            return false;
        }

        return true;
    }
}
