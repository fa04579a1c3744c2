using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Whose commands, and what for: the table of what a wallet can say. What each does to the record is in <see cref="RecordChanges"/>.</summary>
/// <param name="Name">As it is signed.</param>
/// <param name="Kind">How it is carried out.</param>
/// <param name="NeedsPassword">Sealed beside the command: the device alone, stolen, is not enough.</param>
/// <param name="ForChildren">A child under 14 may give it by a device of their own; all else their guardian does (A4-3).</param>
/// <param name="TakesAway">It only ever takes away: however many commands came before it, it is carried out.</param>
public sealed record WalletCommandKind(string Name, CommandKind Kind, bool NeedsPassword = false, bool ForChildren = false, bool TakesAway = false);

public enum CommandKind
{
    /// <summary>It changes nothing, so its nonce is remembered in memory alone.</summary>
    Question,

    /// <summary>It changes the record and nothing else.</summary>
    Change,

    /// <summary>It changes where the citizen is told of security events.</summary>
    Contact,

    /// <summary>It issues certificates.</summary>
    Issue,

    /// <summary>It opens a case of the supervisor's.</summary>
    Case,

    /// <summary>It is the last one.</summary>
    Leave,
}

public static class CitizenCommands
{
    /// <summary>Withdrawn ones go first, then the oldest that went to a platform; what the Net ID itself stands on is always kept.</summary>
    private const int MostConsents = 500;

    public const int ConsentIdSize = 10;

    private static readonly ImmutableArray<WalletCommandKind> Kinds =
    [
        new("status", CommandKind.Question, ForChildren: true),
        new("consents", CommandKind.Question, ForChildren: true),
        new("waiting", CommandKind.Question, ForChildren: true),
        new("history", CommandKind.Question, ForChildren: true),
        new("cases", CommandKind.Question),
        new("explain", CommandKind.Question, ForChildren: true),
        new("export", CommandKind.Question, NeedsPassword: true),
        new("freeze", CommandKind.Change, ForChildren: true, TakesAway: true),
        new("unfreeze", CommandKind.Change, NeedsPassword: true),
        new("new-freeze-code", CommandKind.Change, NeedsPassword: true),
        new("open-codes", CommandKind.Change),
        new("close-codes", CommandKind.Change, TakesAway: true),
        new("pre-approve", CommandKind.Change),
        new("give-consent", CommandKind.Change),
        new("withdraw-consent", CommandKind.Change, TakesAway: true),
        new("consent-for-ward", CommandKind.Change),
        new("add-device", CommandKind.Change, NeedsPassword: true),
        new("remove-device", CommandKind.Change, TakesAway: true),
        new("change-password", CommandKind.Change, NeedsPassword: true),
        new("set-contact", CommandKind.Contact, NeedsPassword: true),
        new("prove-contact", CommandKind.Contact),
        new("remove-contact", CommandKind.Contact, TakesAway: true),
        new("refill", CommandKind.Issue),
        new("renew", CommandKind.Issue),
        new("change-net-id", CommandKind.Issue, NeedsPassword: true),
        new("complain", CommandKind.Case),
        new("appeal", CommandKind.Case),
        new("cancel", CommandKind.Leave, NeedsPassword: true, TakesAway: true),
    ];

    private static readonly ImmutableDictionary<string, WalletCommandKind> ByName = Kinds.ToImmutableDictionary(kind => kind.Name);

    /// <summary>All that the record itself carries out.</summary>
    public static ImmutableArray<string> All { get; } = [.. Kinds.Select(kind => kind.Name)];

    public static WalletCommandKind Find(string name) => ByName[name];

    /// <summary>Whether it is carried out however many commands are remembered: a question needs no room there, and what takes away never waits.</summary>
    public static bool NeverWaits(string name) => ByName.TryGetValue(name, out var kind) && (kind.TakesAway || kind.Kind == CommandKind.Question);

    public static ImmutableArray<Consent> Remembered(ImmutableArray<Consent> consents)
    {
        while (consents.Length > MostConsents && Forgettable(consents) is { } oldest)
            consents = consents.Remove(oldest);
        return consents;
    }

    /// <summary>Null when all that is left is what the Net ID stands on.</summary>
    private static Consent? Forgettable(ImmutableArray<Consent> consents) =>
        consents.FirstOrDefault(consent => consent is { Platform: not null, Withdrawn: not null })
        ?? consents.FirstOrDefault(consent => consent.Platform is not null)
        ?? consents.FirstOrDefault(consent => consents.Last(other => other.Purpose == consent.Purpose) != consent);
}
