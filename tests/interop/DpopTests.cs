// RFC 9449: the proofs of a caller's library are good here, and ours are good JWTs to another's.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class DpopTests(Node node)
{
    private const string Address = "https://authority.example/v1/verifications";

    private static readonly DateTimeOffset Now = TestAuthority.Now;

    [Theory]
    [InlineData(null, null)]
    [InlineData("made.up-token", null)]
    [InlineData("made.up-token", "nonce-1")]
    public async Task We_accept_the_proofs_that_dpop_makes(string? token, string? nonce)
    {
        var request = new JsonObject { ["uri"] = Address, ["method"] = "POST", ["time"] = Now.ToUnixTimeSeconds() };
        if (token is not null) request["accessToken"] = token;
        if (nonce is not null) request["nonce"] = nonce;
        var answer = await node.AskAsync("dpop", "create", request);
        Assert.True(DpopProof.TryParse(answer.GetProperty("proofs")[0].GetString(), out var first));
        Assert.True(DpopProof.TryParse(answer.GetProperty("proofs")[1].GetString(), out var second));
        Assert.True(first.TryReadKey(out var key));
        Assert.Equal(answer.Text("thumbprint"), key.Thumbprint);
        Assert.Equal(first.HeaderText, second.HeaderText);
        Assert.NotEqual(first.Id, second.Id);
        Assert.True(first.VerifiedBy(key) && second.VerifiedBy(key));
        Assert.False(first.VerifiedBy(TestAuthority.Stranger.PublicKey));
        Assert.Equal(DpopFault.None, second.Check("POST", Address, token, Now));
        Assert.Equal(DpopFault.Token, second.Check("POST", Address, "another-token", Now));
    }

    [Fact]
    public async Task Jose_verifies_ours_and_reads_what_we_meant()
    {
        var proof = DpopProof.Create("POST", $"{Address}?x=1", Now, "id-1", TestAuthority.Holder, "made.up-token");
        var answer = await VerifyAsync(proof, Now);
        Assert.Null(answer.Text("refused"));
        Assert.Equal(TestAuthority.Holder.PublicKey.Thumbprint, answer.Text("thumbprint"));
        var payload = answer.GetProperty("payload");
        Assert.Equal(("id-1", "POST", Address), (payload.Text("jti"), payload.Text("htm"), payload.Text("htu")));
    }

    [Fact]
    public async Task Jose_refuses_ours_if_it_was_edited_or_is_old()
    {
        var parts = DpopProof.Create("POST", Address, Now, "id-1", TestAuthority.Holder).Split('.');
        var other = DpopProof.Create("GET", Address, Now, "id-1", TestAuthority.Holder).Split('.');
        var edited = await VerifyAsync($"{parts[0]}.{other[1]}.{parts[2]}", Now);
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", edited.Text("refused"));
        Assert.Equal("ERR_JWT_EXPIRED", (await VerifyAsync(string.Join('.', parts), Now.AddMinutes(6))).Text("refused"));
    }

    private Task<JsonElement> VerifyAsync(string proof, DateTimeOffset time) =>
        node.AskAsync("dpop", "verify", new JsonObject { ["proof"] = proof, ["time"] = time.ToUnixTimeSeconds() });
}
