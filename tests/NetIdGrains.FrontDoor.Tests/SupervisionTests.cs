using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Complaints about platforms (A7-2), operators' freezes and appeals against them (S-1), and what the public learns of them.</summary>
public sealed class SupervisionTests
{
    [Fact]
    public async Task S_1_An_operators_freeze_has_a_legal_basis_is_told_is_appealed_and_is_counted()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var supervisor = TestOperator.Client(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        await wallet.ExecuteAsync("appeal", new JsonObject { ["text"] = "Why?" }).IsRefusedAsync(Refusal.FreezeUnknown);

        var body = FreezeBody(wallet.NetId!);
        foreach (var member in new[] { "legal_basis", "reason", "by", "reference" })
            await supervisor.PostAsJsonAsync("/operator/freezes", With(body, member, " ")).IsRefusedAsync(Refusal.FieldInvalid);
        await supervisor.PostAsJsonAsync("/operator/freezes", With(body, "net_id", "nobody")).IsRefusedAsync(Refusal.NetIdUnknown);
        for (var time = 0; time < 2; time++) // sent again it is one freeze
            Assert.Equal("frozen", (string?)(await supervisor.PostAsJsonAsync("/operator/freezes", body).JsonAsync())["status"]);
        Assert.Equal("fail", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);

        (await wallet.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode(); // lifts one's own alone
        var told = (await wallet.ExecuteAsync("status").JsonAsync())["freezes"]![0]!;
        Assert.Equal(
            ("operator", "stolen-identity", "Measures, article 9"),
            ((string?)told["by"], (string?)told["reason"], (string?)told["legal_basis"]));

        var appeal = (await wallet.ExecuteAsync("appeal", new JsonObject { ["text"] = "It is me." }).JsonAsync())["cases"]![0]!;
        await wallet.ExecuteAsync("appeal", new JsonObject { ["text"] = "It is me!" }).IsRefusedAsync(Refusal.FreezeUnknown); // one is under way
        var id = (string)appeal["id"]!;
        var queued = Assert.Single((await supervisor.GetFromJsonAsync<JsonObject>("/operator/cases"))!["cases"]!.AsArray())!;
        Assert.Equal((id, "It is me."), ((string?)queued["case"]!["id"], (string?)queued["text"]));
        await DecideAsync(supervisor, id, "received").IsRefusedAsync(Refusal.FieldInvalid);
        (await DecideAsync(supervisor, id, "in-hand")).EnsureSuccessStatusCode();
        (await DecideAsync(supervisor, id, "upheld")).EnsureSuccessStatusCode();
        await DecideAsync(supervisor, id, "dismissed").IsRefusedAsync(Refusal.CaseStatusInvalid);
        await DecideAsync(supervisor, "nobody", "dismissed").IsRefusedAsync(Refusal.CaseUnknown);
        Assert.Empty((await supervisor.GetFromJsonAsync<JsonObject>("/operator/cases"))!["cases"]!.AsArray());
        var other = await supervisor.PostAsJsonAsync("/operator/freezes", With(With(body, "lift", true), "reference", "F-2")).JsonAsync();
        Assert.Equal("frozen", (string?)other["status"]); // nothing stands by that
        (await supervisor.PostAsJsonAsync("/operator/freezes", With(body, "lift", true))).EnsureSuccessStatusCode();
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        Assert.Equal("upheld", (string?)(await wallet.ExecuteAsync("cases").JsonAsync())["cases"]![0]!["status"]);

        var report = (await authority.Http.GetFromJsonAsync<JsonObject>("/v1/report"))!["months"]![0]!["counts"]!.AsObject();
        Assert.Equal(
            """{"appeals-in-hand":1,"appeals-received":1,"appeals-upheld":1,"operator-freezes":1,"operator-freezes-lifted":1}""", report.ToJsonString());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await authority.Http.GetAsync("/operator/cases")).StatusCode);
    }

    [Fact]
    public async Task S_1_One_order_for_two_people_counts_both_and_sent_again_counts_nothing()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = TestOperator.Client(authority);
        using var one = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        foreach (var netId in new[] { one.NetId, other.NetId, one.NetId })
        {
            var freeze = new JsonObject
            {
                ["net_id"] = netId,
                ["reason"] = "fraud",
                ["legal_basis"] = "A law, article 1",
                ["by"] = "A. Person",
                ["reference"] = "2026-1",
            };
            (await officer.PostAsJsonAsync("/operator/freezes", freeze)).EnsureSuccessStatusCode();
        }

        var report = (await authority.Http.GetFromJsonAsync<JsonObject>("/v1/report"))!;
        Assert.Equal(2, (int)report["months"]![0]!["counts"]!["operator-freezes"]!);
        var export = (await one.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!.ToJsonString();
        Assert.DoesNotContain("A. Person", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A7_2_A_complaint_comes_with_ones_own_receipt_of_a_pass_and_has_a_due_date()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var supervisor = TestOperator.Client(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        var (shop, bank) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("bank"));
        var receipt = (string)(await shop.VerifyAsync(wallet).JsonAsync())["receipt"]!;
        var others = (string)(await shop.VerifyAsync(other).JsonAsync())["receipt"]!;
        (await bank.VerifyAsync(wallet)).EnsureSuccessStatusCode();
        (await wallet.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        var failed = (string)(await shop.VerifyAsync(wallet).JsonAsync())["receipt"]!;

        var good = ComplainBody("shop", receipt);
        (Refusal Refusal, JsonObject Body)[] rows =
        [
            (Refusal.UnknownField, With(good, "phone", "x")),
            (Refusal.FieldInvalid, With(good, "demanded", new JsonArray())),
            (Refusal.FieldInvalid, With(good, "demanded", new JsonArray(new string('x', 61)))),
            (Refusal.FieldInvalid, With(good, "text", new string('x', 2_001))),
            (Refusal.ReceiptInvalid, With(good, "receipt", "no receipt")),
            (Refusal.ReceiptInvalid, With(good, "receipt", others)),
            (Refusal.ReceiptInvalid, With(good, "receipt", failed)),
            (Refusal.ReceiptInvalid, With(good, "platform", "bank")),
        ];
        foreach (var (refusal, body) in rows)
            await wallet.ExecuteAsync("complain", body).IsRefusedAsync(refusal);
        Assert.Empty((await wallet.ExecuteAsync("cases").JsonAsync())["cases"]!.AsArray());

        var command = await wallet.SignCommandAsync("complain", good);
        var opened = (await wallet.SendAsync(command).JsonAsync())["cases"]![0]!;
        Assert.Equal((string?)opened["id"], (string?)(await wallet.SendAsync(command).JsonAsync())["cases"]![0]!["id"]); // its answer was lost
        Assert.Equal(TimeSpan.FromDays(15), (DateTimeOffset)opened["due"]! - (DateTimeOffset)opened["opened"]!);
        var export = (await wallet.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!;
        Assert.Equal((string?)opened["id"], (string?)Assert.Single(export["cases"]!.AsArray())!["id"]);
        var queued = Assert.Single((await supervisor.GetFromJsonAsync<JsonObject>("/operator/cases"))!["cases"]!.AsArray())!;
        Assert.Equal((receipt, false, "shop"), ((string?)queued["receipt"], (bool)queued["overdue"]!, (string?)queued["case"]!["platform"]));
        authority.Time.Advance(TimeSpan.FromDays(15));
        Assert.True((bool)(await supervisor.GetFromJsonAsync<JsonObject>($"/operator/cases/{opened["id"]}"))!["overdue"]!);
    }

    [Fact]
    public async Task Whose_receipt_it_is_is_still_known_when_the_grain_ended_before_it_wrote_that_down()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var receipt = (string)(await (await authority.PlatformAsync("shop")).VerifyAsync(wallet).JsonAsync())["receipt"]!;
        var command = await wallet.SignCommandAsync("complain", ComplainBody("shop", receipt));
        await authority.StopAsync();
        await authority.StartAgainAsync();
        using var content = new StringContent(command, Encoding.ASCII, "application/jose");
        (await authority.Http.PostAsync("/v1/commands", content)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Cases_under_way_are_twenty_at_most_and_decided_ones_make_room()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var supervisor = TestOperator.Client(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var receipt = (string)(await (await authority.PlatformAsync("shop")).VerifyAsync(wallet).JsonAsync())["receipt"]!;
        for (var count = 0; count < 20; count++)
            (await wallet.ExecuteAsync("complain", ComplainBody("shop", receipt))).EnsureSuccessStatusCode();
        await wallet.ExecuteAsync("complain", ComplainBody("shop", receipt)).IsRefusedAsync(Refusal.TooManyCases);
        var first = (string)(await wallet.ExecuteAsync("cases").JsonAsync())["cases"]![0]!["id"]!;
        (await DecideAsync(supervisor, first, "dismissed")).EnsureSuccessStatusCode();
        (await wallet.ExecuteAsync("complain", ComplainBody("shop", receipt))).EnsureSuccessStatusCode();
    }

    private static JsonObject FreezeBody(string netId) => new()
    {
        ["net_id"] = netId,
        ["reason"] = "stolen-identity",
        ["legal_basis"] = "Measures, article 9",
        ["by"] = "officer 7",
        ["reference"] = "F-1",
    };

    private static JsonObject ComplainBody(string platform, string receipt) => new()
    {
        ["platform"] = platform,
        ["receipt"] = receipt,
        ["demanded"] = new JsonArray("phone number"),
        ["text"] = "They asked again.",
    };

    private static JsonObject With(JsonObject body, string member, JsonNode value)
    {
        var changed = body.DeepClone().AsObject();
        changed[member] = value;
        return changed;
    }

    private static Task<HttpResponseMessage> DecideAsync(HttpClient supervisor, string id, string status) =>
        supervisor.PostAsJsonAsync($"/operator/cases/{id}", new JsonObject { ["status"] = status, ["reason"] = "Looked at", ["by"] = "officer 9" });
}
