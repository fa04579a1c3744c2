using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// What an application must satisfy, step by step. The order of the checks is the specification of which refusal is told when several hold.
/// </summary>
public static class ApplicationRules
{
    /// <summary>Faces that may turn out to be another's: each goes outside, so a stranger with a document may not try for ever.</summary>
    public const int MostWrongFaces = 5;

    /// <summary>What a face is compared on (A9-2): consented to with the face itself.</summary>
    public const string FaceConsent = "face-image";

    /// <summary>A4-4: how long a guardian has to confirm, and the applicant then to complete.</summary>
    public static readonly TimeSpan Live = TimeSpan.FromMinutes(15);

    private const int AgeOfOwnApplication = 14;
    public const int AgeWithoutGuardian = 18;
    private const int ShortestNonce = 16;
    private const int LongestNonce = 64;

    /// <summary>What everyone who applies consents to, each by itself (A9-2).</summary>
    public static IReadOnlySet<string> Consents { get; } = new HashSet<string>(["application", "document-number"], StringComparer.Ordinal);

    /// <summary>A guardian consents to the processing of a child's data by itself too: it is sensitive (A9-2, PIPL 31).</summary>
    public static IReadOnlySet<string> ConsentsForChild { get; } = new HashSet<string>([.. Consents, "child-data"], StringComparer.Ordinal);

    /// <summary>
    /// Every step is a command of the device, with a nonce of its own after the application's id. The latest again is no replay: its answer may
    /// have been lost, and so its time does not matter.
    /// </summary>
    public static Refusal Admit(
        SignedCommand command, IVerificationKey device, string application, string? latest, string audience, DateTimeOffset now) =>
        command.Device != device.Thumbprint ? Refusal.DeviceKeyInvalid
        : !command.VerifiedBy(device) ? Refusal.CommandSignature
        : CheckNonce(command, application) is not Refusal.None and var wrong ? wrong
        : command.Audience != audience ? Refusal.CommandAudience
        : command.Digest != latest && command.Check(audience, now) != CommandFault.None ? Refusal.CommandStale
        : Refusal.None;

    /// <summary>What is signed in one application is of use in no other.</summary>
    public static Refusal CheckNonce(SignedCommand command, string application) =>
        command.Ward is not null ? Refusal.CommandMalformed
        : !command.Nonce.StartsWith($"{application}.", StringComparison.Ordinal) ? Refusal.CommandReplayed
        : command.Nonce.Length - application.Length - 1 is < ShortestNonce or > LongestNonce ? Refusal.CommandMalformed
        : Refusal.None;

    /// <summary>
    /// Which step a command is for. What is agreed to is agreed to once, unless the notice has changed: then the application begins again (A10-1).
    /// </summary>
    public static Refusal CheckOrder(string command, ApplicationSecrets secrets, bool needsFace, string notice, DateTimeOffset now) => command switch
    {
        "cancel" => secrets.Issuing ? Refusal.ApplicationStep : Refusal.None,
        "agree" => secrets.Notice == notice || secrets.Issuing ? Refusal.ApplicationStep : Refusal.None,
        _ when secrets.Notice != notice && !secrets.Issuing => Refusal.NoticeNotCurrent,
        "ask-guardian" => Next(secrets, needsFace, now) == ApplicationStep.Guardian ? Refusal.None : Refusal.ApplicationStep,
        _ => NameOf(Next(secrets, needsFace, now)) == command ? Refusal.None : Refusal.ApplicationStep,
    };

    /// <summary>
    /// What is to come. From 14 to 17 a guardian confirms, live: what was confirmed too long ago is confirmed again (A4-4).
    /// </summary>
    public static ApplicationStep Next(ApplicationSecrets secrets, bool needsFace, DateTimeOffset now) =>
        secrets.Document is null ? ApplicationStep.Document
        : needsFace && secrets.FaceMatched is null ? ApplicationStep.Face
        : !secrets.Issuing && NeedsConfirmation(secrets, now) ? ApplicationStep.Guardian
        : ApplicationStep.Complete;

    /// <summary>A4-3, A4-4: whose application it must be, by the age on this day and what the register says of guardians.</summary>
    /// <param name="entry">The register's.</param>
    /// <param name="today">In China.</param>
    /// <param name="guardian">The person index of the guardian who applies; null for one's own application.</param>
    /// <param name="guardians">The person indexes of those the register names.</param>
    public static Refusal CheckAge(RegisterEntry entry, DateOnly today, string? guardian, ImmutableArray<string> guardians) =>
        (ChinaCalendar.AgeOn(entry.BirthDate, today) < AgeOfOwnApplication, guardian) switch
        {
            (true, null) => Refusal.GuardianNeeded,
            (true, _) => guardians.Contains(guardian) ? Refusal.None : Refusal.WardUnknown,
            (false, null) => Refusal.None,
            _ => Refusal.WardOfAge,
        };

    /// <summary>A4-4: whether a guardian may confirm now.</summary>
    public static Refusal CheckConfirmation(ApplicationSecrets secrets, DateTimeOffset now) =>
        secrets.GuardianAsked is not { } asked || now > asked + Live ? Refusal.GuardianNotAsked : Refusal.None;

    private static bool NeedsConfirmation(ApplicationSecrets secrets, DateTimeOffset now) =>
        ChinaCalendar.AgeOn(secrets.Document!.Identity.BirthDate, ChinaCalendar.Today(now)) is >= AgeOfOwnApplication and < AgeWithoutGuardian
        && !(secrets.GuardianConfirmed + Live >= now);

    /// <summary>As commands and answers have it.</summary>
    public static string NameOf(ApplicationStep step) => step switch
    {
        ApplicationStep.Agree => "agree",
        ApplicationStep.Document => "document",
        ApplicationStep.Face => "face",
        ApplicationStep.Guardian => "guardian",
        ApplicationStep.Complete => "complete",
        ApplicationStep.Issued => "issued",
        _ => "cancelled",
    };

    public static bool IsCommand(string command) => command is "agree" or "document" or "face" or "ask-guardian" or "complete" or "cancel";

    /// <summary>A10-1, A9-2: the notice as it is now, and a consent for each purpose of what is done so far, no more and no fewer.</summary>
    public static Fault CheckAgreement(AgreeBody body, string notice, IReadOnlySet<string> consents) =>
        body.Notice != notice ? Refusal.NoticeNotCurrent
        : body.Consents.Count != consents.Count || !consents.SetEquals(body.Consents)
            ? new Fault(Refusal.ConsentMissing, $"consents must be {string.Join(", ", consents.Order(StringComparer.Ordinal))}, each once.")
        : Refusal.None;

    /// <summary>What the register's answer decides of a document (A4-1).</summary>
    public static Refusal Admit(CheckedDocument document, RegisterEntry? entry, DateOnly today) =>
        entry is null || !PersonName.Same(entry.Name, document.Name) || !document.AllowsBirthDate(entry.BirthDate) ? Refusal.DocumentUnknown
        : entry.Status == DocumentStatus.Expired || entry.Expiry < today ? Refusal.DocumentExpired
        : entry.Status != DocumentStatus.Active ? Refusal.DocumentNotValid
        : Refusal.None;

    /// <summary>The one rule for passwords, wherever one is chosen.</summary>
    public static Refusal CheckPassword(string password, DateOnly? birthDate, string number) => PasswordRules.Check(password, birthDate, number) switch
    {
        PasswordFault.None => Refusal.None,
        PasswordFault.Format => Refusal.PasswordFormat,
        PasswordFault.TooCommon => Refusal.PasswordTooCommon,
        _ => Refusal.PasswordPersonal,
    };
}
