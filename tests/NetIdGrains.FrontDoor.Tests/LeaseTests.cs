using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What front doors may do for a platform without asking, and what of it all of them together keep to.</summary>
public sealed class LeaseTests
{
    private const int FrontDoors = 4;

    [Fact]
    public async Task A_suspension_is_felt_at_every_front_door_within_one_lease_and_asked_about_once_a_lease()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var shop = await authority.PlatformAsync("shop");
        authority.Time.Stop();
        var asked = new CountingGrains(authority);
        var doors = Doors(authority, asked, "shop");
        async Task<PlatformStatus[]> StatusesAsync() => [.. (await Task.WhenAll(doors.Select(door => door.TakeAsync(spends: false).AsTask())))
            .Select(taken => taken.Lease!.Status)];
        for (var time = 0; time < 50; time++)
            Assert.All(await StatusesAsync(), status => Assert.Equal(PlatformStatus.Approved, status));
        Assert.Equal(FrontDoors, asked.Leases.Count);
        (await shop.SendAsync(HttpMethod.Get, "/v1/platform")).EnsureSuccessStatusCode();

        (await officer.ChangeAsync("shop", "suspended")).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.All(await StatusesAsync(), status => Assert.Equal(PlatformStatus.Approved, status));
        Assert.Equal(FrontDoors, asked.Leases.Count);
        authority.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.All(await StatusesAsync(), status => Assert.Equal(PlatformStatus.Suspended, status));
        Assert.Equal(2 * FrontDoors, asked.Leases.Count);
        await shop.SendAsync(HttpMethod.Get, "/v1/platform").IsRefusedAsync(Refusal.PlatformNotApproved);
        await shop.AuthenticateAsync().IsRefusedAsync(Refusal.PlatformNotApproved);

