namespace NetIdGrains.Credentials.Tests;

public class ChinaCalendarTests
{
    [Theory]
    [InlineData("2026-11-21T15:59:59Z", "2026-11-21")]
    [InlineData("2026-11-21T16:00:00Z", "2026-11-22")]
    [InlineData("1988-07-01T15:30:00Z", "1988-07-01")]
    public void The_day_is_that_of_China_all_the_year(string now, string day) =>
        Assert.Equal(DateOnly.Parse(day), ChinaCalendar.Today(DateTimeOffset.Parse(now)));

    [Theory]
    [InlineData("2012-11-22", "2026-11-21", 13)]
    [InlineData("2012-11-22", "2026-11-22", 14)]
    [InlineData("2008-11-23", "2026-11-22", 17)]
    [InlineData("2008-11-21", "2026-11-22", 18)]
    [InlineData("2012-02-29", "2026-02-28", 13)]
    [InlineData("2012-02-29", "2026-03-01", 14)]
    [InlineData("2012-02-29", "2028-02-29", 16)]
    [InlineData("2012-03-01", "2026-02-28", 13)]
    [InlineData("2026-11-23", "2026-11-22", -1)]
    public void A4_3_an_age_is_reached_on_the_birthday_itself(string birth, string day, int age) =>
        Assert.Equal(age, ChinaCalendar.AgeOn(DateOnly.Parse(birth), DateOnly.Parse(day)));

    [Theory]
    [InlineData("2026-11-22T00:00:00Z", 0, "2026-11-30T23:59:59+08:00")]
    [InlineData("2026-11-30T16:00:00Z", 0, "2026-12-31T23:59:59+08:00")]
    [InlineData("2027-11-22T00:00:00Z", 3, "2028-02-29T23:59:59+08:00")]
    [InlineData("2026-11-22T00:00:00Z", 2, "2027-01-31T23:59:59+08:00")]
    public void A_certificate_ends_with_a_month_in_China(string now, int ahead, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end), ChinaCalendar.EndOfMonth(DateTimeOffset.Parse(now), ahead));
}
