// RFC 5280 §6 for paths of exactly one certificate under one pinned root, without X509Chain, which would look into the machine's stores and
// out to the network. The root's signature is checked before the rest of a certificate is parsed: strangers reach the splitting only.
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace NetIdGrains.Credentials;

public sealed class TrustAnchor
{
    private const int LongestEntry = 4096;
    private const int LargestCache = 1024;

    private readonly ConcurrentDictionary<string, Leaf> verified = new(StringComparer.Ordinal);
    private readonly IVerificationKey rootKey;
    private readonly byte[] rootName;
    private readonly (DateTimeOffset From, DateTimeOffset To) rootValidity;

    /// <exception cref="CryptographicException">Not the DER of a certificate for a key of a suite we have.</exception>
    public TrustAnchor(byte[] rootCertificateDer)
    {
        using var root = X509CertificateLoader.LoadCertificate(rootCertificateDer);
        rootKey = X509Signature.KeyOf(root);
        rootName = root.SubjectName.RawData;
        rootValidity = Validity(root);
    }

    /// <param name="x5cEntry">Base64 of one certificate in DER.</param>
    /// <param name="use">What the key must be certified for.</param>
    /// <param name="at">The time of the signature, or now where nothing says when it was made.</param>
    /// <param name="key">The certified key.</param>
    public bool TryVerify(string? x5cEntry, WorkingKeyUse use, DateTimeOffset at, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        if (x5cEntry is null || x5cEntry.Length > LongestEntry || !TryRead(x5cEntry, out var leaf)) return false;
        if (leaf.ExtendedKeyUsage == WorkingKeyProfile.ExtendedKeyUsage(use) && Holds(rootValidity, at) && Holds(leaf.Validity, at))
            key = leaf.Key;
        return key is not null;
    }

    /// <summary>The only entry of the x5c header: a longer path is none of ours.</summary>
    internal static string? OnlyEntry(JsonElement header) =>
        header.TryGetProperty("x5c", out var x5c) && x5c.ValueKind == JsonValueKind.Array && x5c.GetArrayLength() == 1
        && x5c[0].ValueKind == JsonValueKind.String
            ? x5c[0].GetString()
            : null;

    // Only what the root signed gets in, so strangers cannot fill the cache; a full one starts again.
    private bool TryRead(string entry, [NotNullWhen(true)] out Leaf? leaf)
    {
        if (verified.TryGetValue(entry, out leaf)) return true;
        if (!TryDecode(entry, out var der) || !SignedDer.TryParse(der, out var signed) || !signed.IsSignedBy(rootKey)) return false;
        leaf = ReadLeaf(der);
        if (leaf is null) return false;
        if (verified.Count >= LargestCache) verified.Clear();
        verified[entry] = leaf;
        return true;
    }

    private static bool TryDecode(string entry, out byte[] der)
    {
        der = new byte[entry.Length];
        if (!Convert.TryFromBase64String(entry, der, out var written)) return false;
        der = der[..written];
        return Convert.ToBase64String(der) == entry;
    }

    private Leaf? ReadLeaf(byte[] der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return certificate.IssuerName.RawData.AsSpan().SequenceEqual(rootName)
                && VerificationKey.TryFromSpki(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var key)
                && OnlyUse(certificate) is { } use
                    ? new Leaf(key, use, Validity(certificate))
                    : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // RFC 5280 §4.2: a critical extension which is not understood refuses the certificate.
    private static string? OnlyUse(X509Certificate2 certificate)
    {
        var critical = certificate.Extensions.Where(extension => extension.Critical).ToList();
        return critical.Count == 3
            && critical.OfType<X509BasicConstraintsExtension>().SingleOrDefault() is { CertificateAuthority: false }
            && critical.OfType<X509KeyUsageExtension>().SingleOrDefault() is { KeyUsages: X509KeyUsageFlags.DigitalSignature }
            && critical.OfType<X509EnhancedKeyUsageExtension>().SingleOrDefault() is { EnhancedKeyUsages: { Count: 1 } uses }
                ? uses[0].Value
                : null;
    }

    private static bool Holds((DateTimeOffset From, DateTimeOffset To) validity, DateTimeOffset at) =>
        validity.From <= at && at <= validity.To;

    private static (DateTimeOffset From, DateTimeOffset To) Validity(X509Certificate2 certificate) =>
        (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));

    private sealed record Leaf(IVerificationKey Key, string ExtendedKeyUsage, (DateTimeOffset From, DateTimeOffset To) Validity);
}
