// RFC 6238 codes, ours and those of otplib, at the times of the RFC's appendix B and around the ends of 31 and 32 bits of seconds.
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class DynamicPasswordTests(Node node)
{
    private static readonly long[] Times =
    [
        0, 29, 30, 59, 1_111_111_109, 1_111_111_111, 1_234_567_890, 2_000_000_000, 2_147_483_647, 2_147_483_648,
        4_102_444_800, 4_294_967_295, 4_294_967_296, 20_000_000_000,
    ];

    public static TheoryData<string> Secrets() => [.. new[] { "phone", "tablet", "watch" }];

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task Their_codes_are_ours(string seed)
    {
        var secret = Secret(seed);
        var request = new JsonObject { ["secret"] = Base32Of(secret), ["times"] = new JsonArray([.. Times.Select(time => (JsonNode)time)]) };
        var answer = await node.AskAsync("otp", "codes", request);
        var codes = answer.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!).ToList();
        Assert.Equal(Times.Select(time => DynamicPassword.CodeAt(secret, At(time))), codes);
        foreach (var (time, code) in Times.Zip(codes))
        {
            Assert.True(DynamicPassword.TryAccept(secret, code, At(time), null, out var step));
            Assert.Equal(time / 30, step);
        }
    }

    // One step of drift either way, and no more.
    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task They_accept_our_codes_when_we_do(string seed)
    {
        var secret = Secret(seed);
        var times = Times.Where(time => time > 120).ToList(); // an authenticator app knows no time before 1970
        var shown = times.SelectMany(_ => new[] { -60, -30, 0, 30, 60, 90 }, (time, late) => (Code: DynamicPassword.CodeAt(secret, At(time)), Time: time + late));
        var asked = shown.Select(item => (JsonNode)new JsonObject { ["code"] = item.Code, ["time"] = item.Time });
        var request = new JsonObject { ["secret"] = Base32Of(secret), ["shown"] = new JsonArray([.. asked]), ["drift"] = 30 };
        var answer = await node.AskAsync("otp", "accept", request);
        var accepted = answer.GetProperty("accepted").EnumerateArray().Select(item => item.GetBoolean()).ToList();
        Assert.Equal(times.SelectMany(_ => new[] { false, true, true, true, false, false }), accepted);
        Assert.Equal(shown.Select(item => DynamicPassword.TryAccept(secret, item.Code, At(item.Time), null, out var _)), accepted);
    }

    private static byte[] Secret(string seed) => DynamicPassword.CreateSecret(new FixedRandom(seed));

    private static string Base32Of(byte[] secret) => Base32.Encode(secret).ToUpperInvariant();

    private static DateTimeOffset At(long time) => DateTimeOffset.FromUnixTimeSeconds(time);
}
