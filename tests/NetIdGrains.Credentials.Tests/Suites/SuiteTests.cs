// A13-1: a deployment under the commercial cryptography regulations: every key SM2, every digest SM3, every box SM4.
namespace NetIdGrains.Credentials.Tests;

public class SuiteTests
{
    [Theory]
    [InlineData(CryptoSuite.International, CryptoSuite.International, "sha-256")]
    [InlineData(CryptoSuite.International, CryptoSuite.Sm, "sha-256")]
    [InlineData(CryptoSuite.Sm, CryptoSuite.International, "sm3")]
    [InlineData(CryptoSuite.Sm, CryptoSuite.Sm, "sm3")]
    public void A13_1_a_certificate_of_either_suite_is_shown_by_a_holder_of_either(CryptoSuite suite, CryptoSuite holderSuite, string digests)
    {
        var authority = new SuiteAuthority(suite);
        var holder = SigningKey.Create(holderSuite, new SystemRandomSource());
        var subject = TestAuthority.Subject(new DateOnly(2011, 6, 1)) with { HolderKey = holder.PublicKey };
        var prepared = NetCertificate.Prepare(subject, TestAuthority.Terms with { Suite = suite }, TestAuthority.Now, new FixedRandom("salts"));
        var certificate = NetCertificate.Issue(prepared, authority.Certify(WorkingKeyUse.Issuing));
        Assert.Equal(digests, (string?)TestAuthority.PayloadOf(certificate)["_sd_alg"]);
        var shown = HolderPresentation.Create(
            certificate, ["name", "age_over_14"], TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Now, holder);
        var verified = Verify(shown, new TrustAnchor(authority.RootCertificate), out var fault);
        Assert.Equal(PresentationFault.None, fault);
        Assert.Equal(["age_over_14", "name"], verified!.Disclosed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((holder.PublicKey.Thumbprint, subject.Status), (verified.HolderKey.Thumbprint, verified.Status));
        Assert.Null(Verify(shown, TestAuthority.Anchor, out fault));
        Assert.Equal(PresentationFault.IssuerSignature, fault);
    }

    // RFC 8725 §3.1: the suite is the key's. A text that names another one is refused, whatever its signature.
    [Theory]
    [InlineData("ES256")]
    [InlineData("none")]
    [InlineData("sm2")]
    public void A13_1_a_text_cannot_choose_its_suite(string algorithm)
    {
        var signer = Sm2Signer.Create(new SystemRandomSource());
        var text = CompactJws.Sign(System.Text.Encoding.ASCII.GetBytes($$"""{"alg":"{{algorithm}}"}"""), "{}"u8, signer);
        Assert.True(CompactJws.TryParse(text, 1000, out var jws));
        Assert.False(jws.Verify(signer.PublicKey));
        Assert.True(CompactJws.TryParse(CompactJws.Sign("""{"alg":"SM2"}"""u8, "{}"u8, signer), 1000, out jws));
        Assert.True(jws.Verify(signer.PublicKey));
    }

    [Fact]
    public void A13_1_what_was_sealed_under_one_suite_opens_whatever_is_chosen_now()
    {
        var (key, random) = (new byte[32], new SystemRandomSource());
        foreach (var suite in Enum.GetValues<CryptoSuite>())
        {
            var box = SealedBox.Seal(suite, key, [1, 2, 3], "context", random);
            Assert.True(SealedBox.TryOpen(key, box, "context", out var opened));
            Assert.Equal([1, 2, 3], opened);
            Assert.False(SealedBox.TryOpen(key, box, "another", out _));
            Assert.False(SealedBox.TryOpen(key, [(byte)(3 - box[0]), .. box[1..]], "context", out _));
            Assert.False(SealedBox.TryOpen(key, [9, .. box[1..]], "context", out _));
        }
    }

    [Theory]
    [InlineData(CryptoSuite.International, "P-256")]
    [InlineData(CryptoSuite.Sm, "SM2")]
    public void A13_1_keys_of_either_suite_go_through_every_form(CryptoSuite suite, string curve)
    {
        var jwk = SigningKey.CreatePrivateJwk(suite, new SystemRandomSource());
        var signer = SigningKey.FromPrivateJwk(jwk, new SystemRandomSource());
        Assert.Contains($"\"crv\":\"{curve}\"", signer.PublicKey.ToJwk(), StringComparison.Ordinal);
        Assert.True(VerificationKey.TryFromJwk(signer.PublicKey.ToJwk(), out var fromJwk));
        Assert.True(VerificationKey.TryFromSpki(signer.PublicKey.ToSpki(), out var fromSpki));
        Assert.Equal((signer.PublicKey.Thumbprint, signer.PublicKey.Thumbprint), (fromJwk.Thumbprint, fromSpki.Thumbprint));
        Assert.True(fromJwk.Verify("text"u8, signer.Sign("text"u8)));
        Assert.False(VerificationKey.TryFromJwk(jwk, out _));
        var other = suite == CryptoSuite.Sm ? "P-256" : "SM2";
        Assert.False(VerificationKey.TryFromJwk(signer.PublicKey.ToJwk().Replace(curve, other, StringComparison.Ordinal), out _));
    }

    private static VerifiedPresentation? Verify(string shown, TrustAnchor anchor, out PresentationFault fault) =>
        Presentation.TryParse(shown, out var presentation, out fault)
            ? presentation.Verify(anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Now, out fault)
            : null;
}
