// GB 11643-1999: six digits of region, birth date, three digits of sequence (odd: male), check character by ISO 7064 MOD 11-2.
// A15-1. Faults are told in one order, so that two validators of one number never disagree: format, check character, birth date, region.
using System.Globalization;

namespace NetIdGrains.Credentials;

public enum DocumentKind
{
    ResidentId,
}

public enum DocumentFault
{
    None,
    Format,
    CheckCharacter,
    BirthDate,
    Region,
}

public enum Sex
{
    Female,
    Male,
}

/// <summary>A resident identity number of 18 characters; the retired form of 15 digits is converted.</summary>
public readonly record struct ResidentId
{
    // Counties come and go, and numbers keep the county of their first issue: only the province is held against a list.
    private static readonly HashSet<string> Provinces =
    [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
        "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];

    private ResidentId(string number, DateOnly birthDate)
    {
        Number = number;
        BirthDate = birthDate;
    }

    public string Number { get; }

    public DateOnly BirthDate { get; }

    public Sex Sex => (Number[16] - '0') % 2 == 1 ? Sex.Male : Sex.Female;

    public static bool TryParse(string? number, out ResidentId id, out DocumentFault fault)
    {
        var full = InFullForm(number);
        fault = Check(full, out var birthDate);
        id = fault == DocumentFault.None ? new ResidentId(full, birthDate) : default;
        return fault == DocumentFault.None;
    }

    public override string ToString() => "sealed";

    private static DocumentFault Check(string number, out DateOnly birthDate)
    {
        birthDate = default;
        if (!HasForm(number)) return DocumentFault.Format;
        if (number[17] != CheckCharacter(number)) return DocumentFault.CheckCharacter;
        if (!DateOnly.TryParseExact(number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out birthDate))
            return DocumentFault.BirthDate;
        return Provinces.Contains(number[..2]) ? DocumentFault.None : DocumentFault.Region;
    }

    private static bool HasForm(string number) =>
        number.Length == 18
        && !number.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9')
        && (char.IsAsciiDigit(number[17]) || number[17] == 'X');

    // The retired form (before 1999) has two digits of the year, all of the 1900s, and no check character.
    private static string InFullForm(string? number)
    {
        if (number?.Length != 15 || number.AsSpan().ContainsAnyExceptInRange('0', '9')) return number?.Replace('x', 'X') ?? "";
        var digits = $"{number[..6]}19{number[6..]}";
        return digits + CheckCharacter(digits);
    }

    private static char CheckCharacter(string digits)
    {
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += (digits[i] - '0') * weights[i];
        return "10X98765432"[sum % 11];
    }
}
