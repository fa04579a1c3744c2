using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Under 14 the guardian applies (A4-3); from 14 to 17 the applicant, and a guardian confirms live (A4-4); from 18 nobody.</summary>
public sealed class MinorApplicationTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public async Task A4_3_Under_14_only_a_guardian_of_the_register_applies()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var own = authority.NewWallet();
        await own.ApplyAsync(family.Child.Number, family.Child.Name).IsRefusedAsync(Refusal.GuardianNeeded);

        using var stranger = await authority.EnrolAsync(Persons.Adults.First(adult => adult.Id != family.Guardian.Id && adult.Id != family.OtherGuardian.Id));
        using var notTheirs = new DevelopmentWallet(authority.Http, authority.Time, stranger);
        await notTheirs.ApplyAsync(family.Child.Number, family.Child.Name).IsRefusedAsync(Refusal.WardUnknown);
        using var guardian = await authority.EnrolAsync(family.OtherGuardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        await child.ApplyAsync(Persons.Adults[3].Number, Persons.Adults[3].Name).IsRefusedAsync(Refusal.WardOfAge); // A4-1: nobody applies for an adult
        (await guardian.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await child.ApplyAsync(family.Child.Number, family.Child.Name).IsRefusedAsync(Refusal.GuardianCannotAct);
        (await guardian.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode();
        await child.ApplyAsync(family.Child.Number, family.Child.Name, password: "13572468").IsRefusedAsync(Refusal.PasswordWrong); // the guardian's own
        (await child.ApplyAsync(family.Child.Number, family.Child.Name)).EnsureSuccessStatusCode();
        Assert.NotNull(child.NetId);
        Assert.True((bool)(await child.ExecuteAsync("status").JsonAsync())["devices"]![0]!["guardians"]!);
        using var again = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        await again.ApplyAsync(family.Child.Number, family.Child.Name).IsRefusedAsync(Refusal.AlreadyEnrolled);
    }

    [Fact]
    public async Task A4_3_A_guardians_application_names_no_device_key_and_consents_to_a_childs_data_by_itself()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(12, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        var application = await child.BeginApplicationAsync();
        var body = await child.AgreeBodyAsync();
        body["consents"] = new JsonArray("application", "document-number");
        await child.SubmitAsync(application, await child.SignStepAsync(application, "agree", body)).IsRefusedAsync(Refusal.ConsentMissing);
        body = await child.AgreeBodyAsync();
        body["device_key"] = JsonNode.Parse(child.DeviceKey.PublicKey.ToJwk());
        await child.SubmitAsync(application, await child.SignStepAsync(application, "agree", body)).IsRefusedAsync(Refusal.DeviceKeyInvalid);
        (await child.AgreeAsync(application)).EnsureSuccessStatusCode();
        using var other = await authority.EnrolAsync(family.OtherGuardian);
        using var another = new DevelopmentWallet(authority.Http, authority.Time, other);
        await another.DocumentAsync(application, DevelopmentWallet.DocumentBody(family.Child.Number, family.Child.Name)).IsRefusedAsync(Refusal.DeviceKeyInvalid);
    }

    [Fact]
    public async Task A4_4_From_14_to_17_a_guardian_confirms_within_15_minutes_and_the_applicant_completes_as_soon()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(17, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var stranger = await authority.EnrolAsync(Persons.Adults.First(adult => adult.Id != family.Guardian.Id && adult.Id != family.OtherGuardian.Id));
        using var applicant = authority.NewWallet();
        var application = await applicant.BeginApplicationAsync();
        (await applicant.AgreeAsync(application)).EnsureSuccessStatusCode();
        var document = await applicant.DocumentAsync(application, DevelopmentWallet.DocumentBody(family.Child.Number, family.Child.Name)).JsonAsync();
        Assert.Equal("guardian", (string?)document["step"]);
        await applicant.CompleteAsync(application).IsRefusedAsync(Refusal.ApplicationStep);
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.GuardianNotAsked);

        (await applicant.AskGuardianAsync(application)).EnsureSuccessStatusCode();
        await stranger.ConfirmAsync(application).IsRefusedAsync(Refusal.ApplicationUnknown);
        var seen = await guardian.ConfirmAsync(application, "see-application").JsonAsync();
        Assert.Equal((family.Child.Name, "seen"), ((string?)seen["name"], (string?)seen["status"]));
        await applicant.CompleteAsync(application).IsRefusedAsync(Refusal.ApplicationStep);
        authority.Time.Advance(TimeSpan.FromMinutes(15.1));
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.GuardianNotAsked);

        (await applicant.AskGuardianAsync(application)).EnsureSuccessStatusCode();
        (await guardian.ConfirmAsync(application)).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromMinutes(15.1));
        await applicant.CompleteAsync(application).IsRefusedAsync(Refusal.ApplicationStep); // too long ago to be live
        (await applicant.AskGuardianAsync(application)).EnsureSuccessStatusCode();
        (await guardian.ConfirmAsync(application)).EnsureSuccessStatusCode();
        (await applicant.CompleteAsync(application)).EnsureSuccessStatusCode();
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(applicant).JsonAsync())["result"]); // A5-2 is for children alone
        using var asWard = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        asWard.Keep(new JsonObject { ["device"] = applicant.Device, ["certificates"] = new JsonArray() });
        await asWard.ExecuteAsync("status").IsRefusedAsync(Refusal.WardOfAge);
    }

    [Fact]
    public async Task A4_5_Guardians_commands_about_an_application_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(17, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var applicant = authority.NewWallet();
        var (application, other) = (await applicant.BeginApplicationAsync(), await applicant.BeginApplicationAsync());
        await guardian.ConfirmAsync("no application").IsRefusedAsync(Refusal.ApplicationUnknown);
        await guardian.ConfirmAsync(application, "dance").IsRefusedAsync(Refusal.CommandUnknown);
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.ApplicationUnknown); // nothing was handed in yet
        (await applicant.AgreeAsync(application)).EnsureSuccessStatusCode();
        (await applicant.DocumentAsync(application, DevelopmentWallet.DocumentBody(family.Child.Number, family.Child.Name))).EnsureSuccessStatusCode();
        (await applicant.AskGuardianAsync(application)).EnsureSuccessStatusCode();
        await guardian.ConfirmOtherAsync(application, other).IsRefusedAsync(Refusal.ApprovalMismatch);
        (await guardian.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.GuardianCannotAct);
        (await applicant.CancelAsync(application)).EnsureSuccessStatusCode(); // while a guardian's confirmation is pending
        (await guardian.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode();
        await guardian.ConfirmAsync(application).IsRefusedAsync(Refusal.ApplicationUnknown);
    }

    [Theory]
    [InlineData(14, -1, Refusal.GuardianNeeded, "")]
    [InlineData(14, 0, Refusal.None, "guardian")]
    [InlineData(18, -1, Refusal.None, "guardian")]
    [InlineData(18, 0, Refusal.None, "complete")]
    public async Task A4_3_and_A4_4_The_day_before_and_the_birthday_itself_decide(int age, int days, Refusal refusal, string step)
    {
        var family = Family.WithChildOf(age - 1, Today);
        await using var authority = await TestAuthority.StartAsync();
        var day = family.Child.BirthDate.AddYears(age).AddDays(days).ToDateTime(new TimeOnly(23, 50));
        authority.Time.Advance(new DateTimeOffset(day, TimeSpan.FromHours(8)) - authority.Time.GetUtcNow());
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        var document = wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(family.Child.Number, family.Child.Name));
        if (refusal != Refusal.None)
            await document.IsRefusedAsync(refusal);
        else
            Assert.Equal(step, (string?)(await document.JsonAsync())["step"]);
    }
}
