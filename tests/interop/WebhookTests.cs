// Standard Webhooks 1.0: a platform that takes that project's library accepts our messages, and refuses what we refuse.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class WebhookTests(Node node)
{
    private const string Id = "msg_1";
    private const string Body = """{"type":"verification.decided","data":"结果"}""";

    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly WebhookSecret Secret = new(DynamicPassword.CreateSecret(new FixedRandom("webhook")));
    private static readonly WebhookSecret Old = new(DynamicPassword.CreateSecret(new FixedRandom("old")));

    [Theory]
    [InlineData(0, Body, true, null)]
    [InlineData(300, Body, true, null)]
    [InlineData(301, Body, true, "Message timestamp too old")]
    [InlineData(-301, Body, true, "Message timestamp too new")]
    [InlineData(0, "{}", true, "No matching signature found")]
    [InlineData(0, Body, false, "No matching signature found")]
    public async Task They_verify_ours_when_we_do(int secondsLater, string body, bool isKnown, string? refused)
    {
        var signatures = WebhookSignature.Sign(isKnown ? [Old, Secret] : [Old], Id, Now, Encoding.UTF8.GetBytes(Body));
        var request = Message(body);
        request["signature"] = signatures;
        request["now"] = Now.ToUnixTimeSeconds() + secondsLater;
        Assert.Equal(refused, (await node.AskAsync("webhook", "verify", request)).Text("refused"));
        Assert.Equal(refused is null, Verifies(signatures, body, Now.AddSeconds(secondsLater)));
    }

    [Fact]
    public async Task We_verify_theirs()
    {
        var signature = (await node.AskAsync("webhook", "sign", Message(Body))).Text("signature");
        Assert.True(Verifies(signature, Body, Now));
        Assert.False(Verifies(signature, $"{Body} ", Now));
        Assert.Equal(signature, WebhookSignature.Sign([Secret], Id, Now, Encoding.UTF8.GetBytes(Body)));
    }

    private static bool Verifies(string? signatures, string body, DateTimeOffset now) => WebhookSignature.TryVerify(
        Secret, Id, $"{Now.ToUnixTimeSeconds()}", signatures, Encoding.UTF8.GetBytes(body), now, out _);

    private static JsonObject Message(string body) =>
        new() { ["secret"] = Secret.ToText(), ["id"] = Id, ["time"] = Now.ToUnixTimeSeconds(), ["body"] = body };
}
