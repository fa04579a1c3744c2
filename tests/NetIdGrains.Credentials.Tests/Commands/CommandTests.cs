using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class CommandTests
{
    private const string Header = """{"typ":"netid-command+jwt","alg":"ES256"}""";

    private static readonly DateTimeOffset Now = TestAuthority.Now;

    private static string Text => SignedCommand.Sign(
        "freeze", new JsonObject { ["reason"] = "lost" }, TestAuthority.Issuer, "nonce-1", "device-1", Now, TestAuthority.Holder);

    [Fact]
    public void A9_2_a_command_is_read_as_it_was_signed()
    {
        Assert.True(SignedCommand.TryParse(Text, out var command));
        Assert.Equal(("freeze", "lost"), (command.Command, command.Body.Get("reason")));
        Assert.Equal((TestAuthority.Issuer, "nonce-1", "device-1"), (command.Audience, command.Nonce, command.Device));
        Assert.Equal(Now, command.Time);
        Assert.True(command.VerifiedBy(TestAuthority.Holder.PublicKey));
        Assert.False(command.VerifiedBy(TestAuthority.Stranger.PublicKey));
        Assert.Equal("sealed", $"{command}");
    }

    [Fact]
    public void A9_2_the_digest_is_of_the_whole_text()
    {
        var text = Text;
        Assert.True(SignedCommand.TryParse(text, out var command));
        Assert.Equal(DigestAlgorithm.Sha256.Of(text), command.Digest);
    }

    [Theory]
    [InlineData("extra", "\"x\"")]
    [InlineData("command", "1")]
    [InlineData("body", "[]")]
    [InlineData("audience", "[\"https://authority.example\"]")]
    [InlineData("nonce", "null")]
    [InlineData("device", "1")]
    [InlineData("time", "\"1\"")]
    [InlineData("time", "-1")]
    [InlineData("time", "1e99")]
    [InlineData("time", "253402300800")]
    [InlineData("time", "1.5")]
    public void A9_1_a_command_has_exactly_its_members(string member, string json)
    {
        var payload = Payload();
        Assert.True(SignedCommand.TryParse(TestAuthority.Jws(Header, payload, TestAuthority.Holder), out _));
        payload[member] = JsonNode.Parse(json);
        Assert.False(SignedCommand.TryParse(TestAuthority.Jws(Header, payload, TestAuthority.Holder), out _));
        payload.Remove(member);
        Assert.Equal(member == "extra", SignedCommand.TryParse(TestAuthority.Jws(Header, payload, TestAuthority.Holder), out _));
    }

    [Fact]
    public void A9_1_another_kind_of_JWS_is_no_command() =>
        Assert.False(SignedCommand.TryParse(
            TestAuthority.Jws("""{"typ":"kb+jwt","alg":"ES256"}""", Payload(), TestAuthority.Holder), out _));

    [Theory]
    [InlineData("https://elsewhere.example", 3600, CommandFault.Audience)]
    [InlineData(TestAuthority.Issuer, 301, CommandFault.Stale)]
    [InlineData(TestAuthority.Issuer, -31, CommandFault.Stale)]
    [InlineData(TestAuthority.Issuer, 300, CommandFault.None)]
    [InlineData(TestAuthority.Issuer, -30, CommandFault.None)]
    public void A9_2_a_command_is_for_us_and_fresh(string audience, int secondsLater, CommandFault fault)
    {
        Assert.True(SignedCommand.TryParse(Text, out var command));
        Assert.Equal(fault, command.Check(audience, Now.AddSeconds(secondsLater)));
    }

    private static JsonObject Payload() => new()
    {
        ["command"] = "freeze",
        ["body"] = new JsonObject(),
        ["audience"] = TestAuthority.Issuer,
        ["nonce"] = "nonce-1",
        ["device"] = "device-1",
        ["time"] = Now.ToUnixTimeSeconds(),
    };
}
