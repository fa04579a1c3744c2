using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Deaths, lost documents and ended guardianships reach the authority from the register: pulled by a cursor, or pushed and signed.</summary>
public sealed class RegisterFeedTests
{
    [Fact]
    public async Task A_pushed_loss_freezes_whoever_stands_on_that_document_and_a_death_ends_all()
    {
        using var register = P256Signer.Create();
        await using var authority = await TestAuthority.StartAsync("--Authority:RegisterPushKey", register.PublicKey.ToJwk());
        var (first, second) = (Persons.Adults[0], Persons.Adults[1]);
        using var wallet = await authority.EnrolAsync(first);
        using var other = await authority.EnrolAsync(second);
        var shop = await authority.PlatformAsync("shop");
        (await PushAsync(authority, register, new PushedChange(first.Id, "document-lost", "resident-id", second.Number, null))).EnsureSuccessStatusCode();
        Assert.Equal("pass", await ResultAsync(shop, wallet)); // another document
        var push = Signed(authority, register, new PushedChange(first.Id, "document-lost", "resident-id", first.Number, null));
        Assert.Equal(1, (int)(await SendAsync(authority, push).JsonAsync())["taken"]!);
        Assert.Equal(0, (int)(await SendAsync(authority, push).JsonAsync())["taken"]!);
        Assert.Equal("fail", await ResultAsync(shop, wallet));
        var freeze = (await wallet.ExecuteAsync("status").JsonAsync())["freezes"]![0]!;
        Assert.Equal(("register", "document-lost"), ((string?)freeze["by"], (string?)freeze["reason"]));
        (await wallet.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode();
        Assert.Equal("fail", await ResultAsync(shop, wallet)); // not the citizen's to lift

        (await PushAsync(authority, register, new PushedChange(second.Id, "deceased", null, null, null))).EnsureSuccessStatusCode();
        Assert.Equal("fail", await ResultAsync(shop, other));
        (await PushAsync(authority, register, new PushedChange("P999999", "deceased", null, null, null))).EnsureSuccessStatusCode(); // nobody here
    }

    [Fact]
    public async Task What_is_not_the_registers_of_now_and_for_this_authority_is_refused()
    {
        using var register = P256Signer.Create();
        using var stranger = P256Signer.Create();
        await using var authority = await TestAuthority.StartAsync("--Authority:RegisterPushKey", register.PublicKey.ToJwk());
        await using var without = await TestAuthority.StartAsync();
        var now = authority.Time.GetUtcNow();
        var good = new RegisterPush("http://localhost:5080", "j1", now, [new PushedChange(Persons.Adults[0].Id, "deceased", null, null, null)]);
        await SendAsync(without, good.Sign(register)).IsRefusedAsync(Refusal.RegisterPushNotOffered);
        string[] bad =
        [
            "no jws", good.Sign(stranger), (good with { Audience = "https://elsewhere.example" }).Sign(register),
            (good with { Time = now.AddMinutes(-6) }).Sign(register),
            (good with { Time = now.AddMinutes(1) }).Sign(register), (good with { Id = "" }).Sign(register),
        ];
        foreach (var jws in bad)
            await SendAsync(authority, jws).IsRefusedAsync(Refusal.RegisterPushInvalid);
        using var wrongType = await authority.Http.PostAsync("/v1/register-changes", new StringContent(good.Sign(register), Encoding.ASCII, "text/plain"));
        await Task.FromResult(wrongType).IsRefusedAsync(Refusal.WrongContentType);
        (await SendAsync(authority, (good with { Time = now.AddSeconds(8) }).Sign(register))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_feed_is_read_by_its_cursor_page_by_page_and_goes_on_after_a_failure_and_a_restart()
    {
        var asked = new ConcurrentQueue<string>();
        var person = Persons.Adults[0];
        var (fails, pages) = (true, new Dictionary<string, JsonObject>
        {
            [""] = Page("c1", new JsonObject { ["person"] = "P999999", ["what"] = "deceased" }),
            ["c1"] = Page("c2", new JsonObject { ["person"] = person.Id, ["what"] = "moved-house" }, new JsonObject { ["person"] = person.Id, ["what"] = "deceased" }),
            ["c2"] = Page("c2"),
        });
        await using var register = await ServeAsync(async context =>
        {
            if (context.Request.Path == "/documents/lookup")
            {
                await context.Response.WriteAsJsonAsync(new JsonObject
                {
                    ["person"] = person.Id,
                    ["name"] = person.Name,
                    ["birth_date"] = person.BirthDate.ToString("yyyy-MM-dd"),
                    ["status"] = "active",
                });
                return;
            }

            var after = (string?)context.Request.Query["after"] ?? "";
            asked.Enqueue($"{after}/{context.Request.Query["most"]}");
            if (after == "c1" && fails)
                context.Response.StatusCode = 500;
            else
                await context.Response.WriteAsJsonAsync(pages[after]);
        });
        await using var authority = await TestAuthority.StartAsync("--Register:Address", register.Urls.Single() + "/");
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        using var wallet = await authority.EnrolAsync(person);
        var shop = await authority.PlatformAsync("shop");
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        await Stored.UntilAsync(() => asked.Contains("c1/100"));
        Assert.Equal("pass", await ResultAsync(shop, wallet));
        await authority.StopAsync();
        fails = false;
        await authority.StartAgainAsync();
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        await Stored.UntilAsync(() => asked.Contains("c2/100"));
        Assert.Equal(1, asked.Count(page => page == "/100"));
        shop = await authority.PlatformAsync("shop");
        Assert.Equal("fail", await ResultAsync(shop, wallet));
    }

    private static JsonObject Page(string next, params JsonNode[] changes) => new() { ["changes"] = new JsonArray(changes), ["next"] = next };

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static string Signed(TestAuthority authority, P256Signer register, PushedChange change) =>
        new RegisterPush("http://localhost:5080", DevelopmentWallet.NewNonce(), authority.Time.GetUtcNow(), [change]).Sign(register);

    private static Task<HttpResponseMessage> PushAsync(TestAuthority authority, P256Signer register, PushedChange change) =>
        SendAsync(authority, Signed(authority, register, change));

    private static Task<HttpResponseMessage> SendAsync(TestAuthority authority, string jws) =>
        authority.Http.PostAsync("/v1/register-changes", new StringContent(jws, Encoding.ASCII, "application/jose"));

    private static async Task<string?> ResultAsync(DevelopmentPlatform platform, DevelopmentWallet wallet) =>
        (string?)(await platform.VerifyAsync(wallet).JsonAsync())["result"];
}
