using System.Net;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What is more than can be answered is told so at once, and takes nothing from what is being answered.</summary>
public sealed class SheddingTests
{
    [Fact]
    public async Task While_as_many_requests_wait_as_may_the_next_is_told_to_come_again_and_health_is_still_told()
    {
        await using var authority = await TestAuthority.StartAsync("--MostRequests", "1");
        var shop = await authority.PlatformAsync("shop");
        var begun = await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync();
        Task<HttpResponseMessage> Wait() => shop.PollAsync((string)begun["transaction_id"]!, wait: 3);
        var waiting = Wait();
        var refused = await authority.Http.GetAsync("/v1/report");
        while (refused.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            if (waiting.IsCompleted) // it came second itself
                waiting = Wait();
            refused = await authority.Http.GetAsync("/v1/report");
        }

        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter?.Delta);
        await Task.FromResult(refused).IsRefusedAsync(Refusal.Unavailable);
        foreach (var health in (string[])["/health/live", "/health/ready"])
            Assert.Equal(HttpStatusCode.OK, (await authority.Http.GetAsync(health)).StatusCode);
        Assert.Equal("pending", (string?)(await waiting.JsonAsync())["status"]);
        Assert.Equal(HttpStatusCode.OK, (await authority.Http.GetAsync("/v1/report")).StatusCode);
    }
}
