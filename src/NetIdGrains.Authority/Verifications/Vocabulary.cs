using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>What a citizen shows, by the pilot's names.</summary>
public static class Modes
{
    public const string NetIdAndCode = "NetIdAndCode";

    /// <summary>For each mode what is proved by it, in the words of RFC 8176 §2: what a result states as its assurance.</summary>
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> Proved = new Dictionary<string, ImmutableArray<string>>
    {
        ["R01"] = ["pop"],
        ["R02"] = ["pop", "pin"],
        ["R03"] = ["pop", "face"],
        ["R04"] = ["pop", "pin", "face"],
        [NetIdAndCode] = ["otp"],
    }.ToImmutableDictionary();

    public static ImmutableArray<string> All { get; } = [.. Proved.Keys.Order(StringComparer.Ordinal)];

    public static ImmutableArray<string> Assurance(string mode) => Proved[mode];

    public static bool NeedsPassword(string mode) => Proved[mode].Contains("pin");

    public static bool NeedsFace(string mode) => Proved[mode].Contains("face");
}

/// <summary>What a platform may learn beside yes or no, if it is entitled to (A8-1).</summary>
public static class Predicates
{
    public const string AgeBand = "age_band";
    public const string Minor = "minor";

    /// <summary>Yes for a child whose guardian agrees (A5-2), and never who that is; absent for everybody else.</summary>
    public const string GuardianConsent = "guardian_consent";

    public static ImmutableArray<string> All { get; } = [AgeBand, Minor, GuardianConsent];

    /// <summary>The band's name, as a platform learns it.</summary>
    public static string NameOf(AgeBand band) => band switch
    {
        Authority.AgeBand.Under14 => "under-14",
        Authority.AgeBand.From14To17 => "14-17",
        _ => "18-and-over",
    };
}

/// <summary>The identity data that a law can make a platform hold (A8-2).</summary>
public static class IdentityFields
{
    public static ImmutableArray<string> All { get; } = ["name", "document_kind", "document_number", "birth_date"];

    public static string ValueOf(Identity identity, string field) => field switch
    {
        "name" => identity.Name,
        "document_kind" => identity.DocumentKind,
        "document_number" => identity.DocumentNumber,
        "birth_date" => identity.BirthDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };
}
