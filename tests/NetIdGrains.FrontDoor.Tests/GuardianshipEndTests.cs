using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A4-5: when somebody is guardian no more, what they held for the child and what they consented to ends, and the other guardian's goes on.</summary>
public sealed class GuardianshipEndTests : IDisposable
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly Family Household = Family.WithChildOf(13, Today);

    private readonly DevelopmentCourt _court = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8)));
    private readonly string _courts = Directory.CreateTempSubdirectory("netid-courts-").FullName;

    public void Dispose() => Directory.Delete(_courts, recursive: true);

    [Fact]
    public async Task A4_5_Whoever_applied_for_a_child_gets_nothing_by_completing_again_once_they_are_guardian_no_more()
    {
        await using var authority = await StartAsync(movesTimers: true);
        using var parent = await authority.EnrolAsync(Household.Guardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, parent);
        var application = await child.BeginApplicationAsync();
        var document = DevelopmentWallet.DocumentBody(Household.Child.Number, Household.Child.Name);
        (await child.ApplyAsync(application, document, DevelopmentFace.Png(Household.Child.Number))).EnsureSuccessStatusCode();
        (await child.CompleteAsync(application)).EnsureSuccessStatusCode(); // its answer was lost
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Household.Guardian, hasEnded: true))).EnsureSuccessStatusCode();
        await child.CompleteAsync(application).IsRefusedAsync(Refusal.WardUnknown);
    }

    [Theory]
    [InlineData("court")]
    [InlineData("register")]
    [InlineData("lapse")]
    public async Task A4_5_What_a_guardian_held_ends_with_them_and_lists_say_so_and_the_others_goes_on(string ended)
    {
        await using var authority = await StartAsync(movesTimers: true);
        using var parent = await authority.EnrolAsync(Household.Guardian);
        var second = ended == "lapse" ? Persons.Adults.First(IsNoParent) : Household.OtherGuardian;
        using var other = await authority.EnrolAsync(second);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, parent);
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name, certificates: 2)).EnsureSuccessStatusCode();
        if (ended == "lapse")
            (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, second) with { Until = Today.AddDays(3) })).EnsureSuccessStatusCode();
        using var childOfOther = GuardianshipEvidenceTests.Held(authority, other, child);
        (await childOfOther.IssueAsync("refill", 2)).EnsureSuccessStatusCode();
        var (shop, bank) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("bank"));
        await ConsentAsync(childOfOther, "shop", authority);
        await ConsentAsync(child, "bank", authority);
        Assert.Equal(("pass", "pass"), (await ResultAsync(shop, childOfOther), await ResultAsync(bank, child)));

        switch (ended)
        {
            case "court":
                (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, second, hasEnded: true))).EnsureSuccessStatusCode();
                break;
            case "register":
                await NoteAsync(authority, child, other);
                break;
            default:
                authority.Time.Advance(TimeSpan.FromDays(3)); // noon of the last day
                Assert.Equal("pass", await ResultAsync(await authority.PlatformAsync("shop"), childOfOther));
                authority.Time.Advance(TimeSpan.FromHours(12)); // and nobody opens the record: the sweeper comes
                authority.Time.Advance(TimeSpan.FromMinutes(2));
                break;
        }

        if (ended != "lapse")
        {
            Assert.Equal(("fail", "pass"), (await ResultAsync(shop, childOfOther), await ResultAsync(bank, child)));
            Assert.Equal("guardianship-ended", await WhyAsync(child));
            authority.Time.Advance(TimeSpan.FromSeconds(2));
        }

        foreach (var certificate in childOfOther.Certificates)
            await UntilIsAsync(authority, certificate, TokenStatus.Invalid);
        foreach (var certificate in child.Certificates)
            await UntilIsAsync(authority, certificate, TokenStatus.Valid);
        await childOfOther.IssueAsync("refill", 1).IsRefusedAsync(Refusal.WardUnknown);
        (shop, bank) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("bank"));
        Assert.Equal(("fail", "pass"), (await ResultAsync(shop, childOfOther), await ResultAsync(bank, child)));
        Assert.Equal("fail", await ResultAsync(shop, child)); // the consent was the other's
        await ConsentAsync(child, "shop", authority);
        Assert.Equal("pass", await ResultAsync(shop, child));
    }

    [Fact]
    public async Task A5_2_Who_the_guardian_is_is_in_no_answer_to_the_child_and_in_no_export()
    {
        await using var authority = await StartAsync();
        using var parent = await authority.EnrolAsync(Household.Guardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, parent);
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name)).EnsureSuccessStatusCode();
        await ConsentAsync(child, "shop", authority);
        Assert.True(authority.Services.GetRequiredService<References>().TryOpenDevice(parent.Device!, out var guardian, out _));
        var consents = await child.ExecuteAsync("consents").JsonAsync();
        var export = await child.ExecuteWithPasswordAsync("export").JsonAsync();
        Assert.Contains("shop", consents.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("shop", export.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(guardian, consents.ToJsonString() + export.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>A crash may have somebody's leaving undo once more what it has undone; so nothing new is taken until it is done.</summary>
    [Fact]
    public async Task A9_4_While_the_ward_is_leaving_no_order_is_taken_and_afterwards_it_is()
    {
        await using var authority = await StartAsync();
        var family = Family.WithChildOf(17, Today);
        using var parent = await authority.EnrolAsync(family.Guardian);
        using var applicant = authority.NewWallet();
        var application = await applicant.BeginApplicationAsync();
        (await applicant.AgreeAsync(application)).EnsureSuccessStatusCode();
        (await applicant.DocumentAsync(application, DevelopmentWallet.DocumentBody(family.Child.Number, family.Child.Name))).EnsureSuccessStatusCode();
        (await applicant.AskGuardianAsync(application)).EnsureSuccessStatusCode();
        (await parent.ConfirmAsync(application)).EnsureSuccessStatusCode();
        (await applicant.CompleteAsync(application)).EnsureSuccessStatusCode();
        Assert.True(authority.Services.GetRequiredService<References>().TryOpenDevice(applicant.Device!, out var ward, out var device));
        var record = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<ICitizenGrain>(ward);
        var command = (await applicant.SignWithPasswordAsync("cancel")).Split('~');
        var note = await record.PrepareToLeave(new WalletCommand(command[0], device, command[1]));
        Assert.Equal(Refusal.None, note.Refusal);
        Assert.Equal(Refusal.None, (await record.Close(note.Value!)).Refusal); // and here the process dies

        var order = DevelopmentCourt.Order(authority, family.Child, Persons.Adults.First(IsNoParent));
        await _court.SendAsync(authority, order).IsRefusedAsync(Refusal.Unavailable);
        Assert.Equal("", authority.Rows("guardianship"));
        Assert.Equal(Refusal.None, (await record.Leave(note.Value!.ApplicationId)).Refusal);
        (await _court.SendAsync(authority, order)).EnsureSuccessStatusCode();
        Assert.NotEqual("", authority.Rows("guardianship"));
    }

    private static bool IsNoParent(Person person) => person.Id != Household.Guardian.Id && person.Id != Household.OtherGuardian.Id;

    private async Task<TestAuthority> StartAsync(bool movesTimers = false)
    {
        _court.PublishTo(_courts);
        var authority = await TestAuthority.StartAsync("--Authority:Courts", _courts);
        if (!movesTimers)
            return authority;
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        return authority;
    }

    internal static async Task NoteAsync(TestAuthority authority, DevelopmentWallet child, DevelopmentWallet guardian)
    {
        var references = authority.Services.GetRequiredService<References>();
        Assert.True(references.TryOpenDevice(child.Device!, out var ward, out _));
        Assert.True(references.TryOpenDevice(guardian.Device!, out var person, out _));
        var change = new RegisterChange(RegisterEvent.GuardianshipEnded, DocumentKind: null, DocumentNumber: null, person);
        var noted = await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<ICitizenGrain>(ward).Note(change);
        Assert.Equal(Refusal.None, noted.Refusal);
    }

    private static async Task UntilIsAsync(TestAuthority authority, string certificate, TokenStatus status)
    {
        var reference = StatusListTests.PlaceOf(certificate);
        for (var tries = 0; await StatusListTests.StatusAsync(authority, reference.List, reference.Index) != status; tries++)
        {
            Assert.True(tries < 200, $"It is not {status}.");
            authority.Time.Advance(TimeSpan.FromSeconds(6)); // a list is signed anew
        }
    }

    private static async Task<string?> WhyAsync(DevelopmentWallet child)
    {
        var line = (await child.ExecuteAsync("history").JsonAsync())["history"]!["lines"]!.AsArray().First(line => !(bool)line!["passed"]!)!;
        return (string?)(await child.ExecuteAsync("explain", new JsonObject { ["decision"] = (string?)line["transaction_id"] }).JsonAsync())["explained"]!["reason"];
    }

    private static async Task<string?> ResultAsync(FrontDoor.DevelopmentPlatform platform, DevelopmentWallet wallet) =>
        (string?)(await platform.VerifyAsync(wallet).JsonAsync())["result"];

    private static async Task ConsentAsync(DevelopmentWallet child, string platform, TestAuthority authority)
    {
        var body = new JsonObject { ["platform"] = platform, ["fields"] = new JsonArray(), ["until"] = authority.Time.GetUtcNow().AddDays(20) };
        (await child.ExecuteAsync("consent-for-ward", body)).EnsureSuccessStatusCode();
    }
}
