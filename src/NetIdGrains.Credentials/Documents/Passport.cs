// The passport of a citizen settled abroad, by its machine-readable zone: ICAO Doc 9303 part 4 §4.2, two lines of 44 characters. A foreign
// passport reads well and is refused by its country: the register has no foreigner under a passport number (A15-1).
using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.Credentials;

internal static class Passport
{
    private const int LineLength = 44;
    private const int NumberLength = 9;
    private const string China = "CHN";

    /// <param name="zone">Both lines, with or without a line break between.</param>
    /// <param name="document">Its number is the passport's: nine characters, another after each renewal.</param>
    public static DocumentFault Read(string zone, out StatutoryDocument? document)
    {
        document = null;
        if (!TrySplit(zone, out var upper, out var lower) || !HasForm(upper, lower)) return DocumentFault.Format;
        if (!HasCheckDigits(lower)) return DocumentFault.CheckCharacter;
        if (!Icao9303.IsDate(lower.AsSpan(13, 6))) return DocumentFault.BirthDate;
        if (upper[2..5] != China || lower[10..13] != China) return DocumentFault.Country;
        var number = lower[..9].TrimEnd(Icao9303.Filler);
        document = new StatutoryDocument(DocumentKind.Passport, number, number, birthDigits: lower[13..19], SexOf(lower[20]));
        return DocumentFault.None;
    }

    /// <summary>By its number alone, which says nothing of a birth date.</summary>
    public static bool TryRestore(string? number, [NotNullWhen(true)] out StatutoryDocument? document)
    {
        var isNumber = number is { Length: > 0 and <= NumberLength } && number.All(symbol => char.IsAsciiLetterUpper(symbol) || char.IsAsciiDigit(symbol));
        document = isNumber ? new StatutoryDocument(DocumentKind.Passport, number!, number!) : null;
        return isNumber;
    }

    private static bool TrySplit(string zone, out string upper, out string lower)
    {
        (upper, lower) = ("", "");
        if (zone.Length is < 2 * LineLength or > (2 * LineLength) + 2) return false;
        (upper, lower) = (zone[..LineLength], zone[^LineLength..]);
        return zone[LineLength..^LineLength] is "" or "\n" or "\r\n";
    }

    private static bool HasForm(string upper, string lower) =>
        upper[0] == 'P' && upper.All(symbol => char.IsAsciiLetterUpper(symbol) || symbol == Icao9303.Filler)
        && lower.All(symbol => char.IsAsciiLetterUpper(symbol) || char.IsAsciiDigit(symbol) || symbol == Icao9303.Filler)
        && char.IsAsciiLetterOrDigit(lower[0])
        && !lower.AsSpan(13, 6).ContainsAnyExceptInRange('0', '9')
        && lower[20] is 'F' or 'M' or Icao9303.Filler
        && !lower.AsSpan(21, 6).ContainsAnyExceptInRange('0', '9') && Icao9303.IsDate(lower.AsSpan(21, 6));

    // Of an empty optional field the check digit may be left out (§4.2.2.2, note j).
    private static bool HasCheckDigits(string lower) =>
        lower[9] == Icao9303.CheckDigit(lower.AsSpan(0, 9))
        && lower[19] == Icao9303.CheckDigit(lower.AsSpan(13, 6))
        && lower[27] == Icao9303.CheckDigit(lower.AsSpan(21, 6))
        && (lower[42] == Icao9303.CheckDigit(lower.AsSpan(28, 14)) || lower.AsSpan(28, 15).IndexOfAnyExcept(Icao9303.Filler) < 0)
        && lower[43] == Icao9303.CheckDigit($"{lower[..10]}{lower[13..20]}{lower[21..43]}");

    private static Sex? SexOf(char symbol) => symbol switch
    {
        'F' => Sex.Female,
        'M' => Sex.Male,
        _ => null,
    };
}
