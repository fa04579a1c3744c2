// GB 11643-1999: the 18 characters of CitizenNumber, or the retired form of 15 digits.
namespace NetIdGrains.Credentials;

/// <summary>A resident identity number of 18 characters; the retired form of 15 digits is converted.</summary>
public readonly record struct ResidentId
{
    private ResidentId(string number, DateOnly birthDate)
    {
        Number = number;
        BirthDate = birthDate;
    }

    public string Number { get; }

    public DateOnly BirthDate { get; }

    public Sex Sex => CitizenNumber.SexOf(Number);

    public static bool TryParse(string? number, out ResidentId id, out DocumentFault fault)
    {
        var full = InFullForm(number);
        fault = CitizenNumber.Check(full, out var birthDate);
        if (fault == DocumentFault.None && !Provinces.Contains(full[..2])) fault = DocumentFault.Region;
        id = fault == DocumentFault.None ? new ResidentId(full, birthDate) : default;
        return fault == DocumentFault.None;
    }

    public override string ToString() => "sealed";

    internal static DocumentFault Read(string number, out StatutoryDocument? document)
    {
        document = TryParse(number, out var id, out var fault)
            ? StatutoryDocument.WithCitizenNumber(DocumentKind.ResidentId, id.Number, id.BirthDate)
            : null;
        return fault;
    }

    // The retired form (before 1999) has two digits of the year, all of the 1900s, and no check character.
    private static string InFullForm(string? number)
    {
        if (number?.Length != 15 || number.AsSpan().ContainsAnyExceptInRange('0', '9')) return number?.Replace('x', 'X') ?? "";
        var digits = $"{number[..6]}19{number[6..]}";
        return digits + CitizenNumber.CheckCharacter(digits);
    }
}
