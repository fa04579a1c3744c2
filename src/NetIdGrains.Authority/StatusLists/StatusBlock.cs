using System.Globalization;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// One status list's name: the month in which everything on it ends, one of the lanes that are filled side by side, and how many of that lane were
/// filled before it. A certificate's lane is drawn: one that followed from the person would be the same at every platform.
/// </summary>
/// <param name="Month">As in 202612.</param>
public sealed record StatusBlock(int Month, int Lane, int Generation)
{
    /// <summary>Every list has this many entries from the beginning, most of them nobody's: that is the crowd an index hides in.</summary>
    public const int Size = 1 << 20;

    public const int Lanes = 8;

    public const int Generations = 1_000;

    /// <summary>Two bits for each entry: valid, invalid, suspended.</summary>
    public const int Bits = 2;

    /// <summary>For clocks that go after; then nobody asks any more.</summary>
    private static readonly TimeSpan KeptBeyond = TimeSpan.FromDays(1);

    public static StatusBlock Of(DateTimeOffset expires, int lane, int generation)
    {
        var month = ChinaCalendar.Today(expires);
        return new StatusBlock((month.Year * 100) + month.Month, lane, generation);
    }

    /// <summary>When the last of its certificates has ended, and it is dropped.</summary>
    public DateTimeOffset Dropped => ChinaCalendar.EndOfMonth(new DateTimeOffset(Month / 100, Month % 100, 2, 0, 0, 0, TimeSpan.Zero), 0) + KeptBeyond;

    public static bool TryParse(string text, out StatusBlock block)
    {
        block = new StatusBlock(0, 0, 0);
        var parts = text.Split('-', 4);
        if (parts.Length != 3 || !TryNumber(parts[0], out var month) || !TryNumber(parts[1], out var lane) || !TryNumber(parts[2], out var generation))
            return false;
        block = new StatusBlock(month, lane, generation);
        return block.ToString() == text && lane < Lanes && generation < Generations && month % 100 is >= 1 and <= 12 && month / 100 is >= 1 and <= 9998;
    }

    /// <summary>Whether certificates can be on it now: any other is told unknown before a grain is woken.</summary>
    public bool IsCurrent(DateTimeOffset now) =>
        Month >= Of(now - KeptBeyond, 0, 0).Month && Month <= Of(ChinaCalendar.EndOfMonth(now, monthsAhead: 1), 0, 0).Month;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:d6}-{Lane}-{Generation}");

    private static bool TryNumber(string part, out int number) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
