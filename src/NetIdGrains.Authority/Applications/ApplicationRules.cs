using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>An application that passed every check that needs nobody else: ready to ask the register.</summary>
public sealed record CheckedApplication(
    ApplyBody Body, IVerificationKey DeviceKey, ImmutableArray<string> HolderKeys, StatutoryDocument Document, string Name)
{
    public override string ToString() => "sealed";
}

/// <summary>What an application must satisfy. The order of the checks is the specification of which refusal is told when several hold.</summary>
public static class ApplicationRules
{
    private const int AgeWithoutGuardian = 18;

    /// <summary>The checks on the signed command alone.</summary>
    public static Refusal Check(
        string jws, string applicationId, AuthorityOptions options, Notice notice, DateTimeOffset now, out CheckedApplication? application)
    {
        application = null;
        if (!SignedCommand.TryParse(jws, out var command))
            return Refusal.CommandMalformed;
        if (command.Command != "apply")
            return Refusal.CommandUnknown;
        var (unread, body) = ApplyBody.Read(command.Body);
        if (body is null)
            return unread;
        if (!VerificationKey.TryFromJwk(body.DeviceKey, out var deviceKey) || deviceKey.Thumbprint != command.Device)
            return Refusal.DeviceKeyInvalid;
        var signed = CheckSignature(command, deviceKey, applicationId, options.Issuer, now);
        if (signed != Refusal.None)
            return signed;
        if (HolderKeys.Prove(body.HolderKeyProofs, options, applicationId, now) is not { } holderKeys)
            return Refusal.HolderKeyProofInvalid;
        if (body.Notice != notice.Hash)
            return Refusal.NoticeNotCurrent;
        if (!notice.Purposes.Keys.ToHashSet().SetEquals(body.Consents))
            return Refusal.ConsentMissing;
        var documented = CheckDocument(body, out var document, out var name);
        if (documented != Refusal.None)
            return documented;
        application = new CheckedApplication(body, deviceKey, holderKeys, document!, name);
        return CheckPassword(body.Password, application.Document.BirthDate, application.Document.Number);
    }

    /// <summary>What the register's answer decides: A4-1 (valid document), A4-3 and A4-4 (children need their guardian, who comes later).</summary>
    public static Refusal Admit(CheckedApplication application, RegisterEntry? entry, DateOnly today) =>
        entry is null || !PersonName.Same(entry.Name, application.Name) || !application.Document.AllowsBirthDate(entry.BirthDate) ? Refusal.DocumentUnknown
        : entry.Status == DocumentStatus.Expired || entry.Expiry < today ? Refusal.DocumentExpired
        : entry.Status != DocumentStatus.Active ? Refusal.DocumentNotValid
        : ChinaCalendar.AgeOn(entry.BirthDate, today) < AgeWithoutGuardian ? Refusal.GuardianNeeded
        : Refusal.None;

    private static Refusal CheckSignature(SignedCommand command, IVerificationKey deviceKey, string applicationId, string audience, DateTimeOffset now) =>
        !command.VerifiedBy(deviceKey) ? Refusal.CommandSignature :
        command.Nonce != applicationId ? Refusal.CommandReplayed :
        command.Check(audience, now) switch
        {
            CommandFault.Audience => Refusal.CommandAudience,
            CommandFault.Stale => Refusal.CommandStale,
            _ => Refusal.None,
        };

    private static Refusal CheckDocument(ApplyBody body, out StatutoryDocument? document, out string name)
    {
        document = null;
        name = "";
        if (!DocumentKinds.TryParse(body.Document.Kind, out var kind) || kind != DocumentKind.ResidentId)
            return Refusal.DocumentKindNotAccepted;
        if (!StatutoryDocument.TryParse(kind, body.Document.Number, out document, out var fault))
        {
            return fault switch
            {
                DocumentFault.Format => Refusal.DocumentFormat,
                DocumentFault.CheckCharacter => Refusal.DocumentCheckCharacter,
                DocumentFault.BirthDate => Refusal.DocumentBirthDate,
                _ => Refusal.DocumentRegion,
            };
        }

        return PersonName.TryNormalise(body.Document.Name, out name) ? Refusal.None : Refusal.NameInvalid;
    }

    /// <summary>The one rule for passwords, wherever one is chosen.</summary>
    public static Refusal CheckPassword(string password, DateOnly? birthDate, string number) => PasswordRules.Check(password, birthDate, number) switch
    {
        PasswordFault.None => Refusal.None,
        PasswordFault.Format => Refusal.PasswordFormat,
        PasswordFault.TooCommon => Refusal.PasswordTooCommon,
        _ => Refusal.PasswordPersonal,
    };
}
