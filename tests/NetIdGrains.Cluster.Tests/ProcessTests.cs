using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.ClusterTests;

/// <summary>Silos and front doors together, over HTTP.</summary>
public sealed class ProcessTests(Azurite azurite)
{
    /// <summary>Less than Orleans takes by itself to find silos again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task Whoever_enrols_at_one_front_door_is_verified_at_another_and_a_freeze_holds_at_once()
    {
        await using var processes = new Processes(azurite);
        await processes.StartSiloAsync(0);
        await processes.StartSiloAsync(1);
        var (first, firstHttp) = await processes.StartFrontDoorAsync([0]);
        var (_, secondHttp) = await processes.StartFrontDoorAsync([1]);
        using var wallet = new DevelopmentWallet(firstHttp, TimeProvider.System);
        using (var enrolled = await wallet.ApplyAsync("619901198705140059", "雷强", certificates: 3))
            Assert.True(enrolled.IsSuccessStatusCode, await enrolled.Content.ReadAsStringAsync());
        using var key = P256Signer.Create();
        var shop = await PlatformAsync(first, secondHttp, key);
        Assert.Equal("pass", (string?)(await JsonAsync(await shop.VerifyAsync(wallet)))["result"]);
        using (var frozen = await wallet.ExecuteAsync("freeze"))
            Assert.True(frozen.IsSuccessStatusCode, await frozen.Content.ReadAsStringAsync());
        Assert.Equal("fail", (string?)(await JsonAsync(await shop.VerifyAsync(wallet)))["result"]);
        firstHttp.Dispose();
        secondHttp.Dispose();
    }

    [Fact]
    public async Task Without_storage_everything_is_refused_as_not_finished_and_afterwards_and_after_all_silos_went_what_was_said_stands()
    {
        await using var processes = new Processes(azurite);
        var silo = await processes.StartSiloAsync(0);
        var (_, http) = await processes.StartFrontDoorAsync([0]);
        using var wallet = new DevelopmentWallet(http, TimeProvider.System);
        using (var enrolled = await wallet.ApplyAsync("619901198705140059", "雷强"))
            Assert.True(enrolled.IsSuccessStatusCode, await enrolled.Content.ReadAsStringAsync());
        processes.IsStorageAway = true;
        for (var tries = 0; tries < 3; tries++)
        {
            using var refused = await wallet.ExecuteAsync("freeze");
            Assert.Equal((HttpStatusCode.ServiceUnavailable, 2d), (refused.StatusCode, refused.Headers.RetryAfter?.Delta?.TotalSeconds));
        }

        processes.IsStorageAway = false;
        Assert.Equal("active", (string?)(await JsonAsync(await wallet.ExecuteAsync("status")))["status"]); // nothing half done
        Assert.Equal("frozen", (string?)(await JsonAsync(await wallet.ExecuteAsync("freeze")))["status"]);
        await processes.StopAsync(silo);
        await processes.StartSiloAsync(0);
        await UntilAsync(async () => await StatusAsync(http, "/health/ready") == HttpStatusCode.OK);
        Assert.Equal("frozen", (string?)(await JsonAsync(await wallet.ExecuteAsync("status")))["status"]);
        using var again = new DevelopmentWallet(http, TimeProvider.System);
        using var known = await again.ApplyAsync("619901198705140059", "雷强");
        Assert.Equal(RefusalTable.Entries[Refusal.AlreadyEnrolled].Type, (string?)(await JsonAsync(known))["type"]);
        http.Dispose();
    }

    [Fact]
    public async Task Without_silos_a_front_door_says_so_at_once_and_serves_again_by_itself_when_they_are_back()
    {
        await using var processes = new Processes(azurite);
        var (_, http) = await processes.StartFrontDoorAsync([0], isWaitedFor: false);
        await UntilAsync(async () => await StatusAsync(http, "/health/live") == HttpStatusCode.OK);
        await IsAwayAsync(http);
        for (var round = 0; round < 2; round++)
        {
            var silo = await processes.StartSiloAsync(0);
            await UntilAsync(async () => await StatusAsync(http, "/v1/platforms") == HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/ready"));
            await processes.StopAsync(silo);
            await UntilAsync(async () => await StatusAsync(http, "/health/ready") == HttpStatusCode.ServiceUnavailable);
            await IsAwayAsync(http);
        }

        http.Dispose();
    }

    private static async Task IsAwayAsync(HttpClient http)
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, "/health/ready"));
        using var refused = await http.GetAsync("/v1/platforms").WaitAsync(TimeSpan.FromSeconds(5)); // less than a call would wait for
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 2d), (refused.StatusCode, refused.Headers.RetryAfter?.Delta?.TotalSeconds));
        Assert.Equal(RefusalTable.Entries[Refusal.Unavailable].Type, (string?)(await JsonAsync(refused))["type"]);
    }

    private static async Task<DevelopmentPlatform> PlatformAsync(WebApplication at, HttpClient http, P256Signer key)
    {
        var registration = DevelopmentPlatform.Registration("shop", key.PublicKey).ToRegistration("shop");
        var answer = await at.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>("shop")
            .Register(new RegisterPlatform(registration, new Attribution("For a test", "test")));
        Assert.Equal(Refusal.None, answer.Refusal);
        var platform = new DevelopmentPlatform(http, "shop", key, TimeProvider.System);
        using var response = await platform.AuthenticateAsync();
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return platform;
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using var response = await http.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // it does not listen yet
        }
    }

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response)
    {
        using (response)
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, "It never came to be.");
            await Task.Yield();
        }
    }
}
