// Token status lists, both ways.
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class StatusListTests(Node node)
{
    private const string Uri = "https://authority.example/status/7";
    private const int Length = 100_000;

    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly CertifiedSigner Lists = TestAuthority.Certify(WorkingKeyUse.StatusList, Now.AddDays(-1), Now.AddDays(1));

    // Coprime to the length, and to what a byte holds: every place in a byte comes up, and the last entry.
    private static readonly int[] Indexes = [.. Enumerable.Range(0, Length / 37).Select(i => i * 37), Length - 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task They_read_our_lists(int bits)
    {
        var statuses = Statuses(bits);
        var list = new StatusList(bits, Length);
        for (var i = 0; i < Length; i++) list.Set(i, (TokenStatus)statuses[i]);
        var answer = await ReadAsync(StatusListJwt.Sign(new StatusListToken(Uri, Now, Now.AddHours(1), TimeSpan.FromSeconds(30), list), Lists));
        Assert.Null(answer["refused"]);
        Assert.Equal((bits, Length), (answer["bits"]!.GetValue<int>(), answer["length"]!.GetValue<int>()));
        Assert.Equal(Indexes.Select(index => statuses[index]), answer["statuses"]!.AsArray().Select(status => status!.GetValue<int>()));
    }

    [Fact]
    public async Task They_refuse_a_list_that_has_ended_or_is_signed_by_another()
    {
        var token = new StatusListToken(Uri, Now.AddHours(-2), Now.AddHours(-1), TimeSpan.FromSeconds(30), new StatusList(1, 8));
        Assert.Equal("ERR_JWT_EXPIRED", (string?)(await ReadAsync(StatusListJwt.Sign(token, Lists)))["refused"]);
        var borrowed = StatusListJwt.Sign(token with { Expires = Now.AddHours(1) }, TestAuthority.Borrow(Lists));
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", (string?)(await ReadAsync(borrowed))["refused"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task We_read_their_lists(int bits)
    {
        var statuses = Statuses(bits);
        var token = await MakeAsync(bits, statuses);
        Assert.True(StatusListJwt.TryVerify(token, TestAuthority.Anchor, Uri, Now, TimeSpan.FromMinutes(10), out var read, out _));
        Assert.Equal((bits, Length), (read.List.Bits, read.List.Length));
        Assert.Equal(statuses, Enumerable.Range(0, Length).Select(index => read.List.TryGet(index, out var status) ? (int)status : -1));
        Assert.False(StatusListJwt.TryVerify(token, TestAuthority.Anchor, Uri, Now.AddHours(2), TimeSpan.FromDays(1), out _, out var fault));
        Assert.Equal(StatusListFault.Stale, fault);
    }

    private static int[] Statuses(int bits)
    {
        var drawn = new byte[Length];
        new FixedRandom($"statuses of {bits}").Fill(drawn);
        return [.. drawn.Select(value => value % (1 << bits))];
    }

    private static JsonArray Numbers(IEnumerable<int> numbers) => new([.. numbers.Select(number => (JsonNode)number)]);

    private async Task<JsonNode> ReadAsync(string token)
    {
        var request = new JsonObject
        {
            ["token"] = token,
            ["root"] = Convert.ToBase64String(TestAuthority.RootCertificate),
            ["uri"] = Uri,
            ["time"] = Now.ToUnixTimeSeconds(),
            ["indexes"] = Numbers(Indexes),
        };
        return JsonNode.Parse((await node.AskAsync("status-list", "read", request)).GetRawText())!;
    }

    private async Task<string?> MakeAsync(int bits, int[] statuses)
    {
        var (key, x5c) = Keys.Certified(WorkingKeyUse.StatusList);
        var request = new JsonObject
        {
            ["bits"] = bits,
            ["statuses"] = Numbers(statuses),
            ["claims"] = new JsonObject
            {
                ["sub"] = Uri,
                ["iat"] = Now.ToUnixTimeSeconds(),
                ["exp"] = Now.AddHours(1).ToUnixTimeSeconds(),
                ["ttl"] = 30,
            },
            ["key"] = key,
            ["x5c"] = x5c,
        };
        return (await node.AskAsync("status-list", "make", request)).Text("token");
    }
}
