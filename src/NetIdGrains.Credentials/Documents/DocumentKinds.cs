// The names of document kinds in everything that leaves the process: API, register, certificates. They are stored and signed, so they never
// change, whatever the members of the enum are called.
namespace NetIdGrains.Credentials;

public static class DocumentKinds
{
    private static readonly Dictionary<DocumentKind, string> Names = new()
    {
        [DocumentKind.ResidentId] = "resident-id",
        [DocumentKind.HkMacaoResidencePermit] = "hk-macao-residence-permit",
        [DocumentKind.TaiwanResidencePermit] = "taiwan-residence-permit",
        [DocumentKind.HkMacaoTravelPermit] = "hk-macao-travel-permit",
        [DocumentKind.TaiwanTravelPermit] = "taiwan-travel-permit",
        [DocumentKind.ForeignPermanentResidentCard] = "foreign-pr-card",
        [DocumentKind.Passport] = "passport",
    };

    private static readonly Dictionary<string, DocumentKind> Kinds = Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string NameOf(DocumentKind kind) => Names[kind];

    public static bool TryParse(string? name, out DocumentKind kind) => Kinds.TryGetValue(name ?? "", out kind);
}
