using System.Text;
using NetIdGrains.Client;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Callbacks are of two kinds; each is read as what it is, or not at all.</summary>
public sealed class WebhookKindTests
{
    private readonly AdjustableTime _time = new();
    private readonly WebhookSecret _secret = new(Enumerable.Repeat((byte)7, WebhookSecret.Size).ToArray());

    [Theory]
    [InlineData("""{"type":"identifier.ended","data":{"platform_identifier":"p1"}}""", "p1")]
    [InlineData("""{"type":"identifier.ended","data":{}}""", null)]
    [InlineData("""{"type":"identifier.ended"}""", null)]
    [InlineData("""{"type":"another.kind","data":{"platform_identifier":"p1"}}""", null)]
    [InlineData("""{"type":"verification.ended","data":{"transaction_id":"t","sequence_number":"s","platform_identifier":"p1"}}""", null)]
    [InlineData("none", null)]
    public void An_identifier_that_ended_is_read_from_its_own_kind_alone(string body, string? identifier)
    {
        var webhooks = new Webhooks(_secret.ToText(), _time);
        Assert.Equal(identifier is not null, webhooks.TryReadEndedIdentifier(Signed(body), Encoding.UTF8.GetBytes(body), out var read));
        Assert.Equal(identifier, read);
        Assert.False(identifier is not null && webhooks.TryRead(Signed(body), Encoding.UTF8.GetBytes(body), out _));
        Assert.False(webhooks.TryReadEndedIdentifier(Signed(body + " "), Encoding.UTF8.GetBytes(body), out _));
    }

    private WebhookHeaders Signed(string body)
    {
        var now = _time.GetUtcNow();
        return new WebhookHeaders("m1", $"{now.ToUnixTimeSeconds()}", WebhookSignature.Sign([_secret], "m1", now, Encoding.UTF8.GetBytes(body)));
    }
}
