// A vault root key certifies working keys (RFC 5280), so that the vault is asked once per key and not once per signature.
// A certificate whose signature does not verify never leaves here.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <summary>The vault's signature by the root key: R || S, 64 bytes (IEEE P1363).</summary>
public delegate Task<byte[]> RootSignature(ReadOnlyMemory<byte> toBeSigned);

public static class WorkingKeyCertificate
{
    /// <param name="rootKey">The vault's public key.</param>
    /// <param name="subject">A distinguished name (RFC 4514), "CN=...".</param>
    /// <param name="from">Start of validity, to the second.</param>
    /// <param name="to">End of validity, inclusive.</param>
    /// <param name="random">For the serial number.</param>
    /// <param name="sign">The vault.</param>
    /// <returns>The self-signed root in DER. It certifies working keys; one of them, for X.509, certifies holders, and there it ends.</returns>
    public static Task<byte[]> CreateRootAsync(
        IVerificationKey rootKey, string subject, DateTimeOffset from, DateTimeOffset to, IRandomSource random, RootSignature sign)
    {
        var name = new X500DistinguishedName(subject);
        var request = new CertificateRequest(name, GivenSignature.ToPublicKey(rootKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 1));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return SignAsync(request, name, rootKey, from, to, random, sign);
    }

    /// <returns>The working key's certificate in DER, for this use only.</returns>
    public static async Task<byte[]> CertifyAsync(
        IVerificationKey workingKey,
        WorkingKeyUse use,
        byte[] rootCertificate,
        DateTimeOffset from,
        DateTimeOffset to,
        IRandomSource random,
        RootSignature sign)
    {
        using var root = X509CertificateLoader.LoadCertificate(rootCertificate);
        return await SignAsync(
            LeafRequest(workingKey, use, root), root.SubjectName, X509Signature.KeyOf(root), from, to, random, sign);
    }

    private static CertificateRequest LeafRequest(IVerificationKey workingKey, WorkingKeyUse use, X509Certificate2 root)
    {
        var name = new X500DistinguishedName($"CN=Net ID working key, OU={use}");
        var request = new CertificateRequest(name, GivenSignature.ToPublicKey(workingKey), HashAlgorithmName.SHA256);
        foreach (var usage in use == WorkingKeyUse.X509Issuing ? AuthorityUsage() : SigningUsage(use)) request.CertificateExtensions.Add(usage);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    private static X509Extension[] SigningUsage(WorkingKeyUse use) =>
    [
        X509BasicConstraintsExtension.CreateForEndEntity(critical: true),
        new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true),
        new X509EnhancedKeyUsageExtension([new Oid(WorkingKeyProfile.ExtendedKeyUsage(use))], critical: true),
    ];

    private static X509Extension[] AuthorityUsage() =>
    [
        X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0),
        new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true),
    ];

    private static async Task<byte[]> SignAsync(
        CertificateRequest request,
        X500DistinguishedName issuer,
        IVerificationKey rootKey,
        DateTimeOffset from,
        DateTimeOffset to,
        IRandomSource random,
        RootSignature sign)
    {
        var serial = X509Serial.Create(random);
        var draft = new GivenSignature(rootKey);
        request.Create(issuer, draft, from, to, serial).Dispose();
        var signature = await sign(draft.ToBeSigned);
        if (!rootKey.Verify(draft.ToBeSigned, signature)) throw new CryptographicException("The vault's signature does not verify.");
        using var certificate = request.Create(issuer, new GivenSignature(rootKey, signature), from, to, serial);
        return certificate.RawData;
    }
}
