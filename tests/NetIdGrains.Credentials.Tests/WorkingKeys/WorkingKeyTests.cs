using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class WorkingKeyTests
{
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly P256Signer Key = P256Signer.Create();
    private static readonly byte[] Certificate =
        TestAuthority.CertificateFor(Key.PublicKey, WorkingKeyUse.Receipt, Now.AddHours(-1), Now.AddHours(1));

    private static string Entry => Convert.ToBase64String(Certificate);

    [Fact]
    public void A13_1_a_certified_working_key_is_known_by_its_root()
    {
        Assert.True(TestAuthority.Anchor.TryVerify(Entry, WorkingKeyUse.Receipt, Now, out var key));
        Assert.Equal(Key.PublicKey.Thumbprint, key.Thumbprint);
    }

    [Fact]
    public void A13_1_a_key_signs_only_what_it_is_certified_for() =>
        Assert.False(TestAuthority.Anchor.TryVerify(Entry, WorkingKeyUse.Issuing, Now, out _));

    [Theory]
    [InlineData(-3601, false)]
    [InlineData(-3600, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    public void A13_1_a_working_key_is_valid_in_its_time_only(int seconds, bool valid) =>
        Assert.Equal(valid, TestAuthority.Anchor.TryVerify(Entry, WorkingKeyUse.Receipt, Now.AddSeconds(seconds), out _));

    [Fact]
    public void A13_1_no_key_outlives_its_root()
    {
        var end = TestAuthority.RootEnd;
        var entry = Convert.ToBase64String(
            TestAuthority.CertificateFor(Key.PublicKey, WorkingKeyUse.Receipt, end.AddDays(-1), end.AddDays(1)));
        Assert.True(TestAuthority.Anchor.TryVerify(entry, WorkingKeyUse.Receipt, end, out _));
        Assert.False(TestAuthority.Anchor.TryVerify(entry, WorkingKeyUse.Receipt, end.AddSeconds(1), out _));
    }

    [Fact]
    public void A13_1_another_root_of_the_same_name_certifies_nothing_here()
    {
        var elsewhere = new TrustAnchor(TestAuthority.NewRoot(TestAuthority.Stranger));
        Assert.False(elsewhere.TryVerify(Entry, WorkingKeyUse.Receipt, Now, out _));
    }

    [Fact]
    public void A13_1_the_root_is_no_working_key() =>
        Assert.False(TestAuthority.Anchor.TryVerify(
            Convert.ToBase64String(TestAuthority.RootCertificate), WorkingKeyUse.Receipt, Now, out _));

    // Signed by the root, but with another profile: an authority below the root, a use too many, an unknown critical extension.
    [Fact]
    public void A13_1_a_certificate_of_another_profile_is_refused()
    {
        var use = new Oid(WorkingKeyProfile.ExtendedKeyUsage(WorkingKeyUse.Receipt));
        var receipts = new X509EnhancedKeyUsageExtension([use], critical: true);
        var signing = new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true);
        var leaf = X509BasicConstraintsExtension.CreateForEndEntity(critical: true);
        Assert.True(Accepts(leaf, signing, receipts));
        Assert.False(Accepts(X509BasicConstraintsExtension.CreateForCertificateAuthority(), signing, receipts));
        Assert.False(Accepts(leaf, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true), receipts));
        Assert.False(Accepts(leaf, signing, new X509EnhancedKeyUsageExtension([use, new Oid("1.3.6.1.5.5.7.3.1")], critical: true)));
        Assert.False(Accepts(leaf, signing, receipts, new X509Extension("1.2.3.4", [5, 0], critical: true)));
        Assert.False(Accepts(leaf, signing));
        Assert.False(Accepts("CN=another authority", leaf, signing, receipts));
    }

    // RFC 5280 §4.1.2.2: positive, and at most 20 bytes; ours always have 16.
    [Fact]
    public async Task A13_1_serial_numbers_are_positive_and_of_one_length()
    {
        var random = new FixedRandom("serials");
        for (var i = 0; i < 16; i++)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(await WorkingKeyCertificate.CertifyAsync(
                Key.PublicKey,
                WorkingKeyUse.Issuing,
                TestAuthority.RootCertificate,
                Now,
                Now.AddDays(1),
                random,
                TestAuthority.SignBy(TestAuthority.Root)));
            Assert.Equal(16, certificate.SerialNumberBytes.Length);
            Assert.InRange(certificate.SerialNumberBytes.Span[0], 0x40, 0x7F);
        }
    }

    [Fact]
    public void A13_1_every_changed_byte_of_a_certificate_is_caught()
    {
        for (var i = 0; i < Certificate.Length; i++)
        {
            var changed = Certificate.ToArray();
            changed[i] ^= 1;
            Assert.False(TestAuthority.Anchor.TryVerify(Convert.ToBase64String(changed), WorkingKeyUse.Receipt, Now, out _));
        }
    }

    [Fact]
    public void A13_1_only_an_authority_is_a_root() =>
        Assert.Throws<CryptographicException>(() => new TrustAnchor(TestAuthority.Issuing.Certificate.ToArray()));

    [Theory]
    [InlineData(" {0}")]
    [InlineData("{0}\n")]
    [InlineData("")]
    [InlineData("AAAA")]
    public void A13_1_a_certificate_has_one_spelling(string form) => Assert.False(
        TestAuthority.Anchor.TryVerify(form.Replace("{0}", Entry, StringComparison.Ordinal), WorkingKeyUse.Receipt, Now, out _));

    [Fact]
    public async Task A13_1_a_signature_of_another_key_makes_no_certificate() =>
        await Assert.ThrowsAsync<CryptographicException>(() => WorkingKeyCertificate.CertifyAsync(
            Key.PublicKey,
            WorkingKeyUse.Issuing,
            TestAuthority.RootCertificate,
            Now,
            Now.AddDays(1),
            new FixedRandom("serial"),
            TestAuthority.SignBy(TestAuthority.Stranger)));

    [Theory]
    [InlineData(CryptoSuite.International)]
    [InlineData(CryptoSuite.Sm)]
    public void A13_1_the_chain_is_accepted_by_openssl(CryptoSuite suite)
    {
        using var openSsl = new OpenSsl();
        var authority = new SuiteAuthority(suite);
        var root = openSsl.WritePem("root.pem", "CERTIFICATE", authority.RootCertificate);
        var leaf = openSsl.WritePem("leaf.pem", "CERTIFICATE", authority.Certify(WorkingKeyUse.Receipt).Certificate.ToArray());
        var (accepted, output) = openSsl.Run([.. SuiteAuthority.Verify(suite), "-CAfile", root, leaf]);
        Assert.True(accepted, output);
    }

    [Theory]
    [InlineData(CryptoSuite.International)]
    [InlineData(CryptoSuite.Sm)]
    public void A13_1_a_key_that_certifies_others_signs_no_text(CryptoSuite suite)
    {
        var authority = new SuiteAuthority(suite);
        var entry = authority.Certify(WorkingKeyUse.X509Issuing).X5cHeaderValue;
        Assert.All(
            [WorkingKeyUse.Issuing, WorkingKeyUse.Receipt, WorkingKeyUse.StatusList],
            use => Assert.False(new TrustAnchor(authority.RootCertificate).TryVerify(entry, use, Now, out _)));
    }

    private static bool Accepts(params X509Extension[] extensions) => Accepts("CN=Net ID root, O=Test", extensions);

    private static bool Accepts(string issuer, params X509Extension[] extensions)
    {
        using var rootKey = ECDsa.Create();
        rootKey.ImportParameters(PrivateParameters(TestAuthority.Root));
        var request = new CertificateRequest("CN=leaf", rootKey, HashAlgorithmName.SHA256);
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        using var certificate = request.Create(
            new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(rootKey), Now.AddHours(-1), Now.AddHours(1), [1]);
        return TestAuthority.Anchor.TryVerify(Convert.ToBase64String(certificate.RawData), WorkingKeyUse.Receipt, Now, out _);
    }

    private static ECParameters PrivateParameters(P256Signer signer)
    {
        var jwk = JsonElement.Parse(signer.ToPrivateJwk());
        byte[] Member(string name) => Base64Url.DecodeFromChars(jwk.Get(name));
        return new() { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Member("x"), Y = Member("y") }, D = Member("d") };
    }
}
