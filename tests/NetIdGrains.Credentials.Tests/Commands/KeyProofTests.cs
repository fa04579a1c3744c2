using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class KeyProofTests
{
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly string Jwk = TestAuthority.Holder.PublicKey.ToJwk();

    [Fact]
    public void A2_3_a_proof_names_the_key_that_made_it()
    {
        var proof = KeyProof.Create(TestAuthority.Issuer, "c-nonce", Now, TestAuthority.Holder);
        Assert.True(KeyProof.TryVerify(proof, TestAuthority.Issuer, "c-nonce", Now, out var key));
        Assert.Equal(TestAuthority.Holder.PublicKey.Thumbprint, key.Thumbprint);
    }

    [Theory]
    [InlineData("https://elsewhere.example", "c-nonce", 0)]
    [InlineData(TestAuthority.Issuer, "other", 0)]
    [InlineData(TestAuthority.Issuer, "c-nonce", 301)]
    [InlineData(TestAuthority.Issuer, "c-nonce", -31)]
    public void A2_3_a_proof_for_another_place_or_time_proves_nothing(string audience, string nonce, int secondsLater)
    {
        var proof = KeyProof.Create(TestAuthority.Issuer, "c-nonce", Now, TestAuthority.Holder);
        Assert.False(KeyProof.TryVerify(proof, audience, nonce, Now.AddSeconds(secondsLater), out _));
    }

    [Theory]
    [InlineData("""{"typ":"openid4vci-proof+jwt","alg":"ES256","jwk":{0}}""", true)]
    [InlineData("""{"typ":"kb+jwt","alg":"ES256","jwk":{0}}""", false)]
    [InlineData("""{"typ":"openid4vci-proof+jwt","alg":"none","jwk":{0}}""", false)]
    [InlineData("""{"typ":"openid4vci-proof+jwt","alg":"ES256","jwk":{0},"kid":"1"}""", false)]
    [InlineData("""{"typ":"openid4vci-proof+jwt","alg":"ES256","jwk":{0},"x5c":[]}""", false)]
    [InlineData("""{"typ":"openid4vci-proof+jwt","alg":"ES256","jwk":[]}""", false)]
    [InlineData("""{"typ":"openid4vci-proof+jwt","alg":"ES256"}""", false)]
    public void A2_3_a_proof_names_one_key_in_one_way(string header, bool proves)
    {
        var payload = new JsonObject { ["aud"] = TestAuthority.Issuer, ["iat"] = Now.ToUnixTimeSeconds(), ["nonce"] = "c-nonce" };
        var proof = TestAuthority.Jws(header.Replace("{0}", Jwk, StringComparison.Ordinal), payload, TestAuthority.Holder);
        Assert.Equal(proves, KeyProof.TryVerify(proof, TestAuthority.Issuer, "c-nonce", Now, out _));
    }

    [Fact]
    public void A2_3_a_key_held_by_another_proves_nothing()
    {
        var payload = new JsonObject { ["aud"] = TestAuthority.Issuer, ["iat"] = Now.ToUnixTimeSeconds(), ["nonce"] = "c-nonce" };
        var header = """{"typ":"openid4vci-proof+jwt","alg":"ES256","jwk":{0}}""".Replace("{0}", Jwk, StringComparison.Ordinal);
        var proof = TestAuthority.Jws(header, payload, TestAuthority.Stranger);
        Assert.False(KeyProof.TryVerify(proof, TestAuthority.Issuer, "c-nonce", Now, out _));
    }
}
