namespace NetIdGrains.FrontDoorTests;

/// <summary>Machine-readable zones (ICAO Doc 9303 part 4 §4.2), made here so that the library is not its own judge.</summary>
internal static class Passports
{
    public static string Zone(string number, DateOnly birth, char sex, DateOnly expiry, string country = "CHN")
    {
        var upper = $"P<{country}WEI<<ANYUAN".PadRight(44, '<');
        var (numberField, dates) = (WithCheck(number.PadRight(9, '<')), (Birth: WithCheck($"{birth:yyMMdd}"), Expiry: WithCheck($"{expiry:yyMMdd}")));
        var personal = WithCheck("".PadRight(14, '<'));
        var lower = $"{numberField}{country}{dates.Birth}{sex}{dates.Expiry}{personal}";
        return upper + lower + CheckOf($"{numberField}{dates.Birth}{dates.Expiry}{personal}");
    }

    private static string WithCheck(string field) => field + CheckOf(field);

    private static char CheckOf(string field)
    {
        int[] weights = [7, 3, 1];
        var sum = field.Select((symbol, place) => (symbol == '<' ? 0 : char.IsAsciiDigit(symbol) ? symbol - '0' : symbol - 'A' + 10) * weights[place % 3]).Sum();
        return (char)('0' + (sum % 10));
    }
}
