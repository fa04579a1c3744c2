// A15-1: the kinds of document that the register answers for, each with its validator in a file of its own. Faults are told in one order,
// so that two validators of one number never disagree: format, check character, birth date, region, country.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NetIdGrains.Credentials;

public enum DocumentKind
{
    ResidentId,
    HkMacaoResidencePermit,
    TaiwanResidencePermit,
    HkMacaoTravelPermit,
    TaiwanTravelPermit,
    ForeignPermanentResidentCard,
    Passport,
}

public enum DocumentFault
{
    None,
    Format,
    CheckCharacter,
    BirthDate,
    Region,
    Country,
}

public enum Sex
{
    Female,
    Male,
}

/// <summary>A document number that is well formed. Whether it was ever issued, and to whom, only the register knows.</summary>
public sealed record StatutoryDocument
{
    private readonly string birthDigits;

    internal StatutoryDocument(DocumentKind kind, string number, string identityKey, string birthDigits = "", Sex? sex = null)
    {
        (Kind, Number, IdentityKey, Sex) = (kind, number, identityKey, sex);
        this.birthDigits = birthDigits;
    }

    public DocumentKind Kind { get; }

    /// <summary>In the one spelling that is compared and stored.</summary>
    public string Number { get; }

    /// <summary>The part of the number that stays one person's when a document is issued again.</summary>
    public string IdentityKey { get; }

    /// <summary>Null where the number does not say.</summary>
    public Sex? Sex { get; }

    /// <summary>Null where the number does not say, or leaves the century open.</summary>
    public DateOnly? BirthDate =>
        DateOnly.TryParseExact(birthDigits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <param name="kind">What the holder says it is; a number alone does not tell.</param>
    /// <param name="number">The number; of a passport both lines of its machine-readable zone.</param>
    /// <param name="document">Null if and only if there is a fault.</param>
    /// <param name="fault">The first fault in the order of <see cref="DocumentFault"/>.</param>
    public static bool TryParse(
        DocumentKind kind, string? number, [NotNullWhen(true)] out StatutoryDocument? document, out DocumentFault fault)
    {
        document = null;
        var text = number ?? "";
        fault = kind switch
        {
            DocumentKind.ResidentId => ResidentId.Read(text, out document),
            DocumentKind.HkMacaoResidencePermit => ResidencePermit.ReadHkMacao(text, out document),
            DocumentKind.TaiwanResidencePermit => ResidencePermit.ReadTaiwan(text, out document),
            DocumentKind.HkMacaoTravelPermit => TravelPermit.ReadHkMacao(text, out document),
            DocumentKind.TaiwanTravelPermit => TravelPermit.ReadTaiwan(text, out document),
            DocumentKind.ForeignPermanentResidentCard => ForeignPermanentResidentCard.Read(text, out document),
            DocumentKind.Passport => Passport.Read(text, out document),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return document is not null;
    }

    /// <summary>One that was read before, by the number that was kept of it: of a passport that is not what <see cref="TryParse"/> takes.</summary>
    public static bool TryRestore(DocumentKind kind, string? number, [NotNullWhen(true)] out StatutoryDocument? document) =>
        kind == DocumentKind.Passport ? Passport.TryRestore(number, out document) : TryParse(kind, number, out document, out _);

    /// <summary>False when the number contradicts this birth date; a number that says less contradicts less.</summary>
    public bool AllowsBirthDate(DateOnly birthDate) =>
        birthDate.ToString("yyyyMMdd", CultureInfo.InvariantCulture).EndsWith(birthDigits, StringComparison.Ordinal);

    public override string ToString() => "sealed";

    internal static StatutoryDocument WithCitizenNumber(DocumentKind kind, string number, DateOnly birthDate) =>
        new(kind, number, number, birthDate.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CitizenNumber.SexOf(number));
}
