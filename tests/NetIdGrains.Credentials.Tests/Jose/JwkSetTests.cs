// RFC 7517 §5: sets of keys that others made, and our own.
using System.Text;

namespace NetIdGrains.Credentials.Tests;

public class JwkSetTests
{
    private static readonly string Ours = TestAuthority.Holder.PublicKey.ToJwk();
    private static readonly string Thumbprint = TestAuthority.Holder.PublicKey.Thumbprint;

    private const string Modulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4H"
        + "c5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4v"
        + "MQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    // RFC 7517 appendix A.1: the first key is for encryption, the second is RSA: neither is refused, and neither is of use.
    private static readonly string Published =
        """
        {"keys":[
          {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
           "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},
          {"kty":"RSA","n":"N",
           "e":"AQAB","alg":"RS256","kid":"2011-04-29"}]}
        """.Replace("\"N\"", $"\"{Modulus}\"", StringComparison.Ordinal);

    [Fact]
    public void The_published_set_is_read_and_holds_nothing_for_us()
    {
        Assert.True(JwkSet.TryParse(Encoding.UTF8.GetBytes(Published), out var set));
        Assert.Empty(set.Keys);
        Assert.False(set.TryFind("1", out _));
    }

    [Fact]
    public void A13_1_what_we_publish_is_what_we_read_in_both_suites()
    {
        IVerificationKey[] keys = [TestAuthority.Holder.PublicKey, Sm2Signer.Create(new FixedRandom("sm2")).PublicKey, TestAuthority.Holder.PublicKey];
        var json = new JwkSet(keys).ToJson();
        Assert.True(JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out var set));
        Assert.Equal(keys.Select(key => key.Thumbprint).Distinct().Order(), set.Keys.Select(key => key.Thumbprint).Order());
        Assert.True(set.TryFind(keys[1].Thumbprint, out var found));
        Assert.Equal((SignatureSuite.SM2, keys[1].ToJwk()), (found.Suite, found.ToJwk()));
        Assert.False(set.TryFind(null, out _));
        Assert.False(set.TryFind(TestAuthority.Stranger.PublicKey.Thumbprint, out _));
        Assert.Equal(json, set.ToJson());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":["x"]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}""")]
    [InlineData("""{"keys":[<key>,"d":"AA"}]}""")]
    [InlineData("""{"keys":[<key>,"alg":"ES384"}]}""")]
    [InlineData("""{"keys":[<key>,"alg":"SM2"}]}""")]
    [InlineData("""{"keys":[<key>,"alg":7}]}""")]
    [InlineData("""{"keys":[<key>,"kid":"2026"}]}""")]
    public void A12_1_a_set_with_a_secret_or_a_key_that_is_none_is_refused(string json) =>
        Assert.False(JwkSet.TryParse(Encoding.UTF8.GetBytes(json.Replace("<key>", Ours[..^1], StringComparison.Ordinal)), out _));

    [Theory]
    [InlineData("""{"keys":[<key>}]}""")]
    [InlineData("""{"keys":[<key>,"use":"sig","alg":"ES256","kid":"<thumbprint>"}],"more":1}""")]
    [InlineData("""{"keys":[<key>,"use":1},<key>,"use":true},<key>,"use":"enc"},<key>}]}""")]
    [InlineData("""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"new"},<key>}]}""")]
    public void A13_1_what_is_unknown_is_passed_over(string json)
    {
        json = json.Replace("<key>", Ours[..^1], StringComparison.Ordinal).Replace("<thumbprint>", Thumbprint, StringComparison.Ordinal);
        Assert.True(JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out var set));
        Assert.Equal([Thumbprint], set.Keys.Select(key => key.Thumbprint));
    }

    [Fact]
    public void A12_1_a_set_is_bounded()
    {
        string Of(int count) => $"{{\"keys\":[{string.Join(',', Enumerable.Repeat(Ours, count))}]}}";
        Assert.True(JwkSet.TryParse(Encoding.UTF8.GetBytes(Of(32)), out _));
        Assert.False(JwkSet.TryParse(Encoding.UTF8.GetBytes(Of(33)), out _));
        Assert.False(JwkSet.TryParse(Encoding.UTF8.GetBytes(Of(1) + new string(' ', 64 * 1024)), out _));
    }
}
