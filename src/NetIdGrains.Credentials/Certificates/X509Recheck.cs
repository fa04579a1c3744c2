// A2-2: the X.509 form is decoded again before it is signed. Its subject is one pseudonym, its extensions are these five and no other, each
// critical or not as RFC 5280 §4.2.1 asks: a certificate is worth what software that never heard of us makes of it.
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

internal static class X509Recheck
{
    private static readonly Dictionary<string, bool> CriticalByOid = new(StringComparer.Ordinal)
    {
        ["2.5.29.14"] = false, // subject key identifier
        ["2.5.29.15"] = true, // key usage
        ["2.5.29.19"] = true, // basic constraints
        ["2.5.29.31"] = false, // CRL distribution points
        ["2.5.29.35"] = false, // authority key identifier
    };

    /// <exception cref="InvalidOperationException">What was prepared must not be signed: a bug in its making.</exception>
    public static void Check(X509Certificate2 prepared, X509Subject subject, DateTimeOffset from, DateTimeOffset to)
    {
        if (prepared.Version != 3
            || !IsPseudonym(prepared.SubjectName, subject.NetId)
            || !prepared.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(subject.HolderKey.ToSpki())
            || new DateTimeOffset(prepared.NotBefore) != from || new DateTimeOffset(prepared.NotAfter) != to
            || !HasItsExtensions(prepared.Extensions)
            || !prepared.Extensions["2.5.29.31"]!.RawData.AsSpan().SequenceEqual(
                CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([subject.RevocationList.AbsoluteUri]).RawData)
            || prepared.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority
            || prepared.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages != X509KeyUsageFlags.DigitalSignature)
            throw new InvalidOperationException("A prepared certificate is not what a Net Certificate may be.");
    }

    private static bool IsPseudonym(X500DistinguishedName name, NetId netId) =>
        name.EnumerateRelativeDistinguishedNames().ToList() is [{ HasMultipleElements: false } only]
        && only.GetSingleElementType().Value == X509NetCertificate.Pseudonym
        && only.GetSingleElementValue() == netId.Value;

    private static bool HasItsExtensions(X509ExtensionCollection extensions) =>
        extensions.Count == CriticalByOid.Count
        && extensions.DistinctBy(extension => extension.Oid!.Value).Count() == CriticalByOid.Count
        && extensions.All(extension => CriticalByOid.TryGetValue(extension.Oid!.Value!, out var critical) && critical == extension.Critical);
}
