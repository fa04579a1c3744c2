// A2-2, A13-1: the X.509 form in both suites, judged by OpenSSL and by .NET, which share nothing with the code that made it.
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials.Tests;

public class X509NetCertificateTests
{
    private static readonly NetId NetId = NetId.Create(new FixedRandom("net-id"));
    private static readonly Uri List = new("http://authority.example/crl/1.crl");
    private static readonly DateTimeOffset Now = TestAuthority.Now;

    public static TheoryData<CryptoSuite, CryptoSuite> Suites() => new()
    {
        { CryptoSuite.International, CryptoSuite.International },
        { CryptoSuite.International, CryptoSuite.Sm },
        { CryptoSuite.Sm, CryptoSuite.International },
        { CryptoSuite.Sm, CryptoSuite.Sm },
    };

    // In two steps, because the verify command of OpenSSL 3.0 takes the distinguishing id for the last certificate of a path only.
    [Theory]
    [MemberData(nameof(Suites))]
    public void A13_1_openssl_accepts_the_certificate(CryptoSuite suite, CryptoSuite holderSuite)
    {
        using var openSsl = new OpenSsl();
        var authority = new SuiteAuthority(suite);
        var issuing = authority.Certify(WorkingKeyUse.X509Issuing);
        var certificate = Issue(Subject(SigningKey.Create(holderSuite, new SystemRandomSource()).PublicKey), issuing);
        var root = openSsl.WritePem("root.pem", "CERTIFICATE", authority.RootCertificate);
        var between = openSsl.WritePem("issuing.pem", "CERTIFICATE", issuing.Certificate.ToArray());
        var (accepted, output) = openSsl.Run([.. SuiteAuthority.Verify(suite), "-CAfile", root, between]);
        Assert.True(accepted, output);
        string[] leaf =
            [.. SuiteAuthority.Verify(suite), "-partial_chain", "-trusted", between, openSsl.WritePem("leaf.pem", "CERTIFICATE", certificate)];
        (accepted, output) = openSsl.Run(leaf);
        Assert.True(accepted, output);
        certificate[^1] ^= 1;
        openSsl.WritePem("leaf.pem", "CERTIFICATE", certificate);
        (accepted, output) = openSsl.Run(leaf);
        Assert.False(accepted);
        Assert.Contains("signature failure", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A2_3_openssl_refuses_the_certificate_when_it_is_on_the_list()
    {
        using var openSsl = new OpenSsl();
        var authority = new SuiteAuthority(CryptoSuite.International);
        var issuing = authority.Certify(WorkingKeyUse.X509Issuing);
        var certificate = Issue(Subject(TestAuthority.Holder.PublicKey), issuing);
        var chain = Chain(openSsl, authority, issuing, certificate);
        (bool Succeeded, string Output) Verify(params RevokedCertificate[] revoked)
        {
            var list = openSsl.WritePem("list.pem", "X509 CRL", Revoke(issuing, revoked));
            return openSsl.Run([.. SuiteAuthority.Verify(CryptoSuite.International), "-crl_check", "-CRLfile", list, .. chain]);
        }

        var (accepted, output) = Verify();
        Assert.True(accepted, output);
        (accepted, output) = Verify(Held(Another));
        Assert.True(accepted, output);
        (accepted, output) = Verify(Held(Another), Held(certificate));
        Assert.False(accepted);
        Assert.Contains("revoked", output, StringComparison.Ordinal);
    }

    // The verify command of OpenSSL 3.0 takes the distinguishing id for certificates and not for lists: so it is asked for the bare signature.
    [Fact]
    public void A13_1_openssl_accepts_the_signature_of_a_list_by_SM2()
    {
        using var openSsl = new OpenSsl();
        var issuing = Issuing(CryptoSuite.Sm);
        var list = Revoke(issuing, Held(Another));
        var parts = new AsnReader(list, AsnEncodingRules.DER).ReadSequence();
        File.WriteAllBytes(openSsl.PathOf("body"), parts.ReadEncodedValue().ToArray());
        parts.ReadEncodedValue();
        File.WriteAllBytes(openSsl.PathOf("signature"), parts.ReadBitString(out _));
        openSsl.WritePem("key", "PUBLIC KEY", issuing.PublicKey.ToSpki());
        var (accepted, output) = openSsl.Run(
            "dgst", "-sm3", "-verify", "key", "-sigopt", "distid:1234567812345678", "-signature", "signature", "body");
        Assert.True(accepted, output);
        (_, output) = openSsl.Run("crl", "-noout", "-text", "-in", openSsl.WritePem("list.pem", "X509 CRL", list));
        Assert.Contains("Certificate Hold", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CryptoSuite.International, "1.2.840.10045.4.3.2")]
    [InlineData(CryptoSuite.Sm, "1.2.156.10197.1.501")]
    public void A2_2_the_subject_is_a_pseudonym_and_nothing_else_is_said(CryptoSuite suite, string algorithm)
    {
        using var read = X509CertificateLoader.LoadCertificate(Issue(Subject(TestAuthority.Holder.PublicKey), Issuing(suite)));
        Assert.Equal((3, $"pseudonym={NetId.Value}", algorithm), (read.Version, read.Subject, read.SignatureAlgorithm.Value));
        Assert.Equal((Now.UtcDateTime, TestAuthority.Expires.UtcDateTime.AddSeconds(-1)), (read.NotBefore.ToUniversalTime(), read.NotAfter.ToUniversalTime()));
        Assert.Equal(
            ["2.5.29.14", "2.5.29.15 critical", "2.5.29.19 critical", "2.5.29.31", "2.5.29.35"],
            read.Extensions.Select(extension => extension.Oid!.Value + (extension.Critical ? " critical" : "")).Order(StringComparer.Ordinal));
        Assert.True(read.RawData.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(List.AbsoluteUri)) > 0);
    }

    [Fact]
    public void A2_2_a_preparation_is_issued_once()
    {
        var issuing = Issuing(CryptoSuite.International);
        var prepared = Prepare(Subject(TestAuthority.Holder.PublicKey), issuing);
        X509NetCertificate.Issue(prepared, issuing);
        Assert.Throws<InvalidOperationException>(() => X509NetCertificate.Issue(prepared, issuing));
        Assert.Equal("sealed", $"{prepared}");
    }

    [Theory]
    [InlineData(CryptoSuite.International)]
    [InlineData(CryptoSuite.Sm)]
    public void A13_1_another_key_makes_no_certificate_and_no_list(CryptoSuite other)
    {
        var issuing = Issuing(CryptoSuite.International);
        var borrowed = new CertifiedSigner(new SuiteAuthority(other).NewKey(), issuing.Certificate.ToArray());
        var prepared = Prepare(Subject(TestAuthority.Holder.PublicKey), issuing);
        Assert.Throws<CryptographicException>(() => X509NetCertificate.Issue(prepared, borrowed));
        Assert.Throws<CryptographicException>(() => X509RevocationList.Sign([], 1, Now, Now.AddHours(1), borrowed));
    }

    public static TheoryData<string, X509Subject, WorkingKeyUse, DateTimeOffset> Bad()
    {
        var (good, end) = (Subject(TestAuthority.Holder.PublicKey), TestAuthority.Expires);
        return new()
        {
            { "a Net ID", good with { NetId = default }, WorkingKeyUse.X509Issuing, end },
            { "over http", good with { RevocationList = new Uri("ldap://authority.example/crl") }, WorkingKeyUse.X509Issuing, end },
            { "a month's end", good, WorkingKeyUse.X509Issuing, end.AddSeconds(1) },
            { "a month's end", good, WorkingKeyUse.X509Issuing, ChinaCalendar.EndOfMonth(Now, -1) },
            { "to certify others", good, WorkingKeyUse.Issuing, end },
            { "ends before", good, WorkingKeyUse.X509Issuing, ChinaCalendar.EndOfMonth(Now, 5) },
        };
    }

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void A2_2_nothing_unchecked_is_prepared(string what, X509Subject subject, WorkingKeyUse use, DateTimeOffset expires)
    {
        var issuing = new SuiteAuthority(CryptoSuite.International).Certify(use);
        var refused = Assert.Throws<ArgumentException>(() => X509NetCertificate.Prepare(subject, issuing, Now, expires, new SystemRandomSource()));
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
    }

    // One fault a row, in what .NET itself made.
    private static readonly Dictionary<string, Action<CertificateRequest>> Faults = new()
    {
        ["an extension less"] = request => request.CertificateExtensions.RemoveAt(4),
        ["an extension more"] = request => request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false)),
        ["an extension twice"] = request => request.CertificateExtensions[3] = request.CertificateExtensions[2],
        ["another list"] = request =>
            request.CertificateExtensions[4] = CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://elsewhere.example/1.crl"]),
        ["not critical"] = request => request.CertificateExtensions[1] = new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: false),
        ["an authority"] = request => request.CertificateExtensions[0] = X509BasicConstraintsExtension.CreateForCertificateAuthority(),
        ["another usage"] = request => request.CertificateExtensions[1] = new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true),
    };

    public static TheoryData<string> FaultNames() => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A2_2_what_is_not_the_profile_is_not_signed(string fault) => Assert.Throws<InvalidOperationException>(
        () => X509Recheck.Check(Drafted($"OID.2.5.4.65={NetId.Value}", Faults[fault]), Subject(TestAuthority.Holder.PublicKey), Now, TestAuthority.Expires));

    [Theory]
    [InlineData("CN=张三")]
    [InlineData("CN=张三, OID.2.5.4.65={0}")]
    [InlineData("OID.2.5.4.65=0")]
    public void A2_2_another_subject_is_not_signed(string name) => Assert.Throws<InvalidOperationException>(() => X509Recheck.Check(
        Drafted(name.Replace("{0}", NetId.Value, StringComparison.Ordinal), _ => { }), Subject(TestAuthority.Holder.PublicKey), Now, TestAuthority.Expires));

    [Fact]
    public void A2_2_another_key_is_not_signed() => Assert.Throws<InvalidOperationException>(
        () => X509Recheck.Check(Drafted($"OID.2.5.4.65={NetId.Value}", _ => { }), Subject(TestAuthority.Stranger.PublicKey), Now, TestAuthority.Expires));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void A2_2_another_validity_is_not_signed(int later, int longer) => Assert.Throws<InvalidOperationException>(() => X509Recheck.Check(
        Drafted($"OID.2.5.4.65={NetId.Value}", _ => { }),
        Subject(TestAuthority.Holder.PublicKey),
        Now.AddSeconds(later),
        TestAuthority.Expires.AddSeconds(longer)));

    [Fact]
    public void A2_2_what_was_prepared_well_passes() =>
        X509Recheck.Check(Drafted($"OID.2.5.4.65={NetId.Value}", _ => { }), Subject(TestAuthority.Holder.PublicKey), Now, TestAuthority.Expires);

    private static X509Certificate2 Drafted(string name, Action<CertificateRequest> spoil)
    {
        var request = new CertificateRequest(
            new X500DistinguishedName(name), GivenSignature.ToPublicKey(TestAuthority.Holder.PublicKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1, 2, 3]));
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([List.AbsoluteUri]));
        spoil(request);
        return request.Create(
            new X500DistinguishedName("CN=issuer"), new GivenSignature(TestAuthority.Root.PublicKey), Now, TestAuthority.Expires, [1]);
    }

    private static byte[] Another => Issue(Subject(TestAuthority.Stranger.PublicKey), Issuing(CryptoSuite.International));

    private static string[] Chain(OpenSsl openSsl, SuiteAuthority authority, CertifiedSigner issuing, byte[] certificate) =>
    [
        "-CAfile", openSsl.WritePem("root.pem", "CERTIFICATE", authority.RootCertificate),
        "-untrusted", openSsl.WritePem("issuing.pem", "CERTIFICATE", issuing.Certificate.ToArray()),
        openSsl.WritePem("leaf.pem", "CERTIFICATE", certificate),
    ];

    private static RevokedCertificate Held(byte[] certificate)
    {
        using var read = X509CertificateLoader.LoadCertificate(certificate);
        return new RevokedCertificate(read.SerialNumberBytes, Now.AddMinutes(-5), X509RevocationReason.CertificateHold);
    }

    private static byte[] Revoke(CertifiedSigner issuing, params RevokedCertificate[] revoked) =>
        X509RevocationList.Sign(revoked, 7, Now.AddMinutes(-1), Now.AddHours(1), issuing);

    private static CertifiedSigner Issuing(CryptoSuite suite) => new SuiteAuthority(suite).Certify(WorkingKeyUse.X509Issuing);

    private static X509Subject Subject(IVerificationKey holder) => new(NetId, holder, List);

    private static PreparedX509Certificate Prepare(X509Subject subject, CertifiedSigner issuing) =>
        X509NetCertificate.Prepare(subject, issuing, Now, TestAuthority.Expires, new SystemRandomSource());

    private static byte[] Issue(X509Subject subject, CertifiedSigner issuing) => X509NetCertificate.Issue(Prepare(subject, issuing), issuing);
}
