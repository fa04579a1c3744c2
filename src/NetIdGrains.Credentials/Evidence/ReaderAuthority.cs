// The accrediting side: certificates and revocation lists as ReaderTrust reads them (RFC 5280 §4, §5), in either suite. For development,
// and as the profile that whoever accredits readers in production has to meet.
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <summary>An authority that certifies readers, or authorities below it.</summary>
public sealed class ReaderAuthority
{
    private readonly ISigner signer;
    private readonly IRandomSource random;

    private ReaderAuthority(ISigner signer, byte[] certificate, IRandomSource random) =>
        (this.signer, Certificate, this.random) = (signer, certificate, random);

    /// <summary>In DER.</summary>
    public byte[] Certificate { get; }

    /// <param name="signer">The key of the anchor.</param>
    /// <param name="subject">A distinguished name (RFC 4514), "CN=...".</param>
    /// <param name="from">Start of validity, to the second.</param>
    /// <param name="to">End of validity, inclusive.</param>
    /// <param name="random">For serial numbers.</param>
    public static ReaderAuthority CreateAnchor(ISigner signer, string subject, DateTimeOffset from, DateTimeOffset to, IRandomSource random)
    {
        var name = new X500DistinguishedName(subject);
        return new ReaderAuthority(signer, Sign(AuthorityRequest(name, signer, 1), name, signer, from, to, random), random);
    }

    /// <returns>An authority that certifies readers only.</returns>
    public ReaderAuthority Certify(ISigner authority, string subject, DateTimeOffset from, DateTimeOffset to) =>
        new(authority, Sign(AuthorityRequest(new X500DistinguishedName(subject), authority, 0), from, to), random);

    /// <returns>The reader's certificate in DER.</returns>
    public byte[] Certify(IVerificationKey reader, string readerId, DateTimeOffset from, DateTimeOffset to) =>
        Certify(reader, readerId, from, to, "Net ID document reader", WorkingKeyProfile.DocumentReader);

    /// <returns>The certificate in DER of a court or civil office, for <see cref="GuardianshipOrder"/>.</returns>
    public byte[] CertifyCourt(IVerificationKey court, string courtId, DateTimeOffset from, DateTimeOffset to) =>
        Certify(court, courtId, from, to, "Net ID guardianship authority", WorkingKeyProfile.GuardianshipOrder);

    /// <param name="number">Greater than that of every list before (RFC 5280 §5.2.3).</param>
    /// <param name="thisUpdate">To the second.</param>
    /// <param name="nextUpdate">From then on the list says nothing.</param>
    /// <param name="revoked">Certificates of this authority, in DER.</param>
    /// <returns>The list in DER.</returns>
    public byte[] Revoke(int number, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, params IEnumerable<byte[]> revoked) =>
        X509RevocationList.Sign(
            revoked.Select(der => new RevokedCertificate(SerialOf(der), thisUpdate, X509RevocationReason.Unspecified)),
            new BigInteger(number),
            thisUpdate,
            nextUpdate,
            new CertifiedSigner(signer, Certificate));

    private static CertificateRequest AuthorityRequest(X500DistinguishedName subject, ISigner authority, int pathLength)
    {
        var request = Request(subject, authority.PublicKey, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLength));
        return request;
    }

    private static CertificateRequest Request(X500DistinguishedName subject, IVerificationKey key, X509KeyUsageFlags usages)
    {
        var request = new CertificateRequest(subject, GivenSignature.ToPublicKey(key), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usages, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static byte[] Sign(
        CertificateRequest request, X500DistinguishedName issuer, ISigner signer, DateTimeOffset from, DateTimeOffset to, IRandomSource random)
    {
        var serial = X509Serial.Create(random);
        var draft = new GivenSignature(signer.PublicKey);
        request.Create(issuer, draft, from, to, serial).Dispose();
        using var certificate = request.Create(issuer, new GivenSignature(signer.PublicKey, signer.Sign(draft.ToBeSigned)), from, to, serial);
        return certificate.RawData;
    }

    private static ReadOnlyMemory<byte> SerialOf(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.SerialNumberBytes.ToArray();
    }

    private byte[] Certify(IVerificationKey key, string id, DateTimeOffset from, DateTimeOffset to, string commonName, string purpose)
    {
        var name = new X500DistinguishedNameBuilder();
        name.Add(DistinguishedName.SerialNumber, id);
        name.AddCommonName(commonName);
        var request = Request(name.Build(), key, X509KeyUsageFlags.DigitalSignature);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        return Sign(request, from, to);
    }

    private byte[] Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset to)
    {
        using var issuer = X509CertificateLoader.LoadCertificate(Certificate);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return Sign(request, issuer.SubjectName, signer, from, to, random);
    }
}
