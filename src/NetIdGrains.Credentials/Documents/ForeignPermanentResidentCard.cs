// Both generations in use. 2017: country (ISO 3166-1 alpha-3), four digits of place, birth date in six digits, one digit of order, check
// digit of ICAO 9303. 2023: nine, province, country (ISO 3166-1 numeric), and the rest of CitizenNumber, whose region these six make up.
namespace NetIdGrains.Credentials;

internal static class ForeignPermanentResidentCard
{
    private const int LengthOf2017 = 15;

    public static DocumentFault Read(string number, out StatutoryDocument? document) =>
        number.Length == LengthOf2017 ? Read2017(number, out document) : Read2023(number.Replace('x', 'X'), out document);

    private static DocumentFault Read2017(string number, out StatutoryDocument? document)
    {
        document = null;
        if (number.AsSpan(0, 3).ContainsAnyExceptInRange('A', 'Z')) return DocumentFault.Format;
        if (number.AsSpan(3).ContainsAnyExceptInRange('0', '9')) return DocumentFault.Format;
        if (number[14] != Icao9303.CheckDigit(number.AsSpan(0, 14))) return DocumentFault.CheckCharacter;
        if (!Icao9303.IsDate(number.AsSpan(7, 6))) return DocumentFault.BirthDate;
        if (!Provinces.Contains(number[3..5])) return DocumentFault.Region;
        if (!Iso3166.IsForeignAlpha3(number[..3])) return DocumentFault.Country;
        document = new StatutoryDocument(DocumentKind.ForeignPermanentResidentCard, number, number, birthDigits: number[7..13]);
        return DocumentFault.None;
    }

    private static DocumentFault Read2023(string number, out StatutoryDocument? document)
    {
        document = null;
        if (!number.StartsWith('9')) return DocumentFault.Format;
        var fault = CitizenNumber.Check(number, out var birthDate);
        if (fault != DocumentFault.None) return fault;
        if (!Provinces.Contains(number[1..3])) return DocumentFault.Region;
        if (!Iso3166.IsForeignNumeric(number[3..6])) return DocumentFault.Country;
        document = StatutoryDocument.WithCitizenNumber(DocumentKind.ForeignPermanentResidentCard, number, birthDate);
        return DocumentFault.None;
    }
}
