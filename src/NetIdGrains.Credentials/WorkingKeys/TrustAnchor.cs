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
    private const int LargestCache = 1024;

    private readonly ConcurrentDictionary<string, CertificateBody> verified = new(StringComparer.Ordinal);
    private readonly CertificateBody root;

    /// <exception cref="CryptographicException">Not the DER of an authority's certificate for a key of a suite we have.</exception>
    public TrustAnchor(byte[] rootCertificateDer)
    {
        root = CertificateBody.ReadTrusted(rootCertificateDer);
        if (!root.IsAuthority) throw new CryptographicException("Not the certificate of an authority.");
    }

    /// <param name="x5cEntry">Base64 of one certificate in DER.</param>
    /// <param name="use">What the key must be certified for.</param>
    /// <param name="at">The time of the signature, or now where nothing says when it was made.</param>
    /// <param name="key">The certified key.</param>
    public bool TryVerify(string? x5cEntry, WorkingKeyUse use, DateTimeOffset at, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        if (x5cEntry is null || !TryRead(x5cEntry, out var leaf)) return false;
        if (IsFor(leaf, use) && root.IsValidAt(at) && leaf.IsValidAt(at)) key = leaf.Key;
        return key is not null;
    }

    /// <summary>The only entry of the x5c header: a longer path is none of ours.</summary>
    internal static string? OnlyEntry(JsonElement header) =>
        header.TryGetProperty("x5c", out var x5c) && x5c.ValueKind == JsonValueKind.Array && x5c.GetArrayLength() == 1
        && x5c[0].ValueKind == JsonValueKind.String
            ? x5c[0].GetString()
            : null;

    // Only what the root signed gets in, so strangers cannot fill the cache; a full one starts again.
    private bool TryRead(string entry, [NotNullWhen(true)] out CertificateBody? leaf)
    {
        if (verified.TryGetValue(entry, out leaf)) return true;
        if (!X5c.TryDecode(entry, out var der) || !SignedDer.TryParse(der, out var signed) || !signed.IsSignedBy(root.Key)) return false;
        if (!CertificateBody.TryRead(signed, out var read) || !read.Issuer.Span.SequenceEqual(root.Subject.Span) || !IsForSigning(read)) return false;
        if (verified.Count >= LargestCache) verified.Clear();
        verified[entry] = leaf = read;
        return true;
    }

    internal static bool IsFor(CertificateBody leaf, WorkingKeyUse use) =>
        leaf.ExtendedKeyUsages is [var certified] && certified == WorkingKeyProfile.ExtendedKeyUsage(use);

    // RFC 5280 §4.2: a critical extension which is not understood refuses the certificate. In ours just these are there and critical.
    private static bool IsForSigning(CertificateBody leaf) =>
        leaf.Critical.SetEquals([ExtensionList.BasicConstraints, ExtensionList.KeyUsage, ExtensionList.ExtendedKeyUsage])
        && !leaf.IsAuthority
        && leaf.KeyUsages == X509KeyUsageFlags.DigitalSignature;
}
