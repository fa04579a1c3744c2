// The 18 characters of GB 11643-1999, which residence permits and the foreign permanent resident card of 2023 took over: six characters of
// region, birth date, three digits of sequence (odd: male), check character by ISO 7064 MOD 11-2.
using System.Globalization;

namespace NetIdGrains.Credentials;

internal static class CitizenNumber
{
    public const int Length = 18;

    /// <summary>All but the region, which each kind of document has its own rule for.</summary>
    public static DocumentFault Check(string number, out DateOnly birthDate)
    {
        birthDate = default;
        if (!HasForm(number)) return DocumentFault.Format;
        if (number[17] != CheckCharacter(number)) return DocumentFault.CheckCharacter;
        return DateOnly.TryParseExact(number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out birthDate)
            ? DocumentFault.None
            : DocumentFault.BirthDate;
    }

    public static Sex SexOf(string number) => (number[16] - '0') % 2 == 1 ? Sex.Male : Sex.Female;

    public static char CheckCharacter(string digits)
    {
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += (digits[i] - '0') * weights[i];
        return "10X98765432"[sum % 11];
    }

    private static bool HasForm(string number) =>
        number.Length == Length
        && !number.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9')
        && (char.IsAsciiDigit(number[17]) || number[17] == 'X');
}
