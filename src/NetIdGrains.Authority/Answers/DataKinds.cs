using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// PIPL 48: what a decision has read, in words that are the same everywhere. Kinds, never values: a refusal says the same of everybody who meets it.
/// What was sent with the request itself is not named, but for what proves who somebody is.
/// </summary>
[Flags]
[GenerateSerializer]
[Alias("netid.data-kinds")]
public enum DataKinds
{
    None = 0,

    /// <summary>The birth date, and what follows from it.</summary>
    Age = 1 << 0,

    /// <summary>An application under way.</summary>
    Application = 1 << 1,

    /// <summary>A complaint or appeal.</summary>
    Case = 1 << 2,
    Certificate = 1 << 3,

    /// <summary>A dynamic password or freeze code, and how often a wrong one was tried.</summary>
    Code = 1 << 4,

    /// <summary>Commands of before: against replays and floods.</summary>
    Commands = 1 << 5,
    Consent = 1 << 6,
    Device = 1 << 7,
    Document = 1 << 8,

    /// <summary>Whether there is a Net ID, and whose.</summary>
    Enrolment = 1 << 9,

    /// <summary>What an accredited body has signed.</summary>
    Evidence = 1 << 10,
    Face = 1 << 11,
    Freeze = 1 << 12,
    Guardian = 1 << 13,

    /// <summary>Lines of the authentication log.</summary>
    Log = 1 << 14,
    Name = 1 << 15,

    /// <summary>The network address, as a MAC in memory.</summary>
    NetworkAddress = 1 << 16,
    Password = 1 << 17,
    PasswordTries = 1 << 18,

    /// <summary>A platform's registration.</summary>
    Platform = 1 << 19,

    /// <summary>What the population register says.</summary>
    Register = 1 << 20,

    /// <summary>A verification under way.</summary>
    Verification = 1 << 21,
}

public static partial class DataKindsNames
{
    /// <summary>As they are written outside, such as "password-tries".</summary>
    public static ImmutableArray<string> Names(this DataKinds kinds) =>
        [.. Enum.GetValues<DataKinds>().Where(kind => kind != DataKinds.None && kinds.HasFlag(kind)).Select(kind => NameOf($"{kind}"))];

    private static string NameOf(string member) => Capital().Replace(member, "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Capital();
}
