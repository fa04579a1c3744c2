using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class P256KeyTests
{
    private const string X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    // The private half of RFC 7515 A.3.
    private const string D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

    private const string YOfFive = "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc";

    // The digest was computed with openssl over the members as RFC 7638 §3 orders them.
    [Fact]
    public void The_thumbprint_is_that_of_RFC_7638()
    {
        Assert.True(VerificationKey.TryFromJwk($$"""{"use":"sig","y":"{{Y}}","x":"{{X}}","crv":"P-256","kty":"EC"}""", out var key));
        Assert.Equal("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", key.Thumbprint);
        Assert.Equal($$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""", key.ToJwk());
    }

    [Theory]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":"{{D}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-384","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"OKP","crv":"P-256","x":"{{X}}","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{Y}}","y":"{{X}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}=","y":"{{Y}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"AA"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}"}""")]
    [InlineData($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":1}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_key_that_is_private_or_not_on_the_curve_is_refused(string jwk) => Assert.False(VerificationKey.TryFromJwk(jwk, out _));

    // x = 5 is on the curve and p + 5 still has 32 bytes: it would be the same point in a second spelling, and so a second thumbprint.
    [Fact]
    public void A_coordinate_above_the_field_prime_is_refused()
    {
        Assert.True(VerificationKey.TryFromJwk(Jwk("0000000000000000000000000000000000000000000000000000000000000005", YOfFive), out _));
        Assert.False(VerificationKey.TryFromJwk(Jwk("ffffffff00000001000000000000000000000001000000000000000000000004", YOfFive), out _));
    }

    [Fact]
    public void A_public_key_survives_both_its_forms()
    {
        var key = TestAuthority.Holder.PublicKey;
        Assert.True(VerificationKey.TryFromJwk(key.ToJwk(), out var fromJwk));
        Assert.True(P256Key.TryFromSpki(key.ToSpki(), out var fromSpki));
        Assert.Equal((key.Thumbprint, key.Thumbprint), (fromJwk.Thumbprint, fromSpki.Thumbprint));
        Assert.False(P256Key.TryFromSpki([.. key.ToSpki(), 0], out _));
    }

    [Fact]
    public void A_private_key_survives_its_JWK()
    {
        using var signer = P256Signer.FromPrivateJwk($$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":"{{D}}"}""");
        using var again = P256Signer.FromPrivateJwk(signer.ToPrivateJwk());
        Assert.True(signer.PublicKey.Verify("text"u8, again.Sign("text"u8)));
        Assert.False(signer.PublicKey.Verify("other"u8, again.Sign("text"u8)));
        Assert.Equal("sealed", $"{signer}");
    }

    [Fact]
    public void Halves_that_do_not_belong_together_are_no_key()
    {
        var other = JsonNode.Parse(TestAuthority.Stranger.ToPrivateJwk())!["d"]!.GetValue<string>();
        var torn = $$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}","d":"{{other}}"}""";
        Assert.ThrowsAny<CryptographicException>(() => P256Signer.FromPrivateJwk(torn));
    }

    [Fact]
    public void A_key_is_used_from_many_threads_at_once() =>
        Parallel.For(0, 200, i =>
        {
            var data = BitConverter.GetBytes(i);
            Assert.True(TestAuthority.Holder.PublicKey.Verify(data, TestAuthority.Holder.Sign(data)));
        });

    private static string Jwk(string x, string y) => $$"""{"kty":"EC","crv":"P-256","x":"{{Encoded(x)}}","y":"{{Encoded(y)}}"}""";

    // Its private number is wiped by then: nothing may be made of what is left.
    [Fact]
    public void A_key_that_was_put_away_signs_nothing()
    {
        var signer = P256Signer.Create();
        Assert.NotEmpty(signer.Sign("text"u8));
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign("text"u8));
    }

    private static string Encoded(string hex) => StrictBase64Url.Encode(Convert.FromHexString(hex));
}
