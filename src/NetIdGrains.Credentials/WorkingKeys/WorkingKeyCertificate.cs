// A vault root key certifies working keys (RFC 5280), so that the vault is asked once per key and not once per signature.
// A vault signs asynchronously and .NET's CertificateRequest does not, so each certificate is built twice from the same values: the first
// pass catches the bytes to be signed, the second puts the vault's signature in their place. A certificate whose signature does not
// verify never leaves here.
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
    /// <returns>The self-signed root in DER; it can certify working keys only, no further authority.</returns>
    public static Task<byte[]> CreateRootAsync(
        P256Key rootKey, string subject, DateTimeOffset from, DateTimeOffset to, IRandomSource random, RootSignature sign)
    {
        var name = new X500DistinguishedName(subject);
        var request = new CertificateRequest(name, ToPublicKey(rootKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return SignAsync(request, name, rootKey, from, to, random, sign);
    }

    /// <returns>The working key's certificate in DER, for this use only.</returns>
    public static async Task<byte[]> CertifyAsync(
        P256Key workingKey,
        WorkingKeyUse use,
        byte[] rootCertificate,
        DateTimeOffset from,
        DateTimeOffset to,
        IRandomSource random,
        RootSignature sign)
    {
        using var root = X509CertificateLoader.LoadCertificate(rootCertificate);
        return await SignAsync(
            LeafRequest(workingKey, use, root), root.SubjectName, WorkingKeyProfile.RootKey(root), from, to, random, sign);
    }

    private static CertificateRequest LeafRequest(P256Key workingKey, WorkingKeyUse use, X509Certificate2 root)
    {
        var name = new X500DistinguishedName($"CN=Net ID working key, OU={use}");
        var request = new CertificateRequest(name, ToPublicKey(workingKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(WorkingKeyProfile.ExtendedKeyUsage(use))], critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    private static async Task<byte[]> SignAsync(
        CertificateRequest request,
        X500DistinguishedName issuer,
        P256Key rootKey,
        DateTimeOffset from,
        DateTimeOffset to,
        IRandomSource random,
        RootSignature sign)
    {
        var serial = NewSerial(random);
        var draft = new GivenSignature(rootKey, new byte[64]);
        request.Create(issuer, draft, from, to, serial).Dispose();
        var signature = await sign(draft.ToBeSigned);
        if (!rootKey.Verify(draft.ToBeSigned, signature)) throw new CryptographicException("The vault's signature does not verify.");
        using var certificate = request.Create(issuer, new GivenSignature(rootKey, signature), from, to, serial);
        return certificate.RawData;
    }

    // RFC 5280 §4.1.2.2: positive. The second bit is set so that the first byte is never zero and the length is always the same.
    private static byte[] NewSerial(IRandomSource random)
    {
        var serial = new byte[16];
        random.Fill(serial);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private static PublicKey ToPublicKey(P256Key key) => PublicKey.CreateFromSubjectPublicKeyInfo(key.ToSpki(), out _);

    private sealed class GivenSignature(P256Key rootKey, byte[] signature) : X509SignatureGenerator
    {
        public byte[] ToBeSigned { get; private set; } = [];

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => WorkingKeyProfile.EcdsaWithSha256;

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            ToBeSigned = data;
            return WorkingKeyProfile.ToDerSignature(signature);
        }

        protected override PublicKey BuildPublicKey() => ToPublicKey(rootKey);
    }
}
