using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A wallet's commands, each with what it does to the record.</summary>
public static class CitizenCommands
{
    /// <summary>Withdrawn ones go first, then the oldest that went to a platform; what the Net ID itself stands on is always kept.</summary>
    private const int MostConsents = 500;

    public const int ConsentIdSize = 10;

    /// <summary>How long one pre-approval is good for.</summary>
    private static readonly TimeSpan PreApproval = TimeSpan.FromSeconds(60);

    /// <summary>They change nothing, so their nonces are remembered in memory alone.</summary>
    public static ImmutableArray<string> Questions { get; } = ["consents", "waiting"];

    public static ImmutableArray<string> Changes { get; } = ["freeze", "unfreeze", "open-codes", "close-codes", "pre-approve", "withdraw-consent", "give-consent"];

    public static ImmutableArray<string> All { get; } = [.. Questions, .. Changes];

    public static ImmutableArray<Consent> Remembered(ImmutableArray<Consent> consents)
    {
        while (consents.Length > MostConsents && Forgettable(consents) is { } oldest)
            consents = consents.Remove(oldest);
        return consents;
    }

    /// <summary>
    /// What a command makes of the record, but for what is sealed. A freeze of what is frozen changes nothing, and so is not remembered either:
    /// somebody in trouble may send it as often as they like. One that was caught can so be sent again while it is fresh, after an unfreeze too:
    /// telling it from a freeze by a device whose clock is slow would cost those who need it.
    /// </summary>
    public static CitizenState Apply(CitizenState before, SignedCommand command, CommandAdmission admission, DateTimeOffset now) =>
        command.Command == "freeze" && before.FrozenSince is not null ? before : Changed(CitizenRules.Carry(before, command, admission), command.Command, now);

    /// <summary>What it makes of the sealed part: opening the mode gives it a secret that no earlier device has; closing it leaves none.</summary>
    public static CitizenSecrets Apply(CitizenSecrets secrets, WalletChange change, DateTimeOffset now, IRandomSource random) => change.Command switch
    {
        "open-codes" => secrets with { CodeSecret = Convert.ToBase64String(DynamicPassword.CreateSecret(random)) },
        "close-codes" => secrets with { CodeSecret = null },
        "withdraw-consent" when secrets.Consents.First(consent => consent.Id == change.Consent) is { Withdrawn: null } given =>
            secrets with { Consents = secrets.Consents.Replace(given, given with { Withdrawn = now }) },
        "give-consent" when !IsGiven(secrets, change.Consent!) => secrets with { Consents = Remembered(secrets.Consents.Add(Again(change, now, random))) },
        _ => secrets,
    };

    /// <summary>Reads the body of a command of the wallet's own.</summary>
    public static (Refusal Refusal, WalletChange Change) Read(SignedCommand command, CitizenSecrets secrets)
    {
        switch (command.Command)
        {
            case "withdraw-consent":
                var (unread, withdraw) = StrictObject.Read<WithdrawBody>(command.Body, WalletBodies.Strict);
                if (unread == Refusal.None && secrets.Consents.All(consent => consent.Id != withdraw!.Consent))
                    unread = Refusal.ConsentUnknown;
                return (unread, new WalletChange(command.Command, withdraw?.Consent));
            case "give-consent":
                var (refusal, give) = StrictObject.Read<GiveBody>(command.Body, WalletBodies.Strict);
                if (refusal == Refusal.None)
                    refusal = give!.Notice != Notice.Current.Hash ? Refusal.NoticeNotCurrent
                        : !Notice.Current.Purposes.ContainsKey(give.Purpose) ? Refusal.ConsentUnknown : Refusal.None;
                return (refusal, new WalletChange(command.Command, give?.Purpose));
            default:
                return (StrictObject.Read<NoBody>(command.Body, WalletBodies.Strict).Refusal, new WalletChange(command.Command, Consent: null));
        }
    }

    private static CitizenState Changed(CitizenState state, string command, DateTimeOffset now) => command switch
    {
        "freeze" => state with { FrozenSince = now },
        "unfreeze" => state with { FrozenSince = null },
        "open-codes" => state with { Codes = new CodeMode(IsOpen: true, 0, null) },
        "close-codes" => state with { Codes = CodeMode.Closed },
        "pre-approve" => state with { PreApprovedUntil = now + PreApproval },
        _ => state,
    };

    /// <summary>To the notice as it is now: consenting to what is consented to makes no other record.</summary>
    /// <summary>Null when all that is left is what the Net ID stands on.</summary>
    private static Consent? Forgettable(ImmutableArray<Consent> consents) =>
        consents.FirstOrDefault(consent => consent is { Platform: not null, Withdrawn: not null })
        ?? consents.FirstOrDefault(consent => consent.Platform is not null)
        ?? consents.FirstOrDefault(consent => consents.Last(other => other.Purpose == consent.Purpose) != consent);

    private static bool IsGiven(CitizenSecrets secrets, string purpose) =>
        secrets.Consents.LastOrDefault(consent => consent.Platform is null && consent.Purpose == purpose) is { Withdrawn: null } given
        && given.NoticeHash == Notice.Current.Hash;

    private static Consent Again(WalletChange change, DateTimeOffset now, IRandomSource random)
    {
        var purpose = Notice.Current.Purposes[change.Consent!];
        return new Consent(Base32.Random(random, ConsentIdSize), Notice.Current.Hash, purpose.Id, purpose.Kinds, now);
    }
}

/// <param name="Consent">The id of the consent to withdraw, or the purpose to consent to again.</param>
public sealed record WalletChange(string Command, string? Consent);
