using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials.Tests;

/// <summary>One certificate, every field of which a test may spoil. A default one is an authority's.</summary>
internal sealed record Link(string Subject, ISigner Key)
{
    private static int serial = 1000;

    public DateTimeOffset From { get; init; } = TestAuthority.Now.AddDays(-1);

    public DateTimeOffset To { get; init; } = TestAuthority.Now.AddDays(1);

    public bool IsAuthority { get; init; } = true;

    public bool SaysSoCritically { get; init; } = true;

    public int? PathLength { get; init; }

    public X509KeyUsageFlags Usages { get; init; } = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    public string? Purpose { get; init; }

    public X509Extension? Further { get; init; }

    public string? IssuerName { get; init; }

    public static Link Reader(ISigner key) => new($"SERIALNUMBER={HandmadePath.ReaderId}, CN=reader", key)
    {
        IsAuthority = false,
        Usages = X509KeyUsageFlags.DigitalSignature,
        Purpose = WorkingKeyProfile.DocumentReader,
    };

    public byte[] CertifiedBy(Link issuer, ISigner? signer = null)
    {
        var request = new CertificateRequest(new X500DistinguishedName(Subject), GivenSignature.ToPublicKey(Key.PublicKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            IsAuthority, hasPathLengthConstraint: PathLength is not null, PathLength ?? 0, SaysSoCritically));
        if (Usages != X509KeyUsageFlags.None) request.CertificateExtensions.Add(new X509KeyUsageExtension(Usages, critical: true));
        if (Purpose is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Purpose)], critical: true));
        if (Further is not null) request.CertificateExtensions.Add(Further);
        var number = BitConverter.GetBytes(Interlocked.Increment(ref serial)).Reverse().ToArray();
        return HandmadePath.Sign(signer ?? issuer.Key, generator =>
        {
            using var certificate = request.Create(new X500DistinguishedName(IssuerName ?? issuer.Subject), generator, From, To, number);
            return certificate.RawData;
        });
    }
}

/// <summary>An anchor, an authority, a reader, and the lists of both authorities; good as it is, each part for a test to spoil.</summary>
internal sealed class HandmadePath
{
    public const string ReaderId = "R-17";

    private static readonly ISigner AnchorKey = P256Signer.Create();
    private static readonly ISigner AuthorityKey = P256Signer.Create();
    private static readonly ISigner ReaderKey = P256Signer.Create();

    public Link Anchor { get; set; } = new("CN=anchor", AnchorKey);

    public Link Authority { get; set; } = new("CN=authority", AuthorityKey);

    public Link Reader { get; set; } = Link.Reader(ReaderKey);

    /// <summary>What the reader's certificate is signed by, where that is another key than the authority's.</summary>
    public ISigner? Forger { get; set; }

    public bool RevokesReader { get; set; }

    public bool RevokesAuthority { get; set; }

    /// <summary>Of the authority's list; its issuer's name and key may be another's.</summary>
    public Link? ListIssuer { get; set; }

    public DateTimeOffset ListFrom { get; set; } = TestAuthority.Now.AddHours(-1);

    public DateTimeOffset ListTo { get; set; } = TestAuthority.Now.AddHours(1);

    public Func<byte[], byte[], byte[], IEnumerable<byte[]>> Order { get; set; } = (reader, authority, _) => [reader, authority];

    public Func<byte[], byte[], IEnumerable<byte[]>> Lists { get; set; } = (ofAnchor, ofAuthority) => [ofAnchor, ofAuthority];

    internal static byte[] Sign(ISigner signer, Func<X509SignatureGenerator, byte[]> build)
    {
        var draft = new GivenSignature(signer.PublicKey);
        build(draft);
        return build(new GivenSignature(signer.PublicKey, signer.Sign(draft.ToBeSigned)));
    }

    public static byte[] List(Link issuer, DateTimeOffset from, DateTimeOffset to, byte[]? revoked = null)
    {
        var builder = new CertificateRevocationListBuilder();
        if (revoked is not null) builder.AddEntry(X509CertificateLoader.LoadCertificate(revoked).SerialNumberBytes.Span, from);
        var authorityKey = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1, 2, 3, 4]);
        var name = new X500DistinguishedName(issuer.Subject);
        return Sign(issuer.Key, by => builder.Build(name, by, BigInteger.One, to, HashAlgorithmName.SHA256, authorityKey, from));
    }

    /// <returns>The certificates as they are sent, and who trusts what.</returns>
    public (byte[][] Certificates, ReaderTrust Trust) Build()
    {
        var anchor = Anchor.CertifiedBy(Anchor);
        var authority = Authority.CertifiedBy(Anchor);
        var reader = Reader.CertifiedBy(Authority, Forger);
        var lists = Lists(
            List(Anchor, ListFrom, ListTo, RevokesAuthority ? authority : null),
            List(ListIssuer ?? Authority, ListFrom, ListTo, RevokesReader ? reader : null));
        return ([.. Order(reader, authority, anchor)], new ReaderTrust([anchor], lists));
    }
}
