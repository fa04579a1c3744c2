using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class CompactJwsTests
{
    // RFC 7515 appendix A.3.
    private const string PublicJwk =
        """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    private const string Published =
        "eyJhbGciOiJFUzI1NiJ9"
        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    [Fact]
    public void The_signature_of_RFC_7515_A_3_verifies()
    {
        Assert.True(VerificationKey.TryFromJwk(PublicJwk, out var key));
        Assert.True(CompactJws.TryParse(Published, 1000, out var jws));
        Assert.True(jws.Verify(key));
        Assert.Equal("joe", jws.Payload.Get("iss"));
    }

    [Fact]
    public void A_signature_of_another_key_or_text_does_not_verify()
    {
        Assert.True(VerificationKey.TryFromJwk(PublicJwk, out var key));
        Assert.True(CompactJws.TryParse(Published, 1000, out var jws));
        Assert.False(jws.Verify(TestAuthority.Stranger.PublicKey));
        var respelt = StrictBase64Url.Encode("{\"alg\":\"ES256\"} "u8) + Published[Published.IndexOf('.', StringComparison.Ordinal)..];
        Assert.True(CompactJws.TryParse(respelt, 1000, out jws));
        Assert.False(jws.Verify(key));
    }

    // RFC 8725 §3.1: the algorithm is the key's. RFC 7515 §4.1.11: no critical extension is known here.
    [Theory]
    [InlineData("""{"alg":"ES256"}""", true)]
    [InlineData("""{"alg":"none"}""", false)]
    [InlineData("""{"alg":"HS256"}""", false)]
    [InlineData("""{"alg":"es256"}""", false)]
    [InlineData("{}", false)]
    [InlineData("""{"alg":["ES256"]}""", false)]
    [InlineData("""{"alg":"ES256","crit":["exp"],"exp":1}""", false)]
    [InlineData("""{"alg":"ES256","crit":[]}""", false)]
    public void The_algorithm_is_pinned_by_the_key(string header, bool verifies)
    {
        Assert.True(CompactJws.TryParse(TestAuthority.Jws(header, new JsonObject(), TestAuthority.Holder), 1000, out var jws));
        Assert.Equal(verifies, jws.Verify(TestAuthority.Holder.PublicKey));
    }

    [Fact]
    public void A_key_in_the_header_is_not_followed()
    {
        var header = $$"""{"alg":"ES256","jwk":{{TestAuthority.Stranger.PublicKey.ToJwk()}}}""";
        Assert.True(CompactJws.TryParse(TestAuthority.Jws(header, new JsonObject(), TestAuthority.Stranger), 1000, out var jws));
        Assert.False(jws.Verify(TestAuthority.Holder.PublicKey));
    }

    [Theory]
    [InlineData("e30.e30.", true)]
    [InlineData("e30.e30", false)]
    [InlineData("e30.e30..", false)]
    [InlineData("e30=.e30.", false)]
    [InlineData("e30.e30. ", false)]
    [InlineData("e31.e30.", false)]
    [InlineData("e30.e30.AB", false)]
    [InlineData("W10.e30.", false)]
    [InlineData(".e30.", false)]
    [InlineData(null, false)]
    public void There_is_one_spelling_of_each_text(string? text, bool reads) => Assert.Equal(reads, CompactJws.TryParse(text, 1000, out _));

    [Fact]
    public void A_text_over_the_limit_is_not_read()
    {
        Assert.True(CompactJws.TryParse(Published, Published.Length, out _));
        Assert.False(CompactJws.TryParse(Published, Published.Length - 1, out _));
    }
}
