// RFC 5280 §5: which certificates of the X.509 form are to be refused, for software that knows nothing else. Signed by the key that issued them.
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <param name="Serial">Big-endian, as in the certificate.</param>
/// <param name="Time">Since when.</param>
/// <param name="Reason">Of a freeze, CertificateHold: it may be lifted.</param>
public sealed record RevokedCertificate(ReadOnlyMemory<byte> Serial, DateTimeOffset Time, X509RevocationReason Reason);

public static class X509RevocationList
{
    /// <param name="revoked">All of this issuer that have not ended by themselves.</param>
    /// <param name="number">Greater than that of any list before (§5.2.3).</param>
    /// <param name="thisUpdate">To the second.</param>
    /// <param name="nextUpdate">When the next will be there at the latest.</param>
    /// <param name="issuing">Certified for <see cref="WorkingKeyUse.X509Issuing"/>.</param>
    /// <returns>The list in DER.</returns>
    /// <exception cref="CryptographicException">The signature does not verify: the key is not the one of the certificate.</exception>
    public static byte[] Sign(
        IEnumerable<RevokedCertificate> revoked,
        BigInteger number,
        DateTimeOffset thisUpdate,
        DateTimeOffset nextUpdate,
        CertifiedSigner issuing)
    {
        using var issuer = X509CertificateLoader.LoadCertificate(issuing.Certificate.Span);
        var issuerKey = X509Signature.KeyOf(issuer);
        var identifier = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false);
        var builder = new CertificateRevocationListBuilder();
        foreach (var entry in revoked) builder.AddEntry(entry.Serial.Span, entry.Time, entry.Reason);
        byte[] Build(GivenSignature signature) =>
            builder.Build(issuer.SubjectName, signature, number, nextUpdate, HashAlgorithmName.SHA256, identifier, thisUpdate);

        var draft = new GivenSignature(issuerKey);
        Build(draft);
        var list = Build(new GivenSignature(issuerKey, issuing.Sign(draft.ToBeSigned)));
        return SignedDer.TryParse(list, out var signed) && signed.IsSignedBy(issuerKey)
            ? list
            : throw new CryptographicException("The signature of a revocation list does not verify.");
    }
}
