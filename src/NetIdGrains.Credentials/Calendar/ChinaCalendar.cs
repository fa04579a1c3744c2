// China keeps one time, UTC+8, and since 1991 no summer time: the offset is a constant here, as a time zone database on the machine could
// only be missing or wrong. Ages (A4-3, A4-4) count anniversaries, and an age is reached on the birthday itself. Someone born on
// 29 February reaches it in a common year on 1 March: on 28 February the anniversary has not come yet, and a child's
// protection must not end a day early.
namespace NetIdGrains.Credentials;

public static class ChinaCalendar
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateTimeOffset Local(DateTimeOffset time) => time.ToOffset(Offset);

    public static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(Local(now).DateTime);

    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Offset);

    /// <returns>Whole years; negative before the birth.</returns>
    public static int AgeOn(DateOnly birth, DateOnly day)
    {
        var anniversaryToCome = (day.Month, day.Day).CompareTo((birth.Month, birth.Day)) < 0;
        return day.Year - birth.Year - (anniversaryToCome ? 1 : 0);
    }

    /// <summary>The last second of this month in China, or of a later one. Certificates end together, so an end joins nobody.</summary>
    public static DateTimeOffset EndOfMonth(DateTimeOffset now, int monthsAhead)
    {
        var today = Today(now);
        return new DateTimeOffset(today.Year, today.Month, 1, 0, 0, 0, Offset).AddMonths(monthsAhead + 1).AddSeconds(-1);
    }
}
