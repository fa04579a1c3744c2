// What we encrypt for a platform is decrypted by the library a platform would take, and the other way round.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class JweTests(Node node)
{
    private static readonly byte[] Plaintext = Encoding.UTF8.GetBytes("""{"made":"up","name":"张三"}""");

    [Fact]
    public async Task A8_2_Jose_decrypts_what_we_encrypted_for_the_key_in_its_set()
    {
        var (recipient, privateJwk) = await NewKeyAsync();
        var jwe = Jwe.Encrypt(recipient, Plaintext, "JWT", new SystemRandomSource());
        var answer = await DecryptAsync(jwe, privateJwk);
        Assert.Null(answer.Text("refused"));
        Assert.Equal(Plaintext, answer.GetProperty("plaintext").GetBytesFromBase64());
        Assert.Equal((recipient.KeyId, "JWT"), (answer.GetProperty("header").Text("kid"), answer.GetProperty("header").Text("cty")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Jose_refuses_what_was_changed_on_the_way(int part)
    {
        var (recipient, privateJwk) = await NewKeyAsync();
        var parts = Jwe.Encrypt(recipient, Plaintext, "JWT", new SystemRandomSource()).Split('.');
        Assert.True(StrictBase64Url.TryDecode(parts[part], out var bytes));
        if (part == 0) bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\"JWT\"", "\"JWS\"", StringComparison.Ordinal));
        else bytes[0] ^= 1;
        parts[part] = StrictBase64Url.Encode(bytes);
        Assert.Equal("ERR_JWE_DECRYPTION_FAILED", (await DecryptAsync(string.Join('.', parts), privateJwk)).Text("refused"));
        Assert.False(Jwe.TryDecrypt(string.Join('.', parts), privateJwk.ToJsonString(), out _));
    }

    [Theory]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM"}""", true)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","kid":"1","cty":"JWT"}""", true)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A128GCM"}""", false)]
    [InlineData("""{"alg":"ECDH-ES+A256KW","enc":"A256GCM"}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","typ":"JWT"}""", false)]
    public async Task We_decrypt_what_jose_encrypted_in_our_one_way(string header, bool decrypts)
    {
        var (recipient, privateJwk) = await NewKeyAsync();
        var request = new JsonObject
        {
            ["header"] = JsonNode.Parse(header),
            ["plaintext"] = Convert.ToBase64String(Plaintext),
            ["key"] = JsonNode.Parse(recipient.Key.ToJwk()),
        };
        var jwe = (await node.AskAsync("jwe", "encrypt", request)).Text("jwe");
        Assert.Equal(decrypts, Jwe.TryDecrypt(jwe, privateJwk.ToJsonString(), out var plaintext));
        Assert.Equal(decrypts ? Plaintext : [], plaintext);
    }

    // As a platform would publish it, beside the key it signs with.
    private async Task<(JweRecipient Recipient, JsonNode PrivateJwk)> NewKeyAsync()
    {
        var answer = await node.AskAsync("jwe", "newKey", []);
        var set = $$"""{"keys":[{{TestAuthority.Holder.PublicKey.ToJwk()}},{{answer.GetProperty("publicJwk").GetRawText()}}]}""";
        Assert.True(JweRecipient.TryFindIn(Encoding.UTF8.GetBytes(set), out var recipient));
        return (recipient, JsonNode.Parse(answer.GetProperty("privateJwk").GetRawText())!);
    }

    private Task<JsonElement> DecryptAsync(string jwe, JsonNode key) =>
        node.AskAsync("jwe", "decrypt", new JsonObject { ["jwe"] = jwe, ["key"] = key.DeepClone() });
}
