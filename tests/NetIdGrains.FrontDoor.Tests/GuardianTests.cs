using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A child under 14 uses its Net ID with a guardian's consent, and the guardian acts for it (A4-3, A4-5, A5-2).</summary>
public sealed class GuardianTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public async Task A5_2_A_use_without_a_consent_fails_and_with_one_passes_once()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var guardian = await authority.EnrolAsync(Family.WithChildOf(12, Today).Guardian);
        using var child = await EnrolChildAsync(authority, guardian, Family.WithChildOf(12, Today));
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("fail", await ResultAsync(shop, child));

        await ConsentAsync(child, "shop", authority.Time.GetUtcNow().AddHours(1), service: "login", purpose: "Login");
        var sequence = DevelopmentPlatform.NewSequenceNumber();
        var body = JsonContent(sequence, child);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(Json(body)).JsonAsync())["result"]);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(Json(body)).JsonAsync())["result"]); // the same one, repeated
        Assert.Equal("fail", await ResultAsync(shop, child));

        var consents = (await child.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray();
        Assert.Equal((true, true), ((bool)consents[^1]!["guardian"]!["once"]!, (bool)consents[^1]!["guardian"]!["used"]!));
    }

    [Fact]
    public async Task A5_2_A_standing_consent_is_for_one_platform_until_its_end_or_its_withdrawal()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var (shop, bank) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("bank"));
        (await child.IssueAsync("refill", 1)).EnsureSuccessStatusCode();
        await ConsentAsync(child, "shop", authority.Time.GetUtcNow().AddMinutes(4));
        Assert.Equal(("pass", "pass", "fail"), (await ResultAsync(shop, child), await ResultAsync(shop, child), await ResultAsync(bank, child)));
        authority.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("fail", await ResultAsync(shop, child));

        await ConsentAsync(child, "shop", authority.Time.GetUtcNow().AddDays(30));
        Assert.Equal("pass", await ResultAsync(shop, child));
        var consents = (await child.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray();
        (await child.ExecuteAsync("withdraw-consent", new JsonObject { ["consent"] = (string)consents[^1]!["id"]! })).EnsureSuccessStatusCode();
        Assert.Equal("fail", await ResultAsync(shop, child));
    }

    [Fact]
    public async Task A4_4_A_code_that_a_guardian_has_opens_nothing_from_the_14th_birthday_on()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(13, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var shop = await authority.PlatformAsync("shop");
        var birthday = family.Child.BirthDate.AddYears(14).ToDateTime(TimeOnly.MinValue);
        await ConsentAsync(child, "shop", authority.Time.GetUtcNow().AddDays(300));
        var secret = Convert.FromBase64String((string)(await child.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        async Task<string?> TypeAsync()
        {
            var code = DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow());
            shop = await authority.PlatformAsync("shop");
            return (string?)(await shop.VerifyCodeAsync(child.NetId!, code).JsonAsync())["result"];
        }

        Assert.Equal("pass", await TypeAsync());
        authority.Time.Advance(new DateTimeOffset(birthday, TimeSpan.FromHours(8)) - authority.Time.GetUtcNow());
        Assert.Equal("fail", await TypeAsync());
    }

    [Fact]
    public async Task A_child_and_its_guardian_see_who_of_them_froze_and_the_guardian_lifts_both()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var (added, tablet) = await child.AddDeviceAsync();
        added.EnsureSuccessStatusCode();
        (await child.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        var frozen = (await tablet.ExecuteAsync("freeze").JsonAsync())["freezes"]!.AsArray();
        Assert.Equal(["guardian", "citizen"], frozen.Select(freeze => (string?)freeze!["by"]));
        await tablet.ExecuteWithPasswordAsync("unfreeze").IsRefusedAsync(Refusal.GuardianActs);
        Assert.Equal("active", (string?)(await child.ExecuteWithPasswordAsync("unfreeze").JsonAsync())["status"]);
        tablet.Dispose();
    }

    [Fact]
    public async Task A5_2_A_consent_to_one_service_and_purpose_is_for_no_other()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var shop = await authority.PlatformAsync("shop");
        var end = authority.Time.GetUtcNow().AddHours(1);
        await ConsentAsync(child, "shop", end, service: "payments", purpose: "Login");
        await ConsentAsync(child, "shop", end, service: "login", purpose: "Advertising");
        Assert.Equal("fail", await ResultAsync(shop, child));
    }

    [Fact]
    public async Task A4_5_Either_guardian_may_act_and_a_frozen_one_or_a_stranger_may_not()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var other = await authority.EnrolAsync(family.OtherGuardian);
        using var stranger = await authority.EnrolAsync(Persons.Adults.First(adult => adult.Id != family.Guardian.Id && adult.Id != family.OtherGuardian.Id));
        using var child = await EnrolChildAsync(authority, guardian, family);
        using var childOfOther = Held(authority, other, child);
        using var childOfStranger = Held(authority, stranger, child);
        using var childOfItself = Held(authority, guardian, guardian);

        await childOfStranger.ExecuteAsync("status").IsRefusedAsync(Refusal.WardUnknown);
        await childOfItself.ExecuteAsync("status").IsRefusedAsync(Refusal.WardUnknown);
        (await childOfOther.ExecuteAsync("status")).EnsureSuccessStatusCode();
        (await guardian.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await child.ExecuteAsync("status").IsRefusedAsync(Refusal.GuardianCannotAct);
        (await childOfOther.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await stranger.ExecuteAsync("consent-for-ward", ConsentBody("shop", authority.Time.GetUtcNow().AddHours(1))).IsRefusedAsync(Refusal.GuardianActs);
    }

    /// <summary>Whoever leaves while a guardian is still to approve: nothing passes, and the platform is told no more than that.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_while_a_guardians_approval_is_pending_leaves_nothing_to_approve(bool guardianLeaves)
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var shop = await authority.PlatformAsync("shop", Entitled);
        var transaction = (string)(await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync())["transaction_id"]!;
        Assert.NotNull(await child.LookAsync(transaction));
        (await (guardianLeaves ? guardian : child).ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        await child.ApproveAsync(transaction).IsRefusedAsync(Refusal.DeviceUnknown);
        Assert.Equal("pending", (string?)(await shop.PollAsync(transaction).JsonAsync())["status"]);
        authority.Time.Advance(TimeSpan.FromMinutes(6));
        (await shop.AuthenticateAsync()).Dispose();
        Assert.Equal("expired", (string?)(await shop.PollAsync(transaction).JsonAsync())["status"]);
    }

    [Fact]
    public async Task A_guardian_approves_in_the_childs_stead_and_the_platform_learns_only_that_one_did()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var shop = await authority.PlatformAsync("shop", Entitled);
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: "R02");
        body["predicates"] = new JsonArray("guardian_consent", "age_band");
        var transaction = (string)(await shop.BeginAsync(body).JsonAsync())["transaction_id"]!;
        await child.ApproveAsync(transaction, password: "13572468").IsRefusedAsync(Refusal.PasswordWrong); // the guardian's own
        (await child.ApproveAsync(transaction, DevelopmentWallet.Password)).EnsureSuccessStatusCode();
        var answer = await shop.PollAsync(transaction).JsonAsync();
        Assert.Equal(("pass", true, "under-14"), ((string?)answer["result"], (bool)answer["guardian_consent"]!, (string?)answer["age_band"]));
        Assert.Single((await child.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray(), consent => consent!["guardian"] is not null);
        Assert.Single((await child.ExecuteAsync("history").JsonAsync())["history"]!["lines"]!.AsArray());
        Assert.Empty((await guardian.ExecuteAsync("history").JsonAsync())["history"]!["lines"]!.AsArray());
    }

    [Fact]
    public async Task A4_3_A_childs_own_device_may_look_freeze_and_ask_and_what_it_asks_needs_a_consent()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var (added, tablet) = await child.AddDeviceAsync();
        using (added)
            Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        using (tablet)
        {
            foreach (var command in new[] { "status", "consents", "waiting", "history", "freeze" })
                (await tablet.ExecuteAsync(command)).EnsureSuccessStatusCode();
            foreach (var command in new[] { "open-codes", "pre-approve", "refill", "withdraw-consent" })
                await tablet.ExecuteAsync(command).IsRefusedAsync(Refusal.GuardianActs);
            foreach (var command in new[] { "unfreeze", "add-device", "change-password", "change-net-id", "export" })
                await tablet.ExecuteWithPasswordAsync(command).IsRefusedAsync(Refusal.GuardianActs);
            (await child.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode();

            var shop = await authority.PlatformAsync("shop");
            var transaction = await BeginAsync(shop);
            await tablet.ApproveAsync(transaction).IsRefusedAsync(Refusal.GuardianConsentNeeded);
            await ConsentAsync(child, "shop", authority.Time.GetUtcNow().AddHours(1), service: "login", purpose: "Login");
            (await tablet.ApproveAsync(transaction)).EnsureSuccessStatusCode();
            Assert.Equal("pass", (string?)(await shop.PollAsync(transaction).JsonAsync())["result"]);
            var next = await BeginAsync(shop);
            await tablet.ApproveAsync(next).IsRefusedAsync(Refusal.GuardianConsentNeeded);
        }
    }

    [Fact]
    public async Task A4_4_On_the_14th_birthday_the_guardians_part_ends_by_itself()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(13, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var (added, tablet) = await child.AddDeviceAsync();
        added.Dispose();
        using (tablet)
        {
            var birthday = family.Child.BirthDate.AddYears(14).ToDateTime(TimeOnly.MinValue);
            authority.Time.Advance(new DateTimeOffset(birthday, TimeSpan.FromHours(8)).AddMinutes(-2) - authority.Time.GetUtcNow());
            await ConsentAsync(child, "shop", authority.Time.GetUtcNow().AddDays(1));
            await tablet.ExecuteAsync("open-codes").IsRefusedAsync(Refusal.GuardianActs);
            (await child.IssueAsync("renew", 1)).EnsureSuccessStatusCode(); // the first have ended by now
            var shop = await authority.PlatformAsync("shop");
            Assert.Equal("pass", await ResultAsync(shop, child));

            authority.Time.Advance(TimeSpan.FromMinutes(3));
            await child.ExecuteAsync("status").IsRefusedAsync(Refusal.WardOfAge);
            Assert.Equal("fail", await ResultAsync(shop, child)); // what the guardian's device holds speaks for nobody now
            (await tablet.ExecuteAsync("open-codes")).EnsureSuccessStatusCode();
            (await tablet.IssueAsync("refill", 1)).EnsureSuccessStatusCode();
            Assert.Equal("pass", await ResultAsync(shop, tablet));
        }
    }

    [Fact]
    public async Task A_guardians_consent_meets_its_refusals()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = await EnrolChildAsync(authority, guardian, family);
        var now = authority.Time.GetUtcNow();
        (Refusal Refusal, JsonObject Body)[] rows =
        [
            (Refusal.FieldMissing, new JsonObject { ["platform"] = "shop" }),
            (Refusal.UnknownField, With(ConsentBody("shop", now.AddHours(1)), "why", "homework")),
            (Refusal.FieldInvalid, ConsentBody("shop", now)),
            (Refusal.FieldInvalid, ConsentBody("shop", now.AddDays(367))),
            (Refusal.FieldInvalid, With(ConsentBody("shop", now.AddHours(1)), "service", "login")),
            (Refusal.FieldInvalid, With(ConsentBody("shop", now.AddHours(1)), "purpose", "Login")),
            (Refusal.FieldInvalid, With(ConsentBody("shop", now.AddHours(1)), "fields", new JsonArray("face"))),
            (Refusal.FieldInvalid, With(ConsentBody("shop", now.AddHours(1)), "fields", new JsonArray("name", "name"))),
        ];
        foreach (var (refusal, body) in rows)
            await child.ExecuteAsync("consent-for-ward", body).IsRefusedAsync(refusal);
        var kept = (await child.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray();
        Assert.DoesNotContain(kept, consent => consent!["guardian"] is not null);
    }

    private static async Task<string> BeginAsync(DevelopmentPlatform platform) => (string)(await platform.BeginAsync(
        DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync())["transaction_id"]!;

    private static JsonObject With(JsonObject body, string member, JsonNode value)
    {
        body[member] = value;
        return body;
    }

    private static RegistrationDocument Entitled(RegistrationDocument document) => document with
    {
        Services = [.. document.Services.Select(service => service with { Modes = ["R01", "R02"], Predicates = ["age_band", "guardian_consent"] })],
    };

    private static JsonObject ConsentBody(string platform, DateTimeOffset until) =>
        new() { ["platform"] = platform, ["fields"] = new JsonArray(), ["until"] = until };

    private static async Task ConsentAsync(DevelopmentWallet child, string platform, DateTimeOffset until, string? service = null, string? purpose = null)
    {
        var body = ConsentBody(platform, until);
        if (service is not null)
            (body["service"], body["purpose"]) = (service, purpose);
        using var response = await child.ExecuteAsync("consent-for-ward", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What another's device would hold for this child.</summary>
    private static DevelopmentWallet Held(TestAuthority authority, DevelopmentWallet guardian, DevelopmentWallet child)
    {
        var held = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        held.Keep(new JsonObject { ["net_id"] = child.NetId, ["device"] = child.Device, ["certificates"] = new JsonArray() });
        return held;
    }

    private static async Task<DevelopmentWallet> EnrolChildAsync(TestAuthority authority, DevelopmentWallet guardian, Family family)
    {
        var child = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        using var response = await child.ApplyAsync(family.Child.Number, family.Child.Name);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.NotNull(child.NetId);
        return child;
    }

    private static JsonObject JsonContent(string sequence, DevelopmentWallet child)
    {
        var nonce = DevelopmentWallet.NewNonce();
        return DevelopmentPlatform.VerificationBody(sequence, nonce, child.Present("shop", sequence, nonce));
    }

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");

    private static async Task<string?> ResultAsync(DevelopmentPlatform platform, DevelopmentWallet wallet) =>
        (string?)(await platform.VerifyAsync(wallet).JsonAsync())["result"];
}
