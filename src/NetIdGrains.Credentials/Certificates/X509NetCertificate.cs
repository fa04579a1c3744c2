// The Net Certificate in the form that X.509 software knows (RFC 5280; with SM2 also GM/T 0015-2012): version 3, the Net ID as a pseudonym and
// nothing else of the person, and where its revocation is told. It is for the holder and the authority; whoever sees it sees the Net ID, so
// it is never shown to a platform (A8-1). Like the other form it is prepared, checked, and only then signed.
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <param name="NetId">The whole of the subject.</param>
/// <param name="HolderKey">Of either suite.</param>
/// <param name="RevocationList">Where the issuer publishes its CRL (RFC 5280 §4.2.1.13).</param>
public sealed record X509Subject(NetId NetId, IVerificationKey HolderKey, Uri RevocationList)
{
    public override string ToString() => "sealed";
}

public static class X509NetCertificate
{
    // RFC 3739 §3.1.2: the attribute for a name that is not the subject's own.
    internal const string Pseudonym = "2.5.4.65";

    private static readonly Oid PseudonymAttribute = new(Pseudonym);

    /// <param name="subject">Whose certificate.</param>
    /// <param name="issuing">The key it will be signed by, certified for <see cref="WorkingKeyUse.X509Issuing"/>.</param>
    /// <param name="now">The beginning of validity, to the second.</param>
    /// <param name="expires">The end of a month, see <see cref="ChinaCalendar.EndOfMonth"/>; the last second of validity is the one before.</param>
    /// <param name="random">For the serial number.</param>
    /// <exception cref="ArgumentException">The subject or the end is not what an application that passed could have led to.</exception>
    public static PreparedX509Certificate Prepare(
        X509Subject subject, CertifiedSigner issuing, DateTimeOffset now, DateTimeOffset expires, IRandomSource random)
    {
        Check(subject, issuing, now, expires);
        using var issuer = X509CertificateLoader.LoadCertificate(issuing.Certificate.Span);
        var (request, serial) = (Request(subject, issuer), X509Serial.Create(random));
        var issuerName = issuer.SubjectName;
        var (from, to) = (DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()), expires.AddSeconds(-1));
        X509Certificate2 Build(GivenSignature signature) => request.Create(issuerName, signature, from, to, serial);

        var issuerKey = X509Signature.KeyOf(issuer);
        var draft = new GivenSignature(issuerKey);
        using (var drafted = Build(draft)) X509Recheck.Check(drafted, subject, from, to);
        return new PreparedX509Certificate(draft.ToBeSigned, issuerKey, signature => Build(new GivenSignature(issuerKey, signature)));
    }

    /// <returns>The certificate in DER.</returns>
    /// <exception cref="InvalidOperationException">This preparation was redeemed before.</exception>
    /// <exception cref="CryptographicException">The signature does not verify: the key is not the one it was prepared for.</exception>
    public static byte[] Issue(PreparedX509Certificate prepared, CertifiedSigner issuing)
    {
        prepared.Redeem();
        using var certificate = prepared.Build(issuing.Sign(prepared.ToBeSigned));
        return SignedDer.TryParse(certificate.RawData, out var signed) && signed.IsSignedBy(prepared.IssuerKey)
            ? certificate.RawData
            : throw new CryptographicException("The signature of a certificate does not verify.");
    }

    private static void Check(X509Subject subject, CertifiedSigner issuing, DateTimeOffset now, DateTimeOffset expires)
    {
        if (subject.NetId == default) throw new ArgumentException("A Net Certificate needs a Net ID.", nameof(subject));
        if (subject.RevocationList.Scheme is not ("http" or "https"))
            throw new ArgumentException("A revocation list is published over http.", nameof(subject));
        if (expires <= now || expires != ChinaCalendar.EndOfMonth(expires, 0))
            throw new ArgumentException("A Net Certificate needs an end at a month's end that is to come.", nameof(expires));
        using var issuer = X509CertificateLoader.LoadCertificate(issuing.Certificate.Span);
        if (issuer.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault() is not { CertificateAuthority: true })
            throw new ArgumentException("The key is not certified to certify others.", nameof(issuing));
        if (new DateTimeOffset(issuer.NotAfter) < expires.AddSeconds(-1))
            throw new ArgumentException("The issuing key's certificate ends before the Net Certificate.", nameof(issuing));
    }

    private static CertificateRequest Request(X509Subject subject, X509Certificate2 issuer)
    {
        var name = new X500DistinguishedNameBuilder();
        name.Add(PseudonymAttribute, subject.NetId.Value, UniversalTagNumber.PrintableString);
        var request = new CertificateRequest(name.Build(), GivenSignature.ToPublicKey(subject.HolderKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(
            CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([subject.RevocationList.AbsoluteUri]));
        return request;
    }
}
