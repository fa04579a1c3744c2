using System.Globalization;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>The development register: constructed persons from a file. Their numbers use region codes that do not exist, so none is anyone's.</summary>
public sealed class CsvPopulationRegister : IPopulationRegister
{
    private readonly Dictionary<(string Kind, string Number), RegisterEntry> _entries;

    private CsvPopulationRegister(Dictionary<(string Kind, string Number), RegisterEntry> entries) => _entries = entries;

    /// <summary>The file that comes with the program.</summary>
    public static string DevelopmentFile => Path.Combine(AppContext.BaseDirectory, "Register", "persons.csv");

    public static CsvPopulationRegister Load(string path)
    {
        var lines = File.ReadLines(path).Select(line => line.Split(',')).ToList();
        var columns = lines[0].Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index);
        var parents = lines.Skip(1).Where(row => row[columns["relation"]] is "father" or "mother")
            .ToLookup(row => row[columns["household"]], row => row[columns["person"]]);
        return new CsvPopulationRegister(lines.Skip(1).ToDictionary(
            row => (row[columns["document_kind"]], row[columns["document_number"]]),
            row => new RegisterEntry(
                row[columns["person"]],
                row[columns["name"]],
                Date(row[columns["birth_date"]]),
                row[columns["document_expiry"]] is "long-term" or "" ? null : Date(row[columns["document_expiry"]]),
                RegisterFormat.Status(row[columns["status"]]))
            {
                Guardians = row[columns["relation"]] == "child" ? [.. parents[row[columns["household"]]].Distinct()] : [],
            }));
    }

    public Task<RegisterEntry?> FindAsync(DocumentKind kind, string number, CancellationToken cancellationToken) =>
        Task.FromResult(_entries.GetValueOrDefault((DocumentKinds.NameOf(kind), number)));

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The register's words, in the file and over HTTP.</summary>
internal static class RegisterFormat
{
    public static DocumentStatus Status(string status) => status switch
    {
        "active" => DocumentStatus.Active,
        "expired" => DocumentStatus.Expired,
        "revoked" => DocumentStatus.Revoked,
        "reported-lost" => DocumentStatus.ReportedLost,
        "deceased" => DocumentStatus.Deceased,
        _ => throw new FormatException("The register answered with a document status that is not known."),
    };
}
