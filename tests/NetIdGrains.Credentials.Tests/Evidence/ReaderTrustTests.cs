// RFC 5280 §6.1 and §6.3, a row for each thing that breaks a path. Each row spoils one part of a path that is good.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials.Tests;

public class ReaderTrustTests
{
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly ISigner Other = P256Signer.Create();
    private static readonly ISigner Third = P256Signer.Create();
    private static readonly byte[] AnotherAnchor = Self(new Link("CN=anchor", Other));

    private static readonly Dictionary<string, (EvidenceFault Fault, Action<HandmadePath> Spoil)> Rows = new()
    {
        ["nothing"] = (EvidenceFault.None, Nothing),
        ["the anchor is sent too"] = (EvidenceFault.None, path => path.Order = (reader, authority, anchor) => [reader, authority, anchor]),
        ["the anchor certifies readers itself"] = (EvidenceFault.None, CertifiedByTheAnchor),
        ["two authorities below the anchor"] = (EvidenceFault.None, path => Below(path, new Link("CN=between", Third))),
        ["path lengths that are just enough"] = (EvidenceFault.None, JustDeepEnough),
        ["an authority confined to readers"] = (
            EvidenceFault.None,
            path => path.Authority = path.Authority with { Purpose = WorkingKeyProfile.DocumentReader }),

        ["certificates in the other order"] = (EvidenceFault.Path, path => path.Order = (reader, authority, _) => [authority, reader]),
        ["the authority is left out"] = (EvidenceFault.Path, path => path.Order = (reader, _, _) => [reader]),
        ["the reader twice"] = (EvidenceFault.Path, path => path.Order = (reader, _, _) => [reader, reader]),
        ["the authority twice"] = (EvidenceFault.Path, path => path.Order = (reader, authority, _) => [reader, authority, authority]),
        ["the anchor alone"] = (EvidenceFault.Path, path => path.Order = (_, _, anchor) => [anchor]),
        ["the anchor twice"] = (EvidenceFault.Path, path => path.Order = (_, _, anchor) => [anchor, anchor]),
        ["the anchor in the middle"] = (EvidenceFault.Path, path => path.Order = (reader, authority, anchor) => [reader, anchor, authority]),
        ["an anchor that nobody configured"] = (EvidenceFault.Path, path => path.Order = UnderAnotherAnchor),
        ["that anchor is sent too"] = (
            EvidenceFault.Path,
            path => path.Order = (reader, authority, anchor) => [.. UnderAnotherAnchor(reader, authority, anchor), AnotherAnchor]),
        ["the reader is signed by another key"] = (EvidenceFault.Path, path => path.Forger = Other),
        ["the reader names another issuer"] = (EvidenceFault.Path, path => path.Reader = path.Reader with { IssuerName = "CN=other" }),
        ["the authority names another issuer"] = (EvidenceFault.Path, path => path.Authority = path.Authority with { IssuerName = "CN=other" }),
        ["the authority is none"] = (EvidenceFault.Path, path => path.Authority = path.Authority with { IsAuthority = false }),
        ["the authority is one by the way"] = (
            EvidenceFault.Path,
            path => path.Authority = path.Authority with { SaysSoCritically = false }),
        ["the authority may not certify"] = (
            EvidenceFault.Path,
            path => path.Authority = path.Authority with { Usages = X509KeyUsageFlags.CrlSign }),
        ["the authority does not say what its key is for"] = (
            EvidenceFault.Path,
            path => path.Authority = path.Authority with { Usages = X509KeyUsageFlags.None }),
        ["the anchor wants no authority below it"] = (EvidenceFault.Path, path => path.Anchor = path.Anchor with { PathLength = 0 }),
        ["an authority wants none below it"] = (EvidenceFault.Path, path => Below(path, new Link("CN=between", Third) { PathLength = 0 })),
        ["the anchor wants one authority below it, and there are two"] = (EvidenceFault.Path, TooDeep),
        ["the authority's key is the anchor's"] = (EvidenceFault.Path, path => path.Authority = path.Authority with { Key = path.Anchor.Key }),
        ["an unknown critical extension in the reader"] = (
            EvidenceFault.Path,
            path => path.Reader = path.Reader with { Further = new X509Extension("1.2.3.4", [5, 0], critical: true) }),
        ["name constraints in the authority"] = (
            EvidenceFault.Path,
            path => path.Authority = path.Authority with { Further = new X509Extension("2.5.29.30", [0x30, 0], critical: true) }),

        ["a reader's key that is for something else too"] = (
            EvidenceFault.Purpose,
            path => path.Reader = path.Reader with { Usages = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment }),

        ["an unknown extension that is not critical"] = (
            EvidenceFault.None,
            path => path.Reader = path.Reader with { Further = new X509Extension("1.2.3.4", [5, 0], critical: false) }),

        ["a reader for another purpose"] = (
            EvidenceFault.Purpose,
            path => path.Reader = path.Reader with { Purpose = WorkingKeyProfile.ExtendedKeyUsage(WorkingKeyUse.Issuing) }),
        ["a reader for any purpose"] = (EvidenceFault.Purpose, path => path.Reader = path.Reader with { Purpose = "2.5.29.37.0" }),
        ["a reader for no purpose in particular"] = (EvidenceFault.Purpose, path => path.Reader = path.Reader with { Purpose = null }),
        ["a reader that is an authority"] = (EvidenceFault.Purpose, path => path.Reader = path.Reader with { IsAuthority = true }),
        ["a reader whose key signs no data"] = (
            EvidenceFault.Purpose,
            path => path.Reader = path.Reader with { Usages = X509KeyUsageFlags.KeyAgreement }),
        ["a reader whose key is for nothing said"] = (
            EvidenceFault.Purpose,
            path => path.Reader = path.Reader with { Usages = X509KeyUsageFlags.None }),
        ["an authority confined to another purpose"] = (
            EvidenceFault.Purpose,
            path => path.Authority = path.Authority with { Purpose = "1.3.6.1.5.5.7.3.1" }),

        ["a reader whose time is over"] = (EvidenceFault.Validity, path => path.Reader = path.Reader with { To = Now.AddSeconds(-1) }),
        ["a reader whose time ends now"] = (EvidenceFault.None, path => path.Reader = path.Reader with { To = Now }),
        ["a reader whose time is to come"] = (EvidenceFault.Validity, path => path.Reader = path.Reader with { From = Now.AddSeconds(1) }),
        ["an authority whose time is over"] = (EvidenceFault.Validity, path => path.Authority = path.Authority with { To = Now.AddSeconds(-1) }),
        ["an anchor whose time is over"] = (EvidenceFault.Validity, path => path.Anchor = path.Anchor with { To = Now.AddSeconds(-1) }),

        ["no lists at all"] = (EvidenceFault.RevocationUnknown, path => path.Lists = (_, _) => []),
        ["no list of the anchor"] = (EvidenceFault.RevocationUnknown, path => path.Lists = (_, ofAuthority) => [ofAuthority]),
        ["no list of the authority"] = (EvidenceFault.RevocationUnknown, path => path.Lists = (ofAnchor, _) => [ofAnchor]),
        ["lists that are over"] = (EvidenceFault.RevocationUnknown, path => path.ListTo = Now),
        ["lists that are to come"] = (EvidenceFault.RevocationUnknown, path => path.ListFrom = Now.AddSeconds(1)),
        ["lists that begin now"] = (EvidenceFault.None, path => path.ListFrom = Now),
        ["a list signed by another"] = (EvidenceFault.RevocationUnknown, path => path.ListIssuer = path.Authority with { Key = Other }),
        ["a list of another name"] = (EvidenceFault.RevocationUnknown, path => path.ListIssuer = path.Authority with { Subject = "CN=other" }),
        ["an authority that may not make lists"] = (
            EvidenceFault.RevocationUnknown,
            path => path.Authority = path.Authority with { Usages = X509KeyUsageFlags.KeyCertSign }),
        ["the reader is revoked"] = (EvidenceFault.Revoked, path => path.RevokesReader = true),
        ["the authority is revoked"] = (EvidenceFault.Revoked, path => path.RevokesAuthority = true),
        ["the reader is revoked by one current list of two"] = (EvidenceFault.Revoked, RevokedByOneList),
        ["an old list beside the current one"] = (
            EvidenceFault.None,
            path => path.Lists = (ofAnchor, ofAuthority) => [HandmadePath.List(path.Authority, Now.AddDays(-2), Now.AddDays(-1)), ofAnchor, ofAuthority]),
    };

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A4_1_a_path_is_broken_by(string what)
    {
        var path = new HandmadePath();
        var (fault, spoil) = Rows[what];
        spoil(path);
        var (certificates, trust) = path.Build();
        Assert.Equal(fault, trust.Check(certificates, Now, Now, out _));
    }