        (await officer.ChangeAsync("shop", "approved")).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        (await shop.SendAsync(HttpMethod.Get, "/v1/platform")).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(19)]
    [InlineData(3)]
    public async Task A_burst_from_every_front_door_gets_the_quota_and_not_one_more(int quota)
    {
        await using var authority = await TestAuthority.StartAsync();
        await authority.PlatformAsync("shop", document => document with { Quota = quota });
        authority.Time.Stop();
        var doors = Doors(authority, new CountingGrains(authority), "shop");
        Assert.Equal(quota, await BurstAsync(doors, quota));
        Assert.Equal(0, await BurstAsync(doors, quota));
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(quota, await BurstAsync(doors[..1], quota)); // through one alone as well
        authority.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(quota, await BurstAsync(doors, quota)); // quiet hours are not saved up
    }

    // Each slice is of one here, and each answer wakes all that wait: the last of them asks nineteen times.
    [Fact]
    public async Task Whoever_waits_for_a_slice_that_others_take_gets_one_of_the_next()
    {
        await using var authority = await TestAuthority.StartAsync();
        await authority.PlatformAsync("shop", document => document with { Quota = 19 });
        authority.Time.Stop();
        var grain = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>("shop");
        var asked = Channel.CreateUnbounded<(LeaseRequest Request, TaskCompletionSource<Answer<PlatformLease>> Answer)>();
        var door = new HeldLease(new WatchedPlatform(grain, AskAsync), authority.Time, TimeSpan.FromSeconds(1));
        Task<Answer<PlatformLease>> AskAsync(LeaseRequest request)
        {
            var answer = new TaskCompletionSource<Answer<PlatformLease>>(); // what waits goes on before the next is answered
            asked.Writer.TryWrite((request, answer));
            return answer.Task;
        }

        var waiting = await Task.Run(() => Enumerable.Range(0, 19).Select(_ => door.TakeAsync(spends: true).AsTask()).ToArray());
        _ = Task.WhenAll(waiting).ContinueWith(_ => asked.Writer.TryComplete(), TaskScheduler.Default);
        await Task.Run(async () =>
        {
            await foreach (var (request, answer) in asked.Reader.ReadAllAsync())
                answer.SetResult(await grain.Lease(request));
        });
        Assert.All(await Task.WhenAll(waiting), one => Assert.Equal(Refusal.None, one.Refusal));
    }

    [Fact]
    public async Task The_quota_is_held_within_one_slice_for_each_front_door()
    {
        const int Quota = 100;
        const int Slice = Quota / 10;
        await using var authority = await TestAuthority.StartAsync("--Authority:LeaseDuration", "00:00:10");
        await authority.PlatformAsync("shop", document => document with { Quota = Quota });
        authority.Time.Stop();
        var doors = Doors(authority, new CountingGrains(authority), "shop", TimeSpan.FromSeconds(10));
        Assert.Equal(FrontDoors, await BurstAsync(doors, 1)); // each has a slice now, and has used one of it
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Quota + (FrontDoors * (Slice - 1)), await BurstAsync(doors, 2 * Quota));
        var served = 0;
        for (var second = 0; second < 20; second++)
        {
            authority.Time.Advance(TimeSpan.FromSeconds(1));
            served += await BurstAsync(doors, 2 * Quota);
        }

        Assert.InRange(served, 20 * Quota, (20 * Quota) + (FrontDoors * Slice));
    }

    [Fact]
    public async Task What_a_front_door_does_not_use_comes_back()
    {
        await using var authority = await TestAuthority.StartAsync();
        await authority.PlatformAsync("shop", document => document with { Quota = 100 });
        authority.Time.Stop();
        var asked = new CountingGrains(authority);
        var doors = Doors(authority, asked, "shop");
        Assert.Equal(Refusal.None, (await doors[0].TakeAsync(spends: true)).Refusal);
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Refusal.None, (await doors[0].TakeAsync(spends: false)).Refusal);
        Assert.Equal([0, 9], asked.Leases.Select(request => request.Unused));

        // 90 are left beside the slice of the first. It hands that back unused, and others get it.
        var grain = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>("shop");
        Assert.Equal(90, await BurstAsync(doors[1..], 100));
        Assert.Equal(0, (await grain.Lease(new LeaseRequest(0, 0))).Value!.Slice);
        Assert.Equal(10, (await grain.Lease(new LeaseRequest(10, 0))).Value!.Slice);
        Assert.Equal(TimeSpan.FromMilliseconds(10), (await grain.Lease(new LeaseRequest(0, 0))).Value!.RetryAfter);
        Assert.Equal(10, (await grain.Lease(new LeaseRequest(int.MaxValue, 0))).Value!.Slice); // never more than the quota
        Assert.Equal(10, (await grain.Lease(new LeaseRequest(-1000, 0))).Value!.Slice);
    }

    [Fact]
    public async Task A_spent_quota_says_when_there_is_more_and_every_answer_what_is_left()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop", document => document with { Quota = 20 });
        authority.Time.Stop();
        for (var left = 19; left >= 0; left--)
        {
            using var served = await shop.VerifyAsync(wallet);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            IsTold(served, 20, left % 2); // in slices of two
            Assert.Null(served.Headers.RetryAfter);
        }

        using var spent = await shop.VerifyAsync(wallet);
        IsTold(spent, 20, 0);
        Assert.Equal(TimeSpan.FromSeconds(1), spent.Headers.RetryAfter!.Delta);
        await Task.FromResult(spent).IsRefusedAsync(Refusal.QuotaSpent);
        await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).IsRefusedAsync(Refusal.QuotaSpent);
        await shop.VerifyCodeAsync(wallet.NetId!, "12345678").IsRefusedAsync(Refusal.QuotaSpent);
        (await shop.SendAsync(HttpMethod.Get, "/v1/platform")).EnsureSuccessStatusCode(); // looking is free
        authority.Time.Advance(TimeSpan.FromMilliseconds(50));
        (await shop.VerifyAsync(wallet)).EnsureSuccessStatusCode();
        await shop.VerifyAsync(wallet).IsRefusedAsync(Refusal.QuotaSpent);
    }

    [Fact]
    public async Task A_flood_from_one_platform_harms_no_other_and_hardly_reaches_its_own_grain()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        var flooder = await authority.PlatformAsync("flooder", document => document with { Quota = 5 });
        var shop = await authority.PlatformAsync("shop");
        authority.Time.Stop();
        var flood = Enumerable.Range(0, 400).Select(async _ =>
        {
            using var answer = await flooder.VerifyAsync(wallet);
            return answer.StatusCode;
        }).ToList();
        var served = new List<HttpStatusCode>();
        for (var count = 0; count < 50; count++)
        {
            using var answer = await shop.VerifyAsync(wallet);
            served.Add(answer.StatusCode);
        }

        Assert.All(served, status => Assert.Equal(HttpStatusCode.OK, status));
        var flooded = await Task.WhenAll(flood);
        Assert.Equal(5, flooded.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(395, flooded.Count(status => status == HttpStatusCode.TooManyRequests));

        authority.Time.Advance(TimeSpan.FromSeconds(1));
        var asked = new CountingGrains(authority);
        var doors = Doors(authority, asked, "flooder");
        Assert.Equal(5, await BurstAsync(doors, 2_000));
        Assert.InRange(asked.Leases.Count, 5, 5 + FrontDoors);
    }

    private static void IsTold(HttpResponseMessage response, int quota, int left)
    {
        Assert.Equal($"\"verifications\";q={quota};w=1", response.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal($"\"verifications\";r={left};t=1", response.Headers.GetValues("RateLimit").Single());
    }

    /// <summary>That many at once from each; how many were let through.</summary>
    private static async Task<int> BurstAsync(HeldLease[] doors, int each)
    {
        var taken = await Task.WhenAll(doors.SelectMany(door => Enumerable.Range(0, each).Select(_ => door.TakeAsync(spends: true).AsTask())));
        Assert.All(taken, one => Assert.True(one.Refusal is Refusal.None or Refusal.QuotaSpent));
        Assert.All(taken.Where(one => one.Refusal == Refusal.QuotaSpent), one => Assert.True(one.Wait > TimeSpan.Zero));
        return taken.Count(one => one.Refusal == Refusal.None);
    }

    private static HeldLease[] Doors(TestAuthority authority, IGrainFactory grains, string platform, TimeSpan? lease = null) =>
        [.. Enumerable.Range(0, FrontDoors).Select(_ => new PlatformLeases(
            grains, authority.Time, new AuthorityOptions { LeaseDuration = lease ?? TimeSpan.FromSeconds(1) }).Of(platform))];

    /// <summary>The authority's own grains, and a note of each lease that was asked for.</summary>
    private sealed class CountingGrains(TestAuthority authority) : IGrainFactory
    {
        private readonly IGrainFactory _grains = authority.Services.GetRequiredService<IGrainFactory>();

        public ConcurrentQueue<LeaseRequest> Leases { get; } = [];

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey
        {
            var grain = _grains.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
            return grain is IPlatformGrain platform
                ? (TGrainInterface)(IGrainWithStringKey)new WatchedPlatform(platform, request => NotedAsync(platform, request))
                : grain;
        }

        private Task<Answer<PlatformLease>> NotedAsync(IPlatformGrain platform, LeaseRequest request)
        {
            Leases.Enqueue(request);
            return platform.Lease(request);
        }
    }

    private sealed class WatchedPlatform(IPlatformGrain platform, Func<LeaseRequest, Task<Answer<PlatformLease>>> lease) : IPlatformGrain
    {
        public Task<Answer<PlatformLease>> Lease(LeaseRequest request) => lease(request);

        public Task<Answer<PlatformRecord>> Register(RegisterPlatform command) => platform.Register(command);

        public Task<Answer<PlatformRecord>> Request(RegisterPlatform command) => platform.Request(command);

        public Task<Answer<PlatformRecord>> Amend(RegisterPlatform command) => platform.Amend(command);

        public Task<Answer<PlatformRecord>> Change(ChangeStatus command) => platform.Change(command);

        public Task<Answer<PlatformRecord>> ReplaceKeys(ReplaceKeys command) => platform.ReplaceKeys(command);

        public Task<Answer<PlatformRecord>> RemoveKey(string thumbprint) => platform.RemoveKey(thumbprint);

        public Task<Answer<PlatformRecord>> RenewCallbackSecret() => platform.RenewCallbackSecret();

        public Task<PlatformRecord?> Record() => platform.Record();

        public Task<Answer<AccessToken>> Authenticate(ClientAssertion assertion) => platform.Authenticate(assertion);
    }
}
