using System.Collections.Immutable;
using NetIdGrains.Authority;

namespace NetIdGrains.AuthorityTests;

/// <summary>A4-5: of each person a court's latest word beats the register's.</summary>
public sealed class GuardianRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData(false, "none", "")]
    [InlineData(false, "established", "evidence")]
    [InlineData(false, "last day", "evidence")]
    [InlineData(false, "expired", "")]
    [InlineData(false, "ended", "")]
    [InlineData(true, "none", "register")]
    [InlineData(true, "established", "register evidence")]
    [InlineData(true, "last day", "register evidence")]
    [InlineData(true, "expired", "register")]
    [InlineData(true, "ended", "")]
    public void A4_5_Register_and_court_decide_together_who_is_guardian(bool isInRegister, string evidence, string sources)
    {
        ImmutableArray<CourtOrder> orders = evidence == "none" ? [] : [Order("g", evidence)];
        var guardians = GuardianRules.Guardians(isInRegister ? ["g", "other"] : ["other"], orders, Today);
        Assert.Equal(sources, string.Join(' ', guardians.Where(guardian => guardian.PersonIndex == "g").Select(guardian => guardian.Source)));
        Assert.Single(guardians, guardian => guardian.PersonIndex == "other"); // what is said of one says nothing of another
    }

    [Theory]
    [InlineData("established", 1)]
    [InlineData("last day", 1)]
    [InlineData("expired", 0)]
    [InlineData("ended", 0)]
    public void An_order_is_noted_in_the_record_once_and_a_lapsed_one_never(string evidence, int links)
    {
        var secrets = new CitizenSecrets(null!, "", "", []);
        for (var time = 0; time < 2; time++)
            secrets = GuardianRules.Apply(secrets, Order("g", evidence), Now);
        Assert.Equal(links, secrets.Guardians.Length);
    }

    [Theory]
    [InlineData("established", 0, "established", 0, false)]
    [InlineData("established", 0, "established", 1, true)]
    [InlineData("established", 0, "established", -1, false)]
    [InlineData("established", 0, "ended", 1, true)]
    [InlineData("established", 0, "ended", 0, true)]
    [InlineData("established", 0, "ended", -1, false)]
    [InlineData("ended", 0, "established", 0, false)]
    [InlineData("ended", 0, "established", 1, true)]
    [InlineData("ended", 0, "established", -1, false)]
    public void Of_two_orders_on_one_guardian_the_later_counts_in_whatever_order_they_come(string known, int knownAt, string next, int nextAt, bool counts)
    {
        var (before, after) = (Order("g", known, knownAt), Order("g", next, nextAt));
        var (refusal, orders) = GuardianRules.Take([before], after, Today);
        Assert.Equal((Refusal.None, counts ? after : before), (refusal, Assert.Single(orders)));
    }

    [Fact]
    public void A4_5_A_third_by_court_has_to_wait_until_one_of_two_is_over()
    {
        ImmutableArray<CourtOrder> two = [Order("a", "established"), Order("b", "last day")];
        Assert.Equal(Refusal.TooManyGuardians, GuardianRules.Take(two, Order("c", "established"), Today).Refusal);
        Assert.Equal(Refusal.None, GuardianRules.Take(two, Order("c", "ended"), Today).Refusal);
        Assert.Equal(Refusal.None, GuardianRules.Take(two, Order("a", "established", 1), Today).Refusal);
        Assert.Equal(Refusal.None, GuardianRules.Take(two, Order("c", "established"), Today.AddDays(1)).Refusal);
    }

    /// <summary>By when the guardian's link ended or lapses, in days from the consent; it is asked two days after it.</summary>
    [Theory]
    [InlineData("g", null, null, true)]
    [InlineData("g", 1, null, false)]
    [InlineData("g", null, 1, false)]
    [InlineData("g", null, 2, true)]
    [InlineData("g", 1, 2, false)]
    [InlineData("other", 1, null, true)]
    [InlineData("other", null, 1, true)]
    [InlineData("nobody", null, null, false)]
    public void A5_2_A_consent_ends_with_the_guardian_who_gave_it_and_with_no_other(string by, int? endedOn, int? until, bool counts)
    {
        var link = new GuardianLink("g", "evidence", Now.AddDays(-9), endedOn is { } day ? Now.AddDays(day) : null, until is { } last ? Today.AddDays(last) : null);
        var other = new GuardianLink("other", "register", Now.AddDays(-9));
        var consent = new Consent("c", "n", "any", [], Now, Platform: "shop", Guardian: new GuardianTerms(by, Now.AddDays(9), Once: false));
        Assert.Equal(counts, GuardianRules.StillCounts(consent, [link, other], Now.AddDays(2)));
    }

    [Fact]
    public void A4_5_Who_is_named_by_register_and_by_an_order_that_lapses_is_guardian_all_along()
    {
        GuardianLink byRegister = new("g", "register", Now.AddDays(-9)), byOrder = new("g", "evidence", Now.AddDays(-1), Until: Today);
        var consent = new Consent("c", "n", "any", [], Now, Platform: "shop", Guardian: new GuardianTerms("g", Now.AddDays(9), Once: false));
        Assert.True(GuardianRules.StillCounts(consent, [byRegister, byOrder], Now.AddDays(1)));
        Assert.True(GuardianRules.IsGuardian([byRegister, byOrder], "g", Today.AddDays(1)));
        Assert.False(GuardianRules.IsGuardian([byOrder], "g", Today.AddDays(1)));
        Assert.True(GuardianRules.IsGuardian([byRegister with { Ended = Now }, byOrder], "g", Today)); // the court's word goes on
    }

    [Fact]
    public void A5_2_Who_is_guardian_again_consents_again()
    {
        GuardianLink first = new("g", "evidence", Now.AddDays(-9), Ended: Now.AddDays(1)), again = new("g", "evidence", Now.AddDays(2));
        Consent At(DateTimeOffset time) => new("c", "n", "any", [], time, Platform: "shop", Guardian: new GuardianTerms("g", Now.AddDays(9), Once: false));
        Assert.False(GuardianRules.StillCounts(At(Now), [first, again], Now.AddDays(3)));
        Assert.True(GuardianRules.StillCounts(At(Now.AddDays(2)), [first, again], Now.AddDays(3)));
    }

    /// <summary>The consent is of today noon; the first link is in force until it ends, and the second begins, so many hours from then.</summary>
    [Theory]
    [InlineData(24, 23, true)]
    [InlineData(24, 24, false)]
    [InlineData(24, 25, false)]
    [InlineData(0, -1, true)]
    [InlineData(0, 0, true)]
    [InlineData(-1, 1, false)]
    public void A5_2_Who_is_guardian_by_another_word_before_the_first_ends_need_not_consent_again(int ends, int begins, bool counts)
    {
        GuardianLink first = new("g", "register", Now.AddDays(-9), Ended: Now.AddHours(ends)), second = new("g", "evidence", Now.AddHours(begins));
        var consent = new Consent("c", "n", "any", [], Now, Platform: "shop", Guardian: new GuardianTerms("g", Now.AddDays(9), Once: false));
        Assert.Equal(counts, GuardianRules.StillCounts(consent, [second, first], Now.AddDays(2)));
        Assert.False(GuardianRules.StillCounts(consent, [second with { PersonIndex = "other" }, first], Now.AddDays(2)));
    }

    [Theory]
    [InlineData(1, null, "2026-11-24")]
    [InlineData(0, null, "2026-11-23")]
    [InlineData(-1, null, null)]
    [InlineData(1, 0, null)]
    [InlineData(null, null, null)]
    public void An_order_lapses_when_its_last_day_is_over_unless_it_has_ended(int? until, int? ended, string? lapse)
    {
        DateOnly? lastDay = until is { } day ? Today.AddDays(day) : null;
        DateTimeOffset? end = ended is { } days ? Now.AddDays(days) : null;
        DateTimeOffset? expected = lapse is null ? null : new DateTimeOffset(DateOnly.Parse(lapse).ToDateTime(default), TimeSpan.FromHours(8));
        Assert.Equal(expected, GuardianRules.LapseOf(new GuardianLink("g", "evidence", Now, end, lastDay), Today));
    }

    [Theory]
    [InlineData("none", "register evidence")]
    [InlineData("register", "evidence")]
    [InlineData("evidence", "register")]
    [InlineData("lapsed evidence", "register evidence")]
    [InlineData("ended register", "register evidence")]
    [InlineData("another's register", "register evidence")]
    public void Who_is_named_again_gets_the_links_that_the_record_lacks(string known, string added)
    {
        var link = new GuardianLink(
            known == "another's register" ? "other" : "g",
            known.Split(' ')[^1],
            Now.AddDays(-9),
            known == "ended register" ? Now.AddDays(-1) : null,
            known == "lapsed evidence" ? Today.AddDays(-1) : null);
        ImmutableArray<Consent> consents = [new("c", "n", "any", [], Now.AddHours(-1))];
        ImmutableArray<GuardianLink> links = known == "none" ? [] : [link];
        var fresh = GuardianRules.NewLinks(links, [new NamedGuardian("g", "register"), new NamedGuardian("g", "evidence", Today.AddDays(2))], consents, Now);
        Assert.Equal(added, string.Join(' ', fresh.Select(one => one.Source)));
        Assert.All(fresh, one => Assert.Equal(links.Any(old => old.PersonIndex == "g") ? Now : Now.AddHours(-1), one.Since)); // nothing of before comes back
        Assert.All(fresh.Where(one => one.Source == "evidence"), one => Assert.Equal(Today.AddDays(2), one.Until));
    }

    [Theory]
    [InlineData("2010-11-22", "2028-11-22")]
    [InlineData("2008-02-29", "2026-03-01")]
    public void A4_5_At_18_it_ends_by_itself(string birth, string end) =>
        Assert.Equal(DateOnly.Parse(end), GuardianRules.EndOfWardship(DateOnly.Parse(birth)));

    [Theory]
    [InlineData("2008-11-23", "2008-11-22", Refusal.None)]
    [InlineData("2008-11-22", "2008-11-22", Refusal.WardOfAge)]
    [InlineData("2008-11-23", "2008-11-23", Refusal.GuardianUnderAge)]
    public void A4_5_An_adult_is_guardian_of_a_minor(string ward, string guardian, Refusal refusal) =>
        Assert.Equal(refusal, GuardianRules.CheckAges(DateOnly.Parse(ward), DateOnly.Parse(guardian), Today));

    private static CourtOrder Order(string guardian, string what, int seconds = 0)
    {
        DateOnly? until = what switch
        {
            "last day" => Today,
            "expired" => Today.AddDays(-1),
            _ => null,
        };
        return new CourtOrder(guardian, what == "ended", Now.AddSeconds(seconds), until, "digest");
    }
}