    // The reader says when it read; its certificate must have been valid then, and must be now.
    [Theory]
    [InlineData(-2, 0, EvidenceFault.Validity)]
    [InlineData(0, 2, EvidenceFault.Validity)]
    [InlineData(-1, 1, EvidenceFault.None)]
    public void A4_1_certificates_are_valid_at_the_reading_and_now(int readAt, int now, EvidenceFault fault)
    {
        var path = new HandmadePath();
        path.Reader = path.Reader with { From = Now.AddSeconds(-1), To = Now.AddSeconds(1) };
        var (certificates, trust) = path.Build();
        Assert.Equal(fault, trust.Check(certificates, Now.AddSeconds(readAt), Now.AddSeconds(now), out _));
    }

    [Fact]
    public void A13_1_a_path_may_lead_from_one_suite_to_the_other()
    {
        var path = new HandmadePath();
        path.Authority = path.Authority with { Key = Sm2Signer.Create(new SystemRandomSource()) };
        var (certificates, trust) = path.Build();
        Assert.Equal(EvidenceFault.None, trust.Check(certificates, Now, Now, out _));
    }

    [Fact]
    public void A4_1_an_anchor_that_is_sent_is_the_one_that_counts()
    {
        var path = new HandmadePath();
        var (certificates, _) = path.Build();
        var anchor = Self(path.Anchor);
        var lists = new[] { path.Anchor, path.Authority }.Select(issuer => HandmadePath.List(issuer, path.ListFrom, path.ListTo));
        var trust = new ReaderTrust([AnotherAnchor, anchor], lists);
        Assert.Equal(EvidenceFault.None, trust.Check(certificates, Now, Now, out _));
        Assert.Equal(EvidenceFault.None, trust.Check([.. certificates, anchor], Now, Now, out _));
        Assert.Equal(EvidenceFault.Path, trust.Check([.. certificates, AnotherAnchor], Now, Now, out _));
    }

