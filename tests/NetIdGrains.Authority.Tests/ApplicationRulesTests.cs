using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.AuthorityTests;

/// <summary>What the register's answer decides: A4-1, A4-3, A4-4, at every boundary.</summary>
public sealed class ApplicationRulesTests
{
    private const string Name = "张三";
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Theory]
    [InlineData("1949-12-31", "2026-11-22", Refusal.None, Refusal.WardOfAge, false)]
    [InlineData("2008-11-22", "2026-11-22", Refusal.None, Refusal.WardOfAge, false)]
    [InlineData("2008-11-23", "2026-11-22", Refusal.None, Refusal.WardOfAge, true)]
    [InlineData("2008-02-29", "2026-02-28", Refusal.None, Refusal.WardOfAge, true)]
    [InlineData("2008-02-29", "2026-03-01", Refusal.None, Refusal.WardOfAge, false)]
    [InlineData("2012-11-22", "2026-11-22", Refusal.None, Refusal.WardOfAge, true)]
    [InlineData("2012-11-23", "2026-11-22", Refusal.GuardianNeeded, Refusal.None, false)]
    [InlineData("2012-02-29", "2026-02-28", Refusal.GuardianNeeded, Refusal.None, false)]
    [InlineData("2012-02-29", "2026-03-01", Refusal.None, Refusal.WardOfAge, true)]
    public void A4_3_A4_4_The_14th_and_the_18th_birthday_change_who_applies_and_who_confirms(
        string birth, string today, Refusal own, Refusal guardians, bool needsConfirmation)
    {
        var (entry, day) = (Entry(DateOnly.Parse(birth)), DateOnly.Parse(today));
        Assert.Equal(own, ApplicationRules.CheckAge(entry, day, guardian: null, ["parent"]));
        Assert.Equal(guardians, ApplicationRules.CheckAge(entry, day, "parent", ["parent"]));
        Assert.Equal(guardians == Refusal.None ? Refusal.WardUnknown : guardians, ApplicationRules.CheckAge(entry, day, "stranger", ["parent"]));
        var noon = new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.FromHours(8));
        var secrets = new ApplicationSecrets("key", "notice", noon, "digest")
        {
            Document = new ApplicantDocument(new Identity("resident-id", "n", Name, entry.BirthDate), "index", ByEvidence: false),
        };
        ApplicationStep Next(DateTimeOffset now) => ApplicationRules.Next(secrets, needsFace: false, now);
        Assert.Equal(needsConfirmation ? ApplicationStep.Guardian : ApplicationStep.Complete, Next(noon));
        secrets = secrets with { GuardianConfirmed = noon };
        Assert.Equal(ApplicationStep.Complete, Next(noon.AddMinutes(15)));
        Assert.Equal(needsConfirmation ? ApplicationStep.Guardian : ApplicationStep.Complete, Next(noon.AddMinutes(15).AddSeconds(1)));
    }

    [Theory]
    [InlineData(DocumentStatus.Active, "2026-11-22", Refusal.None)]
    [InlineData(DocumentStatus.Active, "2026-11-21", Refusal.DocumentExpired)]
    [InlineData(DocumentStatus.Expired, null, Refusal.DocumentExpired)]
    [InlineData(DocumentStatus.Revoked, null, Refusal.DocumentNotValid)]
    [InlineData(DocumentStatus.ReportedLost, null, Refusal.DocumentNotValid)]
    [InlineData(DocumentStatus.Deceased, null, Refusal.DocumentNotValid)]
    public void A4_1_Only_a_valid_document_counts_and_its_last_day_still_does(DocumentStatus status, string? expiry, Refusal refusal)
    {
        var birth = new DateOnly(1949, 12, 31);
        var entry = Entry(birth) with { Status = status, Expiry = expiry is null ? null : DateOnly.Parse(expiry) };
        Assert.Equal(refusal, ApplicationRules.Admit(Application(birth), entry, Today));
    }

    [Fact]
    public void A_name_or_birth_date_that_is_not_the_documents_says_no_more_than_an_unknown_document()
    {
        var birth = new DateOnly(1949, 12, 31);
        Assert.Equal(Refusal.DocumentUnknown, ApplicationRules.Admit(Application(birth), null, Today));
        Assert.Equal(Refusal.DocumentUnknown, ApplicationRules.Admit(Application(birth), Entry(birth) with { Name = "李四" }, Today));
        Assert.Equal(Refusal.DocumentUnknown, ApplicationRules.Admit(Application(birth), Entry(birth.AddDays(1)), Today));
    }

    private static RegisterEntry Entry(DateOnly birth) => new("P1", Name, birth, null, DocumentStatus.Active);

    private static CheckedDocument Application(DateOnly birth)
    {
        var digits = $"110105{birth:yyyyMMdd}001";
        var number = Enumerable.Range(0, 11).Select(last => digits + "0123456789X"[last])
            .First(candidate => StatutoryDocument.TryParse(DocumentKind.ResidentId, candidate, out _, out _));
        Assert.True(StatutoryDocument.TryParse(DocumentKind.ResidentId, number, out var document, out _));
        return new CheckedDocument(document, Name, BirthDate: null, ByEvidence: false);
    }
}
