using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A9-1: a verification keeps nothing but its answer ten minutes after its end, and after a day not that; all by the sweeper alone.</summary>
public sealed class ForgettingTests
{
    private const string State = "a state that can be told again";

    [Fact]
    public async Task A9_1_ten_minutes_after_its_end_only_the_answer_is_left_and_a_day_after_nothing()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority);
        var (scanned, denied, returning) = (await BeginAsync(shop), await BeginAsync(shop), await BeginAsync(shop, sameDevice: true));
        (await wallet.ApproveAsync(scanned)).Dispose();
        (await wallet.DenyAsync(denied)).Dispose();
        (await wallet.ApproveAsync(returning)).Dispose();
        var answer = (await shop.PollAsync(scanned).JsonAsync()).ToJsonString();
        Assert.Contains("Approval", authority.RowText($"verification/{scanned}")!, StringComparison.Ordinal);
        Assert.Contains(State, authority.RowText($"verification/{returning}")!, StringComparison.Ordinal);

        authority.Time.Advance(TimeSpan.FromMinutes(10));
        foreach (var transaction in (string[])[scanned, denied, returning])
        {
            await Stored.UntilAsync(() => authority.Row($"verification/{transaction}") is { } swept && swept["Open"] is null);
            var row = authority.Row($"verification/{transaction}")!;
            Assert.Equal( // a browser that has not come back by now gets no answer
                [.. transaction == returning ? Array.Empty<string>() : ["Answer"], "Begun", "Digest", "Expires", "Platform", "SequenceNumber", "Status"],
                row.Where(member => member.Value is not null).Select(member => member.Key).Order(StringComparer.Ordinal));
            foreach (var gone in (string[])[wallet.Device!, State, "shop.example"])
                Assert.Empty(IdentityScanner.FormsIn(Encoding.UTF8.GetBytes(row.ToJsonString()), gone));
            await wallet.DenyAsync(transaction).IsRefusedAsync(Refusal.RequestUnknown);
            Assert.Null(await wallet.LookAsync(transaction));
        }

        shop = await PlatformAsync(authority);
        Assert.Equal(answer, (await shop.PollAsync(scanned).JsonAsync()).ToJsonString());
        Assert.True(authority.HasDeadline($"verification/{scanned}"));

        authority.Time.Advance(TimeSpan.FromDays(1));
        foreach (var transaction in (string[])[scanned, denied, returning])
        {
            await Stored.UntilAsync(() => authority.RowText($"verification/{transaction}") is null && !authority.HasDeadline($"verification/{transaction}"));
            shop = await PlatformAsync(authority);
            await shop.PollAsync(transaction).IsRefusedAsync(Refusal.TransactionUnknown);
        }

        await authority.StopAsync();
        foreach (var (name, bytes) in authority.Files())
        {
            Assert.True(!IdentityScanner.FormsIn(bytes, State).Any(), $"What was forgotten is in {name}.");
            Assert.True(!IdentityScanner.FormsIn(bytes, (string)JsonNode.Parse(answer)!["platform_identifier"]!).Any(), $"Whom it was about is in {name}.");
        }
    }

    [Fact]
    public async Task What_nobody_decided_is_expired_by_the_sweeper_and_told()
    {
        await using var server = await CallbackServer.StartAsync();
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop", document => document with { CallbackAddress = server.Address });
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        body["callback"] = true;
        var transaction = (string)(await shop.BeginAsync(body).JsonAsync())["transaction_id"]!;
        authority.Time.Advance(TimeSpan.FromMinutes(10));
        var told = JsonNode.Parse((await server.NextAsync()).Body)!["data"]!;
        Assert.Equal((transaction, "expired", "fail"), ((string?)told["transaction_id"], (string?)told["status"], (string?)told["result"]));
        await Stored.UntilAsync(() => authority.Row($"verification/{transaction}")?["Open"] is null);
        await wallet.DenyAsync(transaction).IsRefusedAsync(Refusal.RequestUnknown);
        shop = await authority.PlatformAsync("shop");
        Assert.Equal("expired", (string?)(await shop.PollAsync(transaction).JsonAsync())["status"]);
    }

    [Fact]
    public async Task The_sequence_number_of_what_was_forgotten_stays_used()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority);
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        var transaction = (string)(await shop.BeginAsync(body).JsonAsync())["transaction_id"]!;
        (await wallet.ApproveAsync(transaction)).Dispose();
        foreach (var later in (TimeSpan[])[TimeSpan.FromMinutes(10), TimeSpan.FromDays(1)])
        {
            authority.Time.Advance(later);
            await Stored.UntilAsync(() => authority.Row($"verification/{transaction}") is not { } row
                || (later < TimeSpan.FromDays(1) && row["Open"] is null)); // what was decided is forgotten first, and then all of it
            shop = await PlatformAsync(authority);
            if (later < TimeSpan.FromDays(1))
                Assert.Equal("approved", (string?)(await shop.BeginAsync(body).JsonAsync())["status"]); // the same answer for a day
            else
                await shop.BeginAsync(body).IsRefusedAsync(Refusal.SequenceNumberUsed);
        }

        var another = DevelopmentPlatform.TransactionBody((string)body["sequence_number"]!, mode: "R02");
        await shop.BeginAsync(another).IsRefusedAsync(Refusal.SequenceNumberUsed);
    }

    /// <summary>An authority whose timers go by the test's clock: its own sweeper sweeps.</summary>
    private static async Task<TestAuthority> StartAsync()
    {
        var authority = await TestAuthority.StartAsync();
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        return authority;
    }

    private static Task<DevelopmentPlatform> PlatformAsync(TestAuthority authority) =>
        authority.PlatformAsync("shop", document => document with { RedirectAddresses = ["https://shop.example/back"] });

    private static async Task<string> BeginAsync(DevelopmentPlatform platform, bool sameDevice = false)
    {
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), sameDevice ? "same-device" : "scan");
        if (sameDevice)
            (body["redirect_address"], body["state"], body["code_challenge"]) = ("https://shop.example/back", State, new string('A', 43));
        return (string)(await platform.BeginAsync(body).JsonAsync())["transaction_id"]!;
    }
}
