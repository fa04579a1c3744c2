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

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(-1, null, true)]
    [InlineData(0, null, false)]
    [InlineData(1, null, false)]
    [InlineData(3, null, true)]
    [InlineData(null, -1, true)]
    [InlineData(null, 0, false)]
    [InlineData(null, 1, false)]
    [InlineData(null, 2, true)]
    [InlineData(1, 2, false)]
    public void A5_2_A_consent_counts_while_none_of_those_has_ended_who_could_have_given_it(int? endedOn, int? until, bool counts)
    {
        var link = new GuardianLink("g", "evidence", Now.AddDays(-9), endedOn is { } day ? Now.AddDays(day) : null, until is { } last ? Today.AddDays(last) : null);
        var other = new GuardianLink("other", "register", Now.AddDays(-9));
        var consent = new Consent("c", "n", "any", [], Now, Platform: "shop");
        Assert.Equal(counts, GuardianRules.StillCounts(consent, [link, other], Now.AddDays(2)));
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
