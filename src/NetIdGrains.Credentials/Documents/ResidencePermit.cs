// Residence permits for residents of Hong Kong, Macao and Taiwan (State Council Order 2018 No. 81, article 7): the 18 characters of
// CitizenNumber, with an address that is the whole region and has no counties.
namespace NetIdGrains.Credentials;

internal static class ResidencePermit
{
    public static DocumentFault ReadHkMacao(string number, out StatutoryDocument? document) =>
        Read(DocumentKind.HkMacaoResidencePermit, ["810000", "820000"], number, out document);

    public static DocumentFault ReadTaiwan(string number, out StatutoryDocument? document) =>
        Read(DocumentKind.TaiwanResidencePermit, ["830000"], number, out document);

    private static DocumentFault Read(DocumentKind kind, string[] regions, string number, out StatutoryDocument? document)
    {
        document = null;
        var upper = number.Replace('x', 'X');
        var fault = CitizenNumber.Check(upper, out var birthDate);
        if (fault != DocumentFault.None) return fault;
        if (!regions.Contains(upper[..6])) return DocumentFault.Region;
        document = StatutoryDocument.WithCitizenNumber(kind, upper, birthDate);
        return DocumentFault.None;
    }
}
