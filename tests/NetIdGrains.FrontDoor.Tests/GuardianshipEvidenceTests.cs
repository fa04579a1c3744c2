using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A4-5: a court's signed word on who is a child's guardian, beside what the register says and before it.</summary>
public sealed class GuardianshipEvidenceTests : IDisposable
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);
    private static readonly Family Household = Family.WithChildOf(12, Today);
    private static readonly Person Aunt = Persons.Adults.First(adult => adult.Id != Household.Guardian.Id && adult.Id != Household.OtherGuardian.Id);
    private static readonly Person Uncle = Persons.Adults.Last(adult => adult.Id != Household.Guardian.Id && adult.Id != Household.OtherGuardian.Id);

    private readonly string _courts = Directory.CreateTempSubdirectory("netid-courts-").FullName;
    private readonly DevelopmentCourt _court = new(Start);

    public void Dispose() => Directory.Delete(_courts, recursive: true);

    [Fact]
    public async Task A4_5_An_order_meets_its_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:Courts", _courts);
        var stranger = new DevelopmentCourt(Start);
        var good = DevelopmentCourt.Order(authority, Household.Child, Aunt);
        var bad = good with { Audience = "https://elsewhere.example", Issued = Start.AddDays(-8), Guardian = good.Ward };
        var expired = _court.Certify(Start.AddDays(-20), Start.AddDays(-9));

        await Refused(Refusal.OrderMalformed, "no order");
        var reading = new DocumentReading(DocumentKind.ResidentId, Aunt.Number, Aunt.Name, Aunt.BirthDate, Expiry: null);
        await Refused(Refusal.OrderMalformed, reading.Sign(DevelopmentCourt.Id, "challenge", Start, _court.Key, [_court.Certificate])); // another type
        await Refused(Refusal.OrderMalformed, _court.Sign(good with { HasEnded = true, Until = Today })); // until when has nothing ended
        await Refused(Refusal.CourtNotAccredited, _court.Sign(bad)); // nobody is
        Publish(withList: false);
        await Refused(Refusal.CourtNotAccredited, stranger.Sign(bad));
        await Refused(Refusal.CourtNotAccredited, _court.Sign(bad, _court.CertifyAsReader()));
        await Refused(Refusal.CourtNotAccredited, _court.Sign(good, expired));
        await Refused(Refusal.CourtNotAccredited, _court.Sign(good, _court.Certify(Start.AddDays(1), Start.AddDays(2))));
        var isCertified = bad with { Issued = Start.AddHours(-1), Audience = "https://elsewhere.example" };
        await Refused(Refusal.CourtsUnknown, _court.Sign(isCertified));
        Publish(revoked: [_court.Certificate]);
        await Refused(Refusal.CourtNotAccredited, _court.Sign(isCertified));
        Publish();
        var (one, other) = (_court.Sign(isCertified), _court.Sign(isCertified with { Reference = "another" }));
        await Refused(Refusal.OrderSignature, $"{one[..one.LastIndexOf('.')]}{other[other.LastIndexOf('.')..]}"); // edited
        await Refused(Refusal.CourtNotAccredited, _court.Sign(isCertified with { Court = "another" }));
        await Refused(Refusal.OrderAudience, _court.Sign(isCertified));
        var longCertified = _court.Certify(Start.AddDays(-20), Start.AddDays(20));
        await Refused(Refusal.OrderStale, _court.Sign(bad with { Audience = good.Audience }, longCertified));
        await Refused(Refusal.OrderStale, _court.Sign(good with { Issued = authority.Time.GetUtcNow().AddMinutes(2) }));
        await Refused(Refusal.OrderMalformed, _court.Sign(good with { Guardian = good.Ward, From = Today.AddDays(1) }));
        await Refused(Refusal.OrderMalformed, _court.Sign(good with { Ward = new OrderedPerson(DocumentKind.ResidentId, "1234") }));
        var nobody = new OrderedPerson(DocumentKind.ResidentId, "619901198705140059");
        await Refused(Refusal.OrderNotInForce, _court.Sign(good with { Guardian = nobody, From = Today.AddDays(1) }));
        await Refused(Refusal.OrderNotInForce, _court.Sign(good with { Guardian = nobody, Until = Today.AddDays(-1) }));
        var child = DevelopmentCourt.Named(Family.WithChildOf(16, Today).Child);
        await Refused(Refusal.GuardianUnderAge, _court.Sign(good with { Ward = DevelopmentCourt.Named(Uncle), Guardian = child }));
        await Refused(Refusal.WardOfAge, _court.Sign(good with { Ward = DevelopmentCourt.Named(Uncle) }));
        (await _court.SendAsync(authority, good with { Issued = authority.Time.GetUtcNow().AddSeconds(30) })).EnsureSuccessStatusCode();

        async Task Refused(Refusal refusal, string jws) => await DevelopmentCourt.SendAsync(authority, jws).IsRefusedAsync(refusal);

        void Publish(bool withList = true, params byte[][] revoked)
        {
            _court.PublishTo(_courts, withList, revoked);
            authority.Time.Advance(TimeSpan.FromMinutes(1.1));
        }
    }

    [Fact]
    public async Task A4_5_Whom_the_register_does_not_know_is_named_by_no_order()
    {
        await using var authority = await StartAsync();
        var order = DevelopmentCourt.Order(authority, Household.Child, Aunt);
        var gone = Passport("EA0000017");
        await _court.SendAsync(authority, order with { Ward = gone }).IsRefusedAsync(Refusal.OrderPersonUnknown);
        await _court.SendAsync(authority, order with { Guardian = gone }).IsRefusedAsync(Refusal.OrderPersonUnknown);
    }

    [Fact]
    public async Task A4_5_A_courts_key_reads_no_documents()
    {
        _court.PublishTo(_courts);
        await using var authority = await TestAuthority.StartAsync("--Authority:Readers", _courts);
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        var reading = new DocumentReading(DocumentKind.ResidentId, Aunt.Number, Aunt.Name, Aunt.BirthDate, Expiry: null);
        var now = authority.Time.GetUtcNow();
        var byCourt = reading.Sign(DevelopmentCourt.Id, application, now, _court.Key, [_court.Certificate]);
        await wallet.DocumentAsync(application, DevelopmentWallet.EvidenceBody(byCourt)).IsRefusedAsync(Refusal.ReaderNotAccredited);
        var asReader = reading.Sign(DevelopmentCourt.Id, application, now, _court.Key, [_court.CertifyAsReader()]);
        (await wallet.DocumentAsync(application, DevelopmentWallet.EvidenceBody(asReader))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A4_5_A_guardian_by_court_applies_and_consents_until_the_court_ends_it()
    {
        await using var authority = await StartAsync();
        using var aunt = await authority.EnrolAsync(Aunt);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, aunt);
        await child.ApplyAsync(Household.Child.Number, Household.Child.Name).IsRefusedAsync(Refusal.WardUnknown);
        var established = _court.Sign(DevelopmentCourt.Order(authority, Household.Child, Aunt));
        var first = await DevelopmentCourt.SendAsync(authority, established).JsonAsync();
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name)).EnsureSuccessStatusCode();
        var again = await DevelopmentCourt.SendAsync(authority, established).JsonAsync();
        Assert.Equal(first.ToJsonString(), again.ToJsonString()); // whether anyone is enrolled does not show
        var shop = await authority.PlatformAsync("shop");
        await ConsentAsync(authority, child);
        Assert.Equal("pass", await ResultAsync(shop, child));

        authority.Time.Advance(TimeSpan.FromSeconds(2));
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Aunt, hasEnded: true))).EnsureSuccessStatusCode();
        Assert.Equal("fail", await ResultAsync(shop, child));
        await child.ExecuteAsync("consent-for-ward", ConsentBody(authority)).IsRefusedAsync(Refusal.WardUnknown);
        (await DevelopmentCourt.SendAsync(authority, established)).EnsureSuccessStatusCode(); // overtaken
        await child.ExecuteAsync("consent-for-ward", ConsentBody(authority)).IsRefusedAsync(Refusal.WardUnknown);
        Assert.Equal("fail", await ResultAsync(shop, child));

        authority.Time.Advance(TimeSpan.FromSeconds(2));
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Aunt))).EnsureSuccessStatusCode();
        (await child.IssueAsync("renew", 1)).EnsureSuccessStatusCode(); // nor do certificates
        Assert.Equal("fail", await ResultAsync(shop, child)); // consents from before do not come back
        await ConsentAsync(authority, child);
        Assert.Equal("pass", await ResultAsync(shop, child));
    }

    [Fact]
    public async Task A4_5_An_order_that_comes_after_the_child_is_enrolled_counts_until_its_last_day()
    {
        await using var authority = await StartAsync();
        using var parent = await authority.EnrolAsync(Household.Guardian);
        using var aunt = await authority.EnrolAsync(Aunt);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, parent);
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name)).EnsureSuccessStatusCode();
        using var childOfAunt = Held(authority, aunt, child);
        await childOfAunt.ExecuteAsync("status").IsRefusedAsync(Refusal.WardUnknown);
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Aunt) with { Until = Today.AddDays(2) })).EnsureSuccessStatusCode();
        await ConsentAsync(authority, childOfAunt);
        (await child.ExecuteAsync("status")).EnsureSuccessStatusCode(); // a parent, as before
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", await ResultAsync(shop, child));

        authority.Time.Advance(TimeSpan.FromDays(2)); // noon of the last day
        (await childOfAunt.ExecuteAsync("status")).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromHours(12));
        await childOfAunt.ExecuteAsync("status").IsRefusedAsync(Refusal.WardUnknown);
        shop = await authority.PlatformAsync("shop");
        Assert.Equal("fail", await ResultAsync(shop, child)); // the consent was the aunt's
        await ConsentAsync(authority, child);
        Assert.Equal("pass", await ResultAsync(shop, child));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A4_5_A_parent_whom_a_court_has_deprived_acts_no_more_and_the_other_does(bool beforeEnrolment)
    {
        await using var authority = await StartAsync();
        using var parent = await authority.EnrolAsync(Household.Guardian);
        using var other = await authority.EnrolAsync(Household.OtherGuardian);
        var ended = DevelopmentCourt.Order(authority, Household.Child, Household.Guardian, hasEnded: true);
        if (beforeEnrolment)
            (await _court.SendAsync(authority, ended)).EnsureSuccessStatusCode();
        using var child = new DevelopmentWallet(authority.Http, authority.Time, other);
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name)).EnsureSuccessStatusCode();
        (await _court.SendAsync(authority, ended)).EnsureSuccessStatusCode();
        using var childOfParent = Held(authority, parent, child);
        await childOfParent.ExecuteAsync("status").IsRefusedAsync(Refusal.WardUnknown);
        using var applied = new DevelopmentWallet(authority.Http, authority.Time, parent);
        await applied.ApplyAsync(Household.Child.Number, Household.Child.Name).IsRefusedAsync(Refusal.WardUnknown);
        (await child.ExecuteAsync("status")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A4_4_A_guardian_by_court_confirms_and_a_deprived_parent_does_not()
    {
        await using var authority = await StartAsync();
        var family = Family.WithChildOf(17, Today);
        using var parent = await authority.EnrolAsync(family.Guardian);
        var byCourt = Persons.Adults.First(adult => adult.Id != family.Guardian.Id && adult.Id != family.OtherGuardian.Id);
        using var guardian = await authority.EnrolAsync(byCourt);
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, family.Child, family.Guardian, hasEnded: true))).EnsureSuccessStatusCode();
        using var applicant = authority.NewWallet();
        var application = await applicant.BeginApplicationAsync();
        (await applicant.AgreeAsync(application)).EnsureSuccessStatusCode();
        (await applicant.DocumentAsync(application, DevelopmentWallet.DocumentBody(family.Child.Number, family.Child.Name))).EnsureSuccessStatusCode();
        (await applicant.AskGuardianAsync(application)).EnsureSuccessStatusCode();
        await parent.ConfirmAsync(application).IsRefusedAsync(Refusal.ApplicationUnknown);
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.ApplicationUnknown);
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, family.Child, byCourt))).EnsureSuccessStatusCode();
        (await guardian.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.GuardianCannotAct);
        (await guardian.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode();
        (await guardian.ConfirmAsync(application)).EnsureSuccessStatusCode();
        (await applicant.CompleteAsync(application)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A4_5_Courts_name_two_guardians_at_a_time()
    {
        await using var authority = await StartAsync();
        foreach (var guardian in new[] { Aunt, Uncle })
            (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, guardian))).EnsureSuccessStatusCode();
        var third = Persons.Adults.First(adult => adult.Id != Aunt.Id && adult.Id != Uncle.Id);
        await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, third)).IsRefusedAsync(Refusal.TooManyGuardians);
        authority.Time.Advance(TimeSpan.FromSeconds(2));
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, Aunt, hasEnded: true))).EnsureSuccessStatusCode();
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, Household.Child, third))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A9_4_When_the_ward_leaves_nothing_is_left_of_what_courts_have_said()
    {
        await using var authority = await StartAsync();
        using var aunt = await authority.EnrolAsync(Aunt);
        var order = DevelopmentCourt.Order(authority, Household.Child, Aunt);
        (await _court.SendAsync(authority, order)).EnsureSuccessStatusCode();
        using var child = new DevelopmentWallet(authority.Http, authority.Time, aunt);
        (await child.ApplyAsync(Household.Child.Number, Household.Child.Name)).EnsureSuccessStatusCode();
        var references = authority.Services.GetRequiredService<References>();
        Assert.True(references.TryOpenDevice(child.Device!, out var ward, out _));
        Assert.True(references.TryOpenDevice(aunt.Device!, out var guardian, out _));
        Assert.NotNull(authority.RowText($"guardianship/{ward}"));
        foreach (var value in new[] { guardian, order.Digest, order.Reference, Household.Child.Number })
            Assert.Empty(IdentityScanner.FormsIn(System.Text.Encoding.UTF8.GetBytes(authority.Rows("guardianship")), value));

        (await child.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        Assert.Null(authority.RowText($"guardianship/{ward}"));
        await authority.StopAsync();
        foreach (var (name, bytes) in authority.Files())
        {
            foreach (var value in new[] { ward, order.Digest, order.Reference, order.Id, Household.Child.Number })
                Assert.True(!IdentityScanner.FormsIn(bytes, value).Any(), $"Something of who left is in {name}.");
        }
    }

    [Fact]
    public async Task A4_5_At_18_what_courts_have_said_is_deleted()
    {
        _court.PublishTo(_courts);
        await using var authority = await TestAuthority.StartAsync("--Authority:Courts", _courts);
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        var ward = Family.WithChildOf(17, Today).Child;
        (await _court.SendAsync(authority, DevelopmentCourt.Order(authority, ward, Aunt))).EnsureSuccessStatusCode();
        Assert.Contains("guardianship/", authority.Deadlines(), StringComparison.Ordinal);
        var birthday = new DateTimeOffset(ward.BirthDate.AddYears(18).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));
        authority.Time.Advance(birthday.AddHours(-2) - authority.Time.GetUtcNow());
        await Stored.UntilAsync(() => authority.Deadlines().Contains("guardianship/", StringComparison.Ordinal));
        Assert.NotEmpty(authority.Rows("guardianship"));
        authority.Time.Advance(TimeSpan.FromHours(3));
        await Stored.UntilAsync(() => authority.Rows("guardianship").Length == 0);
        await Stored.UntilAsync(() => !authority.Deadlines().Contains("guardianship/", StringComparison.Ordinal));
    }

    private async Task<TestAuthority> StartAsync()
    {
        _court.PublishTo(_courts);
        return await TestAuthority.StartAsync("--Authority:Courts", _courts);
    }

    private static OrderedPerson Passport(string number) => new(
        DocumentKind.Passport, Passports.Zone(number, new DateOnly(1990, 1, 1), 'M', new DateOnly(2030, 1, 1)));

    private static JsonObject ConsentBody(TestAuthority authority) =>
        new() { ["platform"] = "shop", ["fields"] = new JsonArray(), ["until"] = authority.Time.GetUtcNow().AddDays(30) };

    private static async Task ConsentAsync(TestAuthority authority, DevelopmentWallet child)
    {
        using var response = await child.ExecuteAsync("consent-for-ward", ConsentBody(authority));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What another guardian's device holds for the same child.</summary>
    internal static DevelopmentWallet Held(TestAuthority authority, DevelopmentWallet guardian, DevelopmentWallet child)
    {
        var held = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        held.Keep(new JsonObject { ["net_id"] = child.NetId, ["device"] = child.Device, ["certificates"] = new JsonArray() });
        return held;
    }

    private static async Task<string?> ResultAsync(DevelopmentPlatform platform, DevelopmentWallet wallet)
    {
        (await wallet.IssueAsync("refill", 1)).Dispose(); // each certificate is shown once
        return (string?)(await platform.VerifyAsync(wallet).JsonAsync())["result"];
    }
}
