// ICAO Doc 9303 part 3 §4.9: check digits by the weights 7, 3, 1 modulo 10, letters counting from A = 10, the filler as nothing.
using System.Globalization;

namespace NetIdGrains.Credentials;

internal static class Icao9303
{
    public const char Filler = '<';

    /// <param name="text">Digits, capital letters and fillers.</param>
    public static char CheckDigit(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<int> weights = [7, 3, 1];
        var sum = 0;
        for (var i = 0; i < text.Length; i++) sum += ValueOf(text[i]) * weights[i % weights.Length];
        return (char)('0' + (sum % 10));
    }

    /// <summary>Six digits that are a date in this century or the last; only 29 February 2000 makes a difference between them.</summary>
    public static bool IsDate(ReadOnlySpan<char> digits) =>
        DateOnly.TryParseExact($"20{digits}", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static int ValueOf(char symbol) => char.IsAsciiDigit(symbol) ? symbol - '0' : symbol == Filler ? 0 : symbol - 'A' + 10;
}
