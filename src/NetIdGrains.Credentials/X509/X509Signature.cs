// Signatures as X.509 writes them: the algorithm by its identifier (RFC 5758 §3.2 for ES256; GM/T 0006-2012 for SM2 with SM3, parameters absent
// in both), R and S as a DER sequence (RFC 3279 §2.2.3, GM/T 0009-2012 §7.3). Keys everywhere else in here speak R || S.
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

internal static class X509Signature
{
    private const int NumberSize = 32;

    // ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    private static readonly byte[] EcdsaWithSha256 = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

    // SM2 with SM3, 1.2.156.10197.1.501.
    private static readonly byte[] Sm2WithSm3 = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75];

    public static byte[] Algorithm(SignatureSuite suite) => suite switch
    {
        SignatureSuite.ES256 => EcdsaWithSha256,
        SignatureSuite.SM2 => Sm2WithSm3,
        _ => throw new ArgumentOutOfRangeException(nameof(suite)),
    };

    /// <exception cref="CryptographicException">A key of a suite we do not have.</exception>
    public static IVerificationKey KeyOf(X509Certificate2 certificate) =>
        VerificationKey.TryFromSpki(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var key)
            ? key
            : throw new CryptographicException("The certificate is not for a key of a suite we have.");

    public static byte[] ToDer(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * NumberSize) throw new ArgumentException("A signature has 64 bytes.", nameof(signature));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature[..NumberSize], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature[NumberSize..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    /// <exception cref="AsnContentException">Not two numbers that are not negative, each of 32 bytes at most, in DER.</exception>
    public static byte[] FromDer(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var numbers = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signature = new byte[2 * NumberSize];
        Place(numbers.ReadInteger(), signature.AsSpan(0, NumberSize));
        Place(numbers.ReadInteger(), signature.AsSpan(NumberSize));
        numbers.ThrowIfNotEmpty();
        return signature;
    }

    private static void Place(BigInteger number, Span<byte> place)
    {
        var size = number.Sign < 0 ? int.MaxValue : number.GetByteCount(isUnsigned: true);
        if (size > place.Length) throw new AsnContentException("A number of a signature is out of range.");
        number.TryWriteBytes(place[(place.Length - size)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
