using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class JweRecipientTests
{
    // RFC 7517 appendix A.1, the first key, which is for encryption; and the point of RFC 7515 A.3.
    private const string X = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    private const string Y = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

    // Each but for its closing brace.
    private static readonly string Key = $$"""{"kty":"EC","crv":"P-256","x":"{{X}}","y":"{{Y}}"}"""[..^1];
    private static readonly string Other =
        """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"""[..^1];

    private static string Thumbprint => VerificationKey.TryFromJwk($"{Key}}}", out var key) ? key.Thumbprint : "";

    [Theory]
    [InlineData("<key>}", null)]
    [InlineData("""<key>,"use":"enc"}""", null)]
    [InlineData("""<key>,"use":"enc","alg":"ECDH-ES","kid":"1"}""", "1")]
    [InlineData("""<key>,"key_ops":[],"more":{}}""", null)]
    public void A_recipient_is_named_as_its_owner_names_it_or_by_its_thumbprint(string jwk, string? id)
    {
        var json = jwk.Replace("<key>", Key, StringComparison.Ordinal);
        Assert.True(JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(json), out var recipient));
        Assert.Equal(id ?? Thumbprint, recipient.KeyId);
        Assert.True(JweRecipient.TryFromJwk(JsonElement.Parse(json), out var same));
        Assert.Equal((recipient.KeyId, $"{Key}}}".Length), (same.KeyId, same.Key.ToJwk().Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""<key>,"d":"AA"}""")]
    [InlineData("""<key>,"use":"sig"}""")]
    [InlineData("""<key>,"use":1}""")]
    [InlineData("""<key>,"alg":"ES256"}""")]
    [InlineData("""<key>,"alg":"ECDH-ES+A128KW"}""")]
    [InlineData("""<key>,"kid":""}""")]
    [InlineData("""<key>,"kid":7}""")]
    [InlineData("""<key>,"kid":"1","kid":"1"}""")]
    [InlineData("""{"kty":"OKP","crv":"X25519","x":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"<x>","y":"<y>"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"<y>","y":"<x>"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"<x>"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"<x>AA","y":"<y>"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"<x>","y":"<y>="}""")]
    public void A12_1_a_key_that_is_private_not_for_this_or_none_is_refused(string jwk)
    {
        var json = Filled(jwk);
        Assert.False(JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(json), out _));
        if (json.Length > 0 && !json.Contains("\"kid\":\"1\"", StringComparison.Ordinal))
            Assert.False(JweRecipient.TryFromJwk(JsonElement.Parse(json), out _));
    }

    // The same bytes, one of them moved to the other coordinate: a second spelling of the same point.
    [Fact]
    public void A12_1_a_coordinate_has_32_bytes()
    {
        Assert.True(StrictBase64Url.TryDecode(X, out var x) & StrictBase64Url.TryDecode(Y, out var y));
        var (shorter, longer) = (StrictBase64Url.Encode(x.AsSpan(..^1)), StrictBase64Url.Encode([x[^1], .. y]));
        var moved = $$"""{"kty":"EC","crv":"P-256","x":"{{shorter}}","y":"{{longer}}"}""";
        Assert.False(JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(moved), out _));
    }

    [Fact]
    public void A12_1_a_name_is_256_characters_at_most()
    {
        static bool Reads(int length) =>
            JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes($$"""{{Key}},"kid":"{{new string('x', length)}}"}"""), out _);
        Assert.True(Reads(256));
        Assert.False(Reads(257));
    }

    // The one that is found has the name 1.
    [Theory]
    [InlineData("""{"keys":[<key>,"use":"enc","kid":"1"}]}""", true)]
    [InlineData("""{"keys":[<other>,"use":"sig"},<other>},{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"},<key>,"use":"enc","kid":"1"}]}""", true)]
    [InlineData("""{"keys":[<other>,"use":"enc","alg":"ECDH-ES+A128KW"},<key>,"use":"enc","alg":"ECDH-ES","kid":"1"}]}""", true)]
    [InlineData("""{"keys":[<key>,"use":"enc","kid":"1"},<other>,"use":"enc","kid":"2"}]}""", true)]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-384","use":"enc","x":"AA","y":"AA"},<key>,"use":"enc","kid":"1"}]}""", true)]
    [InlineData("""{"keys":[]}""", false)]
    [InlineData("""{"keys":[<key>}]}""", false)]
    [InlineData("""{"keys":[<key>,"use":"sig"}]}""", false)]
    [InlineData("""{"keys":<key>,"use":"enc"}}""", false)]
    [InlineData("""{"keys":[<key>,"use":"enc"},<other>,"d":"AA"}]}""", false)]
    [InlineData("""{"keys":[<key>,"use":"enc"},{"kty":"oct","k":"AA"}]}""", false)]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"<y>","y":"<x>","use":"enc"},<key>,"use":"enc","kid":"1"}]}""", false)]
    [InlineData("""{"keys":[<key>,"use":"enc"},1]}""", false)]
    [InlineData("{}", false)]
    public void The_first_key_that_is_meant_for_it_is_found_in_a_set(string set, bool finds)
    {
        Assert.Equal(finds, JweRecipient.TryFindIn(Encoding.UTF8.GetBytes(Filled(set)), out var recipient));
        if (finds) Assert.Equal("1", recipient!.KeyId);
    }

    private static string Filled(string json) => json
        .Replace("<key>", Key, StringComparison.Ordinal).Replace("<other>", Other, StringComparison.Ordinal)
        .Replace("<x>", X, StringComparison.Ordinal).Replace("<y>", Y, StringComparison.Ordinal);
}
