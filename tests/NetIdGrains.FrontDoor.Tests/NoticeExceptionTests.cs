using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A11-1: a notice left out or late is on record, with reason, law and due date, for the operator alone.</summary>
public sealed class NoticeExceptionTests
{
    private const string Path = "/operator/notice-exceptions";

    [Fact]
    public async Task A11_1_An_exception_is_recorded_once_listed_and_flagged_when_it_is_overdue()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var operatorsDoor = TestOperator.Client(authority);
        var body = new JsonObject
        {
            ["reason_code"] = "emergency",
            ["legal_reference"] = "Personal Information Protection Law, article 18",
            ["due"] = "2026-11-23",
            ["by"] = "A. Person",
        };
        foreach (var (member, value, refusal) in new[]
        {
            ("reason_code", " ", Refusal.FieldInvalid),
            ("legal_reference", "", Refusal.FieldInvalid),
            ("by", new string('x', 201), Refusal.FieldInvalid),
            ("due", "soon", Refusal.FieldInvalid),
            ("person", "somebody", Refusal.UnknownField),
        })
        {
            var spoilt = body.DeepClone().AsObject();
            spoilt[member] = value;
            await operatorsDoor.PostAsJsonAsync(Path, spoilt).IsRefusedAsync(refusal);
            if (member is "reason_code" or "by")
                Assert.Contains("legal_reference and by must each say something", await DetailAsync(operatorsDoor, spoilt), StringComparison.Ordinal);
        }

        for (var time = 0; time < 2; time++)
            Assert.Equal("emergency", (string?)(await operatorsDoor.PostAsJsonAsync(Path, body).JsonAsync())["reason_code"]);
        body["due"] = "2026-11-22";
        (await operatorsDoor.PostAsJsonAsync(Path, body)).EnsureSuccessStatusCode();
        Assert.Equal("no no", await OverdueAsync(operatorsDoor));
        authority.Time.Advance(TimeSpan.FromDays(1));
        await authority.StopAsync();
        await authority.StartAgainAsync();
        using var again = TestOperator.Client(authority);
        Assert.Equal("yes no", await OverdueAsync(again));
        await again.PostAsJsonAsync($"{Path}/3/given", new JsonObject { ["by"] = "A. Person" }).IsRefusedAsync(Refusal.NoticeExceptionUnknown);
        await again.PostAsJsonAsync($"{Path}/2/given", new JsonObject { ["by"] = " " }).IsRefusedAsync(Refusal.FieldInvalid);
        var given = await again.PostAsJsonAsync($"{Path}/2/given", new JsonObject { ["by"] = "B. Person" }).JsonAsync();
        authority.Time.Advance(TimeSpan.FromDays(1));
        var twice = await again.PostAsJsonAsync($"{Path}/2/given", new JsonObject { ["by"] = "A. Person" }).JsonAsync();
        Assert.Equal(((string?)given["given"], "B. Person"), ((string?)twice["given"], (string?)twice["given_by"]));
        Assert.Equal("yes", await OverdueAsync(again)); // the one that was given is overdue no more; the other is by now
        Assert.Equal(2, (int)Assert.Single((await again.GetFromJsonAsync<JsonObject>(Path))!["given"]!.AsArray())!["number"]!);
        body["due"] = "2026-11-01"; // found out too late: on record all the same
        Assert.True((bool)(await again.PostAsJsonAsync(Path, body).JsonAsync())["overdue"]!);
        Assert.Equal("yes yes", await OverdueAsync(again));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await authority.Http.GetAsync(Path)).StatusCode);
    }

    private static async Task<string> DetailAsync(HttpClient operatorsDoor, JsonObject body) =>
        (string?)(await (await operatorsDoor.PostAsJsonAsync(Path, body)).Content.ReadFromJsonAsync<JsonObject>())!["detail"] ?? "";

    private static async Task<string> OverdueAsync(HttpClient operatorsDoor)
    {
        var listed = (await operatorsDoor.GetFromJsonAsync<JsonObject>(Path))!;
        bool[] flags = [.. listed["exceptions"]!.AsArray().Select(exception => (bool)exception!["overdue"]!)];
        Assert.Equal(flags.Count(flag => flag), (int)listed["overdue"]!);
        return string.Join(' ', flags.Select(flag => flag ? "yes" : "no"));
    }
}