    // An anchor is renewed with the key it had: both are configured for a while, and the one that has ended is no hindrance.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A4_1_a_renewed_anchor_counts_beside_the_one_that_has_ended(bool endedFirst)
    {
        var path = new HandmadePath();
        var (certificates, _) = path.Build();
        var ended = Self(path.Anchor with { From = Now.AddDays(-9), To = Now.AddDays(-8) });
        var renewed = Self(path.Anchor);
        var lists = new[] { path.Anchor, path.Authority }.Select(issuer => HandmadePath.List(issuer, path.ListFrom, path.ListTo));
        var trust = new ReaderTrust(endedFirst ? [ended, renewed] : [renewed, ended], lists);
        Assert.Equal(EvidenceFault.None, trust.Check(certificates, Now, Now, out _));
        Assert.Equal(EvidenceFault.Validity, new ReaderTrust([ended], lists).Check(certificates, Now, Now, out _));
    }

    [Fact]
    public void A4_1_every_changed_byte_of_a_chain_is_caught()
    {
        var (certificates, trust) = new HandmadePath().Build();
        foreach (var (certificate, place) in certificates.SelectMany(der => der.Select((_, place) => (der, place))))
        {
            certificate[place] ^= 1;
            Assert.Equal(EvidenceFault.Path, trust.Check(certificates, Now, Now, out _));
            certificate[place] ^= 1;
        }
    }

    [Fact]
    public void A4_1_an_anchor_is_an_authority()
    {
        Assert.Throws<CryptographicException>(() => new ReaderTrust([[1, 2, 3]], []));
        Assert.Throws<CryptographicException>(() => new ReaderTrust([Self(Link.Reader(Other))], []));
        Assert.Throws<CryptographicException>(() => new ReaderTrust([Self(new("CN=x", Other) { Usages = X509KeyUsageFlags.CrlSign })], []));
        Assert.Throws<CryptographicException>(
            () => new ReaderTrust([Self(new("CN=x", Other) { Further = new X509Extension("1.2.3.4", [5, 0], critical: true) })], []));
    }

    [Fact]
    public void A4_1_what_is_no_revocation_list_is_not_configured() =>
        Assert.Throws<CryptographicException>(() => new ReaderTrust([AnotherAnchor], [[1, 2, 3]]));

    private static byte[] Self(Link link) => link.CertifiedBy(link);

    private static byte[][] UnderAnotherAnchor(byte[] reader, byte[] authority, byte[] anchor) =>
        [reader, new HandmadePath().Authority.CertifiedBy(new Link("CN=anchor", Other))];

    private static void Nothing(HandmadePath path)
    {
    }

    private static void JustDeepEnough(HandmadePath path)
    {
        path.Anchor = path.Anchor with { PathLength = 1 };
        path.Authority = path.Authority with { PathLength = 0 };
    }

    private static void TooDeep(HandmadePath path)
    {
        path.Anchor = path.Anchor with { PathLength = 1 };
        Below(path, new Link("CN=between", Third));
    }

    private static void RevokedByOneList(HandmadePath path)
    {
        path.RevokesReader = true;
        path.Lists = (ofAnchor, ofAuthority) => [HandmadePath.List(path.Authority, Now.AddDays(-1), Now.AddDays(1)), ofAnchor, ofAuthority];
    }

    private static void CertifiedByTheAnchor(HandmadePath path)
    {
        path.Authority = path.Anchor;
        path.Order = (reader, _, _) => [reader];
    }

    private static void Below(HandmadePath path, Link between)
    {
        var authority = path.Authority;
        path.Order = (reader, _, _) => [reader, authority.CertifiedBy(between), between.CertifiedBy(path.Anchor)];
        path.Lists = (ofAnchor, ofAuthority) => [ofAnchor, ofAuthority, HandmadePath.List(between, path.ListFrom, path.ListTo)];
    }
}
