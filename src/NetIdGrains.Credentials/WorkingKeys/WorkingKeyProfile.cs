// The X.509 profile (RFC 5280 §4.2.1) of working keys: what both the maker and the verifier of certificates must agree on. The
// object identifiers are under 2.25 (ITU-T X.667: a UUID needs no registration), UUID bc1ae8d1-d914-44c4-9d79-b566ca918d0c;
// changing them makes every certificate in the field unusable.
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <summary>What a working key may sign: a receipt key cannot issue certificates, nor the other way round.</summary>
public enum WorkingKeyUse
{
    Issuing,
    Receipt,
    StatusList,
}

internal static class WorkingKeyProfile
{
    private const string Arc = "2.25.250034585070782852688496579319193242892";

    // RFC 5758 §3.2: ecdsa-with-SHA256, parameters absent.
    public static readonly byte[] EcdsaWithSha256 = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

    public static string ExtendedKeyUsage(WorkingKeyUse use) => use switch
    {
        WorkingKeyUse.Issuing => $"{Arc}.1",
        WorkingKeyUse.Receipt => $"{Arc}.2",
        WorkingKeyUse.StatusList => $"{Arc}.3",
        _ => throw new ArgumentOutOfRangeException(nameof(use)),
    };

    public static P256Key RootKey(X509Certificate2 root) =>
        P256Key.TryFromSpki(root.PublicKey.ExportSubjectPublicKeyInfo(), out var key)
            ? key
            : throw new CryptographicException("The root certificate is not for a P-256 key.");

    /// <summary>From R || S, as vaults answer, to the form of X.509 (RFC 3279 §2.2.3).</summary>
    public static byte[] ToDerSignature(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64) throw new ArgumentException("An ES256 signature has 64 bytes.", nameof(signature));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature[..32], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature[32..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }
}
