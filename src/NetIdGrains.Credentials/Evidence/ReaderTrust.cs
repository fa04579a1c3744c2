// Which readers of documents, or which courts (A4-5), are accredited: paths of certificates from one to a configured anchor (RFC 5280 §6.1),
// and the revocation lists of every authority on them (§6.3). No X509Chain: it looks into the machine's stores and out to the network, and
// knows no SM2. Where this differs from the RFC it is stricter: names are compared byte for byte, self-issued certificates count in a path
// length, an anchor's own dates and constraints bind, name and policy constraints are not understood and so refused where they are critical.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <summary>Anchors and revocation lists as configured. Lists age: a host makes a new one of these whenever it has fetched newer lists.</summary>
public sealed class ReaderTrust
{
    internal const int LongestPath = 3;

    private static readonly HashSet<string> Understood =
        [ExtensionList.BasicConstraints, ExtensionList.KeyUsage, ExtensionList.ExtendedKeyUsage];

    private readonly List<(byte[] Der, CertificateBody Body)> anchors;
    private readonly List<RevocationListBody> lists;

    /// <param name="anchors">In DER.</param>
    /// <param name="revocationLists">In DER. Without a current one for an authority, nothing below that authority is believed.</param>
    /// <exception cref="CryptographicException">An anchor is no authority's certificate, or a list must not be used.</exception>
    public ReaderTrust(IEnumerable<byte[]> anchors, IEnumerable<byte[]> revocationLists)
    {
        this.anchors = [.. anchors.Select(der => (der, ReadAnchor(der)))];
        lists = [.. revocationLists.Select(ReadList)];
    }

    /// <summary>The order of the checks is the order in which faults are told.</summary>
    /// <param name="certificates">The reader's first; an anchor at the end may be left out.</param>
    /// <param name="readAt">When the reader says it signed. Its key must have been certified then.</param>
    /// <param name="now">All must be valid now too: who stole an old key can write an old time, and lists forget what has ended (§5.2).</param>
    /// <param name="reader">Null if there is no path; not to be believed if there is any fault.</param>
    /// <param name="purpose">What the key must be certified for, and for nothing else.</param>
    internal EvidenceFault Check(
        IReadOnlyList<byte[]> certificates,
        DateTimeOffset readAt,
        DateTimeOffset now,
        out CertificateBody? reader,
        string purpose = WorkingKeyProfile.DocumentReader)
    {
        reader = null;
        if (!TryBuildPath(certificates, now, out var path)) return EvidenceFault.Path;
        reader = path[^1];
        if (!IsFor(purpose, path)) return EvidenceFault.Purpose;
        if (!path.TrueForAll(certificate => certificate.IsValidAt(readAt) && certificate.IsValidAt(now))) return EvidenceFault.Validity;
        var current = path.SkipLast(1).Select(authority => ListsOf(authority, now)).ToList();
        if (current.Exists(found => found.Count == 0)) return EvidenceFault.RevocationUnknown;
        return path.Skip(1).Zip(current).Any(pair => pair.Second.Exists(list => list.Revokes(pair.First)))
            ? EvidenceFault.Revoked
            : EvidenceFault.None;
    }

    // From the anchor down, so that of each certificate nothing but the splitting is done before an authority's signature on it holds.
    private bool TryBuildPath(IReadOnlyList<byte[]> certificates, DateTimeOffset now, [NotNullWhen(true)] out List<CertificateBody>? path)
    {
        path = null;
        var below = certificates.Reverse().ToList();
        var candidates = anchors.FindAll(anchor => anchor.Der.AsSpan().SequenceEqual(below[0]));
        if (candidates.Count > 0) below.RemoveAt(0);
        else candidates = anchors;
        if (below.Count == 0 || !SignedDer.TryParse(below[0], out var top)) return false;
        var signers = candidates.FindAll(anchor => top.IsSignedBy(anchor.Body.Key));
        if (signers.Count == 0) return false;
        var built = new List<CertificateBody> { signers.MaxBy(anchor => anchor.Body.IsValidAt(now)).Body }; // of a renewed anchor, the one that is valid
        foreach (var der in below)
        {
            if (!SignedDer.TryParse(der, out var signed) || !signed.IsSignedBy(built[^1].Key)) return false;
            if (!CertificateBody.TryRead(signed, out var body) || !Follows(body, built)) return false;
            built.Add(body);
        }

        path = built;
        return true;
    }

    // §6.1.3 (a)(4), §6.1.4 (k) to (o), and §6.1: no certificate is on a path twice, and here no key.
    private static bool Follows(CertificateBody body, List<CertificateBody> above) =>
        IsAuthority(above[^1])
        && IsInDepth(above)
        && body.Issuer.Span.SequenceEqual(above[^1].Subject.Span)
        && body.Critical.IsSubsetOf(Understood)
        && above.TrueForAll(authority => authority.Key.Thumbprint != body.Key.Thumbprint);

    // §4.2.1.9: a path length bounds the authorities below; whom the last of them certifies is not counted.
    private static bool IsInDepth(List<CertificateBody> authorities) =>
        !authorities.Where((authority, place) => authorities.Count - 1 - place > authority.PathLength).Any();

    private static bool IsAuthority(CertificateBody body) =>
        body.IsAuthority && body.Critical.Contains(ExtensionList.BasicConstraints) && body.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign);

    // A reader's key is for nothing else; an authority that is confined to purposes (§4.2.1.12) is confined to this one among them.
    private static bool IsFor(string purpose, List<CertificateBody> path) =>
        !path[^1].IsAuthority
        && path[^1].KeyUsages == X509KeyUsageFlags.DigitalSignature
        && path[^1].ExtendedKeyUsages is [var only] && only == purpose
        && path.TrueForAll(certificate => certificate.ExtendedKeyUsages?.Contains(purpose) != false);

    // §6.3.3 (f): the authority's key must be for revocation lists too.
    private List<RevocationListBody> ListsOf(CertificateBody authority, DateTimeOffset now) =>
        authority.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign)
            ? lists.FindAll(list => list.IsCurrentAt(now) && list.IsOf(authority))
            : [];

    private static CertificateBody ReadAnchor(byte[] der)
    {
        var body = CertificateBody.ReadTrusted(der);
        return IsAuthority(body) && body.Critical.IsSubsetOf(Understood)
            ? body
            : throw new CryptographicException("An anchor for readers is not the certificate of an authority.");
    }

    private static RevocationListBody ReadList(byte[] der) => RevocationListBody.TryParse(der, out var list)
        ? list
        : throw new CryptographicException("Not a revocation list that may be used.");
}
