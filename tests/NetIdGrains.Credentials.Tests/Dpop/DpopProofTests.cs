// RFC 9449. jose and dpop put their proofs before us, and we ours before jose, in tests/interop.
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class DpopProofTests
{
    private const string Address = "https://authority.example/v1/verifications";
    private const string Token = "made.up-token";
    private const string GoodHeader = """{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>}""";
    private const string GoodClaims = """{"jti":"1","htm":"POST","htu":"https://authority.example/v1/verifications","iat":1795311000}""";

    // The examples of §4.1, for a token, and of §7.1, with it.
    private const string PublishedHeader =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMi"
        + "LCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";

    private const string Published =
        PublishedHeader
        + ".eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ"
        + ".2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    private const string PublishedWithToken =
        PublishedHeader
        + ".eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6"
        + "MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9"
        + ".2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";

    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly P256Signer Caller = TestAuthority.Holder;

    [Theory]
    [InlineData(Published, "POST", "https://server.example.com/token", null, 1_562_262_616, "-BwC3ESc6acc2lTc")]
    [InlineData(
        PublishedWithToken,
        "GET",
        "https://resource.example.org/protectedresource",
        "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU",
        1_562_262_618,
        "e1j3V_bKic8-LAEB")]
    public void The_published_proofs_are_good(string text, string method, string uri, string? token, long time, string id)
    {
        Assert.True(DpopProof.TryParse(text, out var proof));
        Assert.Equal((id, DateTimeOffset.FromUnixTimeSeconds(time)), (proof.Id, proof.Time));
        Assert.Equal(PublishedHeader, proof.HeaderText);
        Assert.True(proof.TryReadKey(out var key));
        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", key.Thumbprint); // "jkt" in §6.1
        Assert.True(proof.VerifiedBy(key));
        Assert.Equal(DpopFault.None, proof.Check(method, uri, token, proof.Time));
    }

    [Fact]
    public void What_we_make_is_good_and_the_header_is_the_key_s()
    {
        var one = Parsed(DpopProof.Create("POST", Address, Now, "1", Caller, Token));
        var other = Parsed(DpopProof.Create("GET", $"{Address}?page=2#top", Now.AddSeconds(1), "2", Caller));
        Assert.Equal(one.HeaderText, other.HeaderText);
        Assert.True(one.TryReadKey(out var key));
        Assert.Equal(Caller.PublicKey.Thumbprint, key.Thumbprint);
        Assert.True(one.VerifiedBy(key) && other.VerifiedBy(key));
        Assert.Equal(DpopFault.None, one.Check("POST", Address, Token, Now));
        Assert.Equal(DpopFault.None, other.Check("GET", $"{Address}?page=3", null, Now));
        Assert.NotEqual(one.HeaderText, Parsed(DpopProof.Create("POST", Address, Now, "1", TestAuthority.Stranger)).HeaderText);
    }

    [Fact]
    public void A13_1_a_key_of_the_other_suite_proves_itself_and_neither_is_taken_for_the_other()
    {
        var sm2 = Sm2Signer.Create(new FixedRandom("sm2"));
        var proof = Parsed(DpopProof.Create("POST", Address, Now, "1", sm2));
        Assert.True(proof.TryReadKey(out var key) && proof.VerifiedBy(key));
        Assert.False(proof.VerifiedBy(Caller.PublicKey));
        var confused = Parsed(Signed("""{"typ":"dpop+jwt","alg":"SM2","jwk":<jwk>}""", GoodClaims));
        Assert.False(confused.VerifiedBy(Caller.PublicKey));
    }

    [Fact]
    public void A_proof_of_another_key_or_text_is_not_verified()
    {
        var text = DpopProof.Create("POST", Address, Now, "1", Caller);
        Assert.False(Parsed(text).VerifiedBy(TestAuthority.Stranger.PublicKey));
        var parts = DpopProof.Create("POST", Address, Now, "2", Caller).Split('.');
        Assert.False(Parsed($"{parts[0]}.{parts[1]}.{text.Split('.')[2]}").VerifiedBy(Caller.PublicKey));
    }

    [Theory]
    [InlineData(GoodHeader, true)]
    [InlineData("""{"jwk":<jwk>,"alg":"ES256","typ":"dpop+jwt"}""", true)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"kid":"1","more":{"x":[{}]},"jti":1}""", true)]
    [InlineData("""{"typ":"JWT","alg":"ES256","jwk":<jwk>}""", false)]
    [InlineData("""{"alg":"ES256","jwk":<jwk>}""", false)]
    [InlineData("""{"typ":1,"alg":"ES256","jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"none","jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"HS256","jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":["ES256"],"jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256"}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":[]}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":"x"}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<private>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"crit":["b64"],"b64":true}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"crit":[]}""", false)]
    [InlineData("""{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256","jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"jwk":<jwk>}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"kid":"1","kid":"1"}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"more":{"x":1,"x":1}}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>,"more":[[[[[[[[1]]]]]]]]}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>} {}""", false)]
    [InlineData("""{"typ":"dpop+jwt","alg":"ES256","jwk":<jwk>""", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    public void A12_1_a_header_says_what_it_must_once(string header, bool reads) =>
        Assert.Equal(reads, DpopProof.TryParse(Signed(header, GoodClaims), out _));

    [Theory]
    [InlineData(GoodClaims, true)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"ath":"","nonce":"n","exp":1,"typ":7,"crit":[]}""", true)]
    [InlineData("""{"htm":"m","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":"","htm":"m","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":1,"htm":"m","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":null,"htm":"m","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":"\ud800","htm":"m","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":"1","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":"1","htm":"","htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":"1","htm":["m"],"htu":"u","iat":0}""", false)]
    [InlineData("""{"jti":"1","htm":"m","iat":0}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"","iat":0}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":{},"iat":0}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u"}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":"0"}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":-1}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":1.5}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":253402300800}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":1e99}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"ath":null}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"ath":1}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"jti":"1"}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"\u006ati":"1"}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"x":1,"x":1}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0,"x":"\udc00"}""", false)]
    [InlineData("""{"jti":"1","htm":"m","htu":"u","iat":0}1""", false)]
    [InlineData("[]", false)]
    public void A12_1_claims_say_what_they_must_once(string claims, bool reads) =>
        Assert.Equal(reads, DpopProof.TryParse(Signed(GoodHeader, claims), out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("{0}.{1}")]
    [InlineData("{0}.{1}.")]
    [InlineData("{0}.{1}.{2}.")]
    [InlineData("{0}.{1}.{2}A")]
    [InlineData("{0}.{1}.{2}AAA")]
    [InlineData("{0}.{1}.AAAA")]
    [InlineData("{0}=.{1}.{2}")]
    [InlineData("{0}.{1} .{2}")]
    public void A12_1_a_text_has_three_parts_in_one_spelling(string? form)
    {
        var good = Signed(GoodHeader, GoodClaims);
        Assert.True(DpopProof.TryParse(good, out _));
        Assert.False(DpopProof.TryParse(form is null ? null : string.Format(form, [.. good.Split('.')]), out _));
    }

    [Fact]
    public void A12_1_sizes_are_bounded()
    {
        static string WithId(int length) => GoodClaims.Replace("\"1\"", $"\"{new string('x', length)}\"", StringComparison.Ordinal);
        Assert.True(DpopProof.TryParse(Signed(GoodHeader, WithId(64)), out _));
        Assert.False(DpopProof.TryParse(Signed(GoodHeader, WithId(65)), out _));
        var padded = Signed(GoodHeader, GoodClaims + new string(' ', 2700));
        Assert.InRange(padded.Length, 3000, 4096);
        Assert.True(DpopProof.TryParse(padded, out _));
        Assert.False(DpopProof.TryParse(Signed(GoodHeader, GoodClaims + new string(' ', 2900)), out _));
    }

    // The text is a proof, but of nothing: who reads the key finds none.
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"kty":"oct","k":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"EC","kty":"EC","crv":"P-256","x":"<x>","y":"<y>"}""")]
    public void A_key_that_is_none_is_not_read(string jwk)
    {
        var own = JsonNode.Parse(Caller.PublicKey.ToJwk())!;
        jwk = jwk.Replace("<x>", (string)own["x"]!, StringComparison.Ordinal).Replace("<y>", (string)own["y"]!, StringComparison.Ordinal);
        Assert.False(Parsed(Signed(GoodHeader.Replace("<jwk>", jwk, StringComparison.Ordinal), GoodClaims)).TryReadKey(out _));
    }

    // Each row mends the fault of the row before: what is told first is what stands higher.
    [Theory]
    [InlineData("GET", "https://elsewhere.example/", 301, "another", DpopFault.Method)]
    [InlineData("POST", "https://elsewhere.example/", 301, "another", DpopFault.Address)]
    [InlineData("POST", Address, 301, "another", DpopFault.Stale)]
    [InlineData("POST", Address, 300, "another", DpopFault.Token)]
    [InlineData("POST", Address, 300, Token, DpopFault.None)]
    [InlineData("post", Address, 0, Token, DpopFault.Method)]
    [InlineData("POST", Address, -31, Token, DpopFault.Stale)]
    [InlineData("POST", Address, -30, null, DpopFault.None)]
    public void The_first_fault_is_told(string method, string uri, int secondsLater, string? token, DpopFault fault)
    {
        var proof = Parsed(DpopProof.Create("POST", Address, Now, "1", Caller, Token));
        Assert.Equal(fault, proof.Check(method, uri, token, Now.AddSeconds(secondsLater)));
    }

    [Fact]
    public void A_proof_without_a_token_is_not_good_for_one() =>
        Assert.Equal(DpopFault.Token, Parsed(DpopProof.Create("POST", Address, Now, "1", Caller)).Check("POST", Address, Token, Now));

    [Theory]
    [InlineData("https://a.example/x", "https://a.example/x?y#z", true)]
    [InlineData("https://a.example/x?y=1", "https://a.example/x#z", true)]
    [InlineData("HTTPS://A.Example/x", "https://a.example/x", true)]
    [InlineData("https://a.example:443/x", "https://a.example/x", true)]
    [InlineData("http://a.example/x", "http://a.example:80/x", true)]
    [InlineData("https://a.example", "https://a.example/", true)]
    [InlineData("https://a.example?x", "https://a.example/", true)]
    [InlineData("https://a.example/x", "https://a.example/X", false)]
    [InlineData("https://a.example/x", "https://a.example/x/", false)]
    [InlineData("https://a.example/x", "http://a.example/x", false)]
    [InlineData("https://a.example/x", "https://a.example:8443/x", false)]
    [InlineData("http://a.example:443/x", "http://a.example/x", false)]
    [InlineData("https://a.example@b.example/x", "https://a.example/x", false)]
    [InlineData("https://a.example?@b.example/x", "https://b.example/x", false)]
    [InlineData("https:/a.example/x", "https:/a.example/x", false)]
    [InlineData("/x", "/x", false)]
    [InlineData("://a.example/x", "://a.example/x", false)]
    [InlineData("https://:443/x", "https:///x", false)]
    public void An_address_is_compared_without_what_says_nothing(string named, string called, bool isSame)
    {
        Assert.Equal(isSame, TargetUri.AreSame(named, called));
        Assert.Equal(isSame, TargetUri.AreSame(called, named));
    }

    private static DpopProof Parsed(string text) => DpopProof.TryParse(text, out var proof) ? proof : throw new InvalidOperationException(text);

    private static string Signed(string header, string claims) => CompactJws.Sign(
        Encoding.UTF8.GetBytes(header
            .Replace("<jwk>", Caller.PublicKey.ToJwk(), StringComparison.Ordinal)
            .Replace("<private>", Caller.ToPrivateJwk(), StringComparison.Ordinal)),
        Encoding.UTF8.GetBytes(claims),
        Caller);
}
