// JWS, JWT and JWK by jose: it verifies what we sign by the key it finds where our formats put it, or for a command,
// which names no key, in a key set; and we verify what it signs.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class JoseTests(Node node)
{
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly P256Signer Holder = TestAuthority.Holder;

    private static readonly Dictionary<string, string> Signed = new()
    {
        ["netid-receipt+jwt"] = new VerificationReceipt(
            TestAuthority.Issuer, "transaction-1", TestAuthority.Platform, "42", "注册", "law", "R01", Passed: true, "subject-1", Now)
            .Sign(TestAuthority.Receipts),
        ["statuslist+jwt"] = StatusListJwt.Sign(
            new StatusListToken("https://authority.example/status/7", Now, Now.AddHours(1), TimeSpan.FromSeconds(30), new StatusList(2, 16)),
            TestAuthority.Certify(WorkingKeyUse.StatusList, Now.AddDays(-1), Now.AddDays(1))),
        ["netid-command+jwt"] = SignedCommand.Sign(
            "freeze", new JsonObject { ["reason"] = "丢失" }, TestAuthority.Issuer, "nonce-1", "device-1", Now, Holder),
        ["openid4vci-proof+jwt"] = KeyProof.Create(TestAuthority.Issuer, "c-nonce", Now, Holder),
    };

    [Theory]
    [InlineData("netid-receipt+jwt", """{"issuer":"https://authority.example","audience":"https://shop.example"}""")]
    [InlineData("statuslist+jwt", """{"subject":"https://authority.example/status/7"}""")]
    [InlineData("netid-command+jwt", "{}")]
    [InlineData("openid4vci-proof+jwt", """{"audience":"https://authority.example","maxTokenAge":"5 minutes"}""")]
    public async Task Jose_verifies_our_JWT(string type, string checks)
    {
        var answer = await VerifyAsync(Signed[type], type, checks);
        Assert.Null(answer.Text("refused"));
        Assert.True(JsonNode.DeepEquals(TestAuthority.PayloadOf(Signed[type]), JsonNode.Parse(answer.GetProperty("payload").GetRawText())));
    }

    [Theory]
    [InlineData("netid-receipt+jwt")]
    [InlineData("statuslist+jwt")]
    [InlineData("netid-command+jwt")]
    [InlineData("openid4vci-proof+jwt")]
    public async Task Jose_refuses_our_JWT_if_it_was_edited_or_is_taken_for_another(string type)
    {
        var parts = Signed[type].Split('.');
        var payload = TestAuthority.PayloadOf(Signed[type]);
        payload["iss"] = "https://elsewhere.example";
        parts[1] = StrictBase64Url.Encode(StrictJson.Write(payload));
        var edited = await VerifyAsync(string.Join('.', parts), type);
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", edited.Text("refused"));
        Assert.Equal("ERR_JWT_CLAIM_VALIDATION_FAILED", (await VerifyAsync(Signed[type], "kb+jwt")).Text("refused"));
    }

    [Fact]
    public async Task A9_2_we_accept_a_command_that_jose_signed()
    {
        var (key, privateKey) = await node.NewKeyAsync();
        var body = new JsonObject { ["reason"] = "丢失" };
        var jws = await SignAsync(new JsonObject { ["typ"] = "netid-command+jwt" }, new JsonObject
        {
            ["command"] = "freeze",
            ["body"] = body,
            ["audience"] = TestAuthority.Issuer,
            ["nonce"] = "nonce-1",
            ["device"] = "device-1",
            ["time"] = Now.ToUnixTimeSeconds(),
        }, privateKey);
        Assert.True(SignedCommand.TryParse(jws, out var command));
        Assert.True(command.VerifiedBy(key));
        Assert.False(command.VerifiedBy(TestAuthority.Stranger.PublicKey));
        Assert.Equal(CommandFault.None, command.Check(TestAuthority.Issuer, Now));
        Assert.Equal(("freeze", "丢失"), (command.Command, command.Body.Text("reason")));
    }

    [Fact]
    public async Task A2_3_we_accept_a_key_proof_that_jose_signed()
    {
        var (key, privateKey) = await node.NewKeyAsync();
        var header = new JsonObject { ["typ"] = "openid4vci-proof+jwt", ["jwk"] = JsonNode.Parse(key.ToJwk()) };
        var payload = new JsonObject { ["aud"] = TestAuthority.Issuer, ["iat"] = Now.ToUnixTimeSeconds(), ["nonce"] = "c-nonce" };
        var jws = await SignAsync(header.DeepClone().AsObject(), payload.DeepClone().AsObject(), privateKey);
        Assert.True(KeyProof.TryVerify(jws, TestAuthority.Issuer, "c-nonce", Now, out var proved));
        Assert.Equal(key.Thumbprint, proved.Thumbprint);
        var borrowed = await SignAsync(header, payload, Keys.PrivateJwkOf(TestAuthority.Stranger));
        Assert.False(KeyProof.TryVerify(borrowed, TestAuthority.Issuer, "c-nonce", Now, out _));
    }

    [Fact]
    public async Task Jose_and_we_agree_on_thumbprints()
    {
        var (theirs, _) = await node.NewKeyAsync();
        foreach (var key in new[] { theirs, Holder.PublicKey, TestAuthority.Stranger.PublicKey })
        {
            var answer = await node.AskAsync("jose", "thumbprint", new JsonObject { ["jwk"] = JsonNode.Parse(key.ToJwk()) });
            Assert.Equal(key.Thumbprint, answer.Text("thumbprint"));
        }
    }

    // Through a rotation: the published set has both keys and one of the other suite, and each text is verified by the key it names.
    [Fact]
    public async Task A13_1_jose_finds_each_key_in_our_set_while_keys_overlap()
    {
        var periods = new RotationPeriods(TimeSpan.FromHours(1), TimeSpan.FromDays(7), TimeSpan.FromDays(1));
        var rotation = KeyRotation.Begin(periods, Holder, Now.AddDays(-7)).WithNext(TestAuthority.Stranger, Now.AddHours(-1));
        var published = new JwkSet([.. rotation.PublishedAt(Now).Keys, Sm2Signer.Create(new SystemRandomSource()).PublicKey]);
        foreach (var signer in new[] { rotation.SignerAt(Now.AddDays(-1)), rotation.SignerAt(Now) })
            Assert.Null((await VerifyAsync(Named(signer), "text+jwt", keys: published)).Text("refused"));
        var later = rotation.PublishedAt(Now.AddDays(1));
        Assert.Equal("ERR_JWKS_NO_MATCHING_KEY", (await VerifyAsync(Named(Holder), "text+jwt", keys: later)).Text("refused"));
        Assert.Null((await VerifyAsync(Named(TestAuthority.Stranger), "text+jwt", keys: later)).Text("refused"));
    }

    private static string Named(ISigner signer) => CompactJws.Sign(
        StrictJson.Write(new JsonObject { ["typ"] = "text+jwt", ["alg"] = signer.Algorithm, ["kid"] = signer.PublicKey.Thumbprint }), "{}"u8, signer);

    private Task<JsonElement> VerifyAsync(string jws, string type, string checks = "{}", JwkSet? keys = null)
    {
        var all = JsonNode.Parse(checks)!.AsObject();
        all["typ"] = type;
        var request = new JsonObject
        {
            ["jws"] = jws,
            ["root"] = Convert.ToBase64String(TestAuthority.RootCertificate),
            ["keySet"] = JsonNode.Parse((keys ?? new JwkSet([Holder.PublicKey])).ToJson()),
            ["checks"] = all,
            ["time"] = Now.ToUnixTimeSeconds(),
        };
        return node.AskAsync("jose", "verify", request);
    }

    private async Task<string?> SignAsync(JsonObject header, JsonObject payload, JsonNode key)
    {
        header["alg"] = "ES256";
        var request = new JsonObject { ["header"] = header, ["payload"] = payload, ["key"] = key };
        return (await node.AskAsync("jose", "sign", request)).Text("jws");
    }
}
