using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A4-5: who is guardian by one word and then by another, without a moment between them, is guardian all along.</summary>
public sealed class GuardianshipAllAlongTests : IDisposable
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly Family Household = Family.WithChildOf(12, Today);
    private static readonly Person Aunt = Persons.Adults.First(adult => adult.Id != Household.Guardian.Id && adult.Id != Household.OtherGuardian.Id);

    private readonly DevelopmentCourt _court = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8)));
    private readonly string _courts = Directory.CreateTempSubdirectory("netid-courts-").FullName;

    public void Dispose() => Directory.Delete(_courts, recursive: true);

    [Fact]
    public async Task A5_2_A_consent_goes_on_where_a_court_has_named_its_guardian_before_the_register_ceased_to()
    {
        await using var authority = await StartAsync();
        using var parent = await authority.EnrolAsync(Household.Guardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, parent);
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name, certificates: 4)).EnsureSuccessStatusCode();
        await ConsentAsync(authority, child);
        var shop = await authority.PlatformAsync("shop");
        authority.Time.Advance(TimeSpan.FromSeconds(2));
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Household.Guardian))).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromSeconds(2));
        await GuardianshipEndTests.NoteAsync(authority, child, parent);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(child).JsonAsync())["result"]);

        authority.Time.Advance(TimeSpan.FromSeconds(2));
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Household.Guardian, hasEnded: true))).EnsureSuccessStatusCode();
        Assert.Equal("fail", (string?)(await shop.VerifyAsync(child).JsonAsync())["result"]);
    }

    [Fact]
    public async Task However_much_a_guardian_for_a_time_does_the_sweeper_comes_for_them_once()
    {
        await using var authority = await StartAsync();
        using var aunt = await authority.EnrolAsync(Aunt);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, aunt);
        var order = DevelopmentCourt.Order(authority, Household.Child, Aunt) with { Until = Today.AddDays(300) };
        (await _court.SendAsync(authority, order)).EnsureSuccessStatusCode();
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name)).EnsureSuccessStatusCode();
        var before = Watches(authority);
        for (var time = 0; time < 4; time++)
        {
            (await child.ExecuteAsync("status")).EnsureSuccessStatusCode();
            (await _court.SendAsync(authority, order)).EnsureSuccessStatusCode();
        }

        Assert.InRange(before, 1, 3);
        Assert.Equal(before, Watches(authority));
    }

    private static int Watches(TestAuthority authority) => authority.Deadlines().Split("statuses/").Length - 1;

    private async Task<TestAuthority> StartAsync()
    {
        _court.PublishTo(_courts);
        return await TestAuthority.StartAsync("--Authority:Courts", _courts);
    }

    private static async Task ConsentAsync(TestAuthority authority, DevelopmentWallet child)
    {
        var body = new JsonObject { ["platform"] = "shop", ["fields"] = new JsonArray(), ["until"] = authority.Time.GetUtcNow().AddDays(20) };
        (await child.ExecuteAsync("consent-for-ward", body)).EnsureSuccessStatusCode();
    }
}
