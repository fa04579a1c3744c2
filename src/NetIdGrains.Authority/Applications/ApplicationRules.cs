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

    private const int AgeWithoutGuardian = 18;
    private const int ShortestNonce = 16;
    private const int LongestNonce = 64;

    /// <summary>What everyone who applies consents to, each by itself (A9-2).</summary>
    public static IReadOnlySet<string> Consents { get; } = new HashSet<string>(["application", "document-number"], StringComparer.Ordinal);

    /// <summary>
    /// Every step is a command of the device, with a nonce of its own after the application's id. The latest again is no replay: its answer may
    /// have been lost, and so its time does not matter.
    /// </summary>
    public static Refusal Admit(
        SignedCommand command, IVerificationKey device, string application, string? latest, string audience, DateTimeOffset now) =>
        command.Device != device.Thumbprint ? Refusal.DeviceKeyInvalid
        : !command.VerifiedBy(device) ? Refusal.CommandSignature
        : command.Ward is not null ? Refusal.CommandMalformed
        : !command.Nonce.StartsWith($"{application}.", StringComparison.Ordinal) ? Refusal.CommandReplayed
        : command.Nonce.Length - application.Length - 1 is < ShortestNonce or > LongestNonce ? Refusal.CommandMalformed
        : command.Audience != audience ? Refusal.CommandAudience
        : command.Digest != latest && command.Check(audience, now) != CommandFault.None ? Refusal.CommandStale
        : Refusal.None;

    /// <summary>
    /// Which step a command is for. What is agreed to is agreed to once, unless the notice has changed: then the application begins again (A10-1).
    /// </summary>
    public static Refusal CheckOrder(string command, ApplicationSecrets secrets, bool needsFace, string notice) => command switch
    {
        "cancel" => secrets.Issuing ? Refusal.ApplicationStep : Refusal.None,
        "agree" => secrets.Notice == notice || secrets.Issuing ? Refusal.ApplicationStep : Refusal.None,
        _ when secrets.Notice != notice && !secrets.Issuing => Refusal.NoticeNotCurrent,
        _ => NameOf(Next(secrets, needsFace)) == command ? Refusal.None : Refusal.ApplicationStep,
    };

    /// <summary>
    /// What is to come. Between face and completing is the guardian's place (A4-4): until guardians are there, <see cref="Admit(CheckedDocument,
    /// RegisterEntry?, DateOnly)"/> lets no child come so far.
    /// </summary>
    public static ApplicationStep Next(ApplicationSecrets secrets, bool needsFace) =>
        secrets.Document is null ? ApplicationStep.Document
        : needsFace && secrets.FaceMatched is null ? ApplicationStep.Face
        : ApplicationStep.Complete;

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

    public static bool IsCommand(string command) => command is "agree" or "document" or "face" or "complete" or "cancel";

    /// <summary>A10-1, A9-2: the notice as it is now, and a consent for each purpose of what is done so far, no more and no fewer.</summary>
    public static Refusal CheckAgreement(AgreeBody body, string notice) =>
        body.Notice != notice ? Refusal.NoticeNotCurrent
        : body.Consents.Count != Consents.Count || !Consents.SetEquals(body.Consents) ? Refusal.ConsentMissing
        : Refusal.None;

    /// <summary>What the register's answer decides: A4-1 (valid document), A4-3 and A4-4 (children need their guardian, who comes later).</summary>
    public static Refusal Admit(CheckedDocument document, RegisterEntry? entry, DateOnly today) =>
        entry is null || !PersonName.Same(entry.Name, document.Name) || !document.AllowsBirthDate(entry.BirthDate) ? Refusal.DocumentUnknown
        : entry.Status == DocumentStatus.Expired || entry.Expiry < today ? Refusal.DocumentExpired
        : entry.Status != DocumentStatus.Active ? Refusal.DocumentNotValid
        : ChinaCalendar.AgeOn(entry.BirthDate, today) < AgeWithoutGuardian ? Refusal.GuardianNeeded
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
