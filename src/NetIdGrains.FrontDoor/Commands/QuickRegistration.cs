using System.CommandLine;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary>A platform with one service, by options: enough to begin with.</summary>
internal sealed class QuickRegistration
{
    private readonly Option<string?> _name = Text("--name", "The legal entity");
    private readonly Option<string> _kind = Text("--kind", "company, government or organisation", "company");
    private readonly Option<string?> _contact = Text("--contact", "Whom citizens turn to; public");
    private readonly Option<string> _service = Text("--service", "The id of its one service", "login");
    private readonly Option<string?> _purpose = Text("--purpose", "What it verifies for; stands in every receipt");
    private readonly Option<string> _basis = Text("--basis", "The kind of its legal basis: consent, contract, statutory-obligation, statutory-duty", "contract");
    private readonly Option<string?> _legalBasis = Text("--legal-basis", "By what right; stands in every receipt");
    private readonly Option<string?> _alternative = Text("--alternative", "The other lawful way to verify that it offers (it must offer one)");
    private readonly Option<string[]> _modes = new("--mode")
    {
        Description = "What it may ask for: R01 (by default), R02, R03, R04, NetIdAndCode; may stand several times",
    };

    private readonly Option<string?> _sector = Text("--sector", "Whom its per-platform identifiers are for; its own id if left out");

    private Option[] All => [_name, _kind, _contact, _service, _purpose, _basis, _legalBasis, _alternative, _modes, _sector];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>Those that were given, by name.</summary>
    public IReadOnlyList<string> GivenIn(ParseResult parsed) =>
        [.. All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];

    /// <exception cref="SettingsException">Something is missing.</exception>
    public RegistrationDocument Read(ParseResult parsed, string platform)
    {
        var missing = new[] { _name, _contact, _purpose, _legalBasis, _alternative }.Where(option => parsed.GetValue(option) is null).ToList();
        if (missing.Count > 0)
            throw new SettingsException($"Missing: {string.Join(", ", missing.Select(option => option.Name))}; or give --file with the whole registration.");

        var service = new ServiceDocument(
            parsed.GetValue(_service)!,
            parsed.GetValue(_purpose)!,
            parsed.GetValue(_basis)!,
            parsed.GetValue(_legalBasis)!,
            parsed.GetValue(_alternative)!,
            parsed.GetValue(_modes) is { Length: > 0 } modes ? modes : ["R01"]);
        return new RegistrationDocument(
            parsed.GetValue(_name)!, parsed.GetValue(_kind)!, parsed.GetValue(_contact)!, [service], Sector: parsed.GetValue(_sector) ?? platform);
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<string> Text(string name, string description, string otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };
}
