using System.Collections.Frozen;
using Used = NetIdGrains.Authority.DataKinds;

namespace NetIdGrains.Authority;

/// <summary>Why a verification of a citizen's ended as it did. A platform never learns it: to it a fail is a fail.</summary>
public enum DecisionReason
{
    InOrder = 0,
    Denied,
    Frozen,
    FrozenByOperator,
    FrozenByRegister,
    ConsentWithdrawn,
    DeviceRemoved,
    CertificateGivenUp,
    GuardiansDevice,
    GuardianshipEnded,
    GuardianConsentMissing,
    PasswordWrong,
    PasswordDelayed,
    PasswordBlocked,
    FaceNotMatched,
    CodeWrong,
    CodesClosed,
    AnotherPerson,
}

/// <summary>PIPL 48: what a citizen is told of a decision about them.</summary>
/// <param name="Name">Stable; what wallets compare.</param>
/// <param name="Clause">What the decision stands on; docs/requirements.md has them.</param>
/// <param name="Data">What it was decided by.</param>
/// <param name="Meaning">In one sentence.</param>
public sealed record ReasonEntry(string Name, string Clause, DataKinds Data, string Meaning);

public static class DecisionReasons
{
    public static FrozenDictionary<DecisionReason, ReasonEntry> Entries { get; } = new Dictionary<DecisionReason, ReasonEntry>
    {
        [DecisionReason.InOrder] = new("in-order", "A2-3", Used.Age | Used.Certificate | Used.Consent | Used.Device | Used.Freeze, "Nothing stood against it."),
        [DecisionReason.Denied] = new("denied", "A4-2", Used.Device, "You, or a guardian, said no."),
        [DecisionReason.Frozen] = new("frozen", "A4-2", Used.Freeze, "You, a guardian or the freeze code had frozen what was used."),
        [DecisionReason.FrozenByOperator] = new("frozen-by-operator", "S-1", Used.Freeze, "An operator had: status says by which law; appeal is against it."),
        [DecisionReason.FrozenByRegister] = new("frozen-by-register", "A4-1", Used.Freeze, "The register had reported the document, or the person."),
        [DecisionReason.ConsentWithdrawn] = new("consent-withdrawn", "PIPL 15", Used.Consent, "A consent that the Net ID stands on was withdrawn."),
        [DecisionReason.DeviceRemoved] = new("device-removed", "A12-1", Used.Device, "The device was none of yours any more."),
        [DecisionReason.CertificateGivenUp] = new("certificate-given-up", "A2-3", Used.Certificate | Used.Device, "The certificate was given up for newer ones."),
        [DecisionReason.GuardiansDevice] = new("guardians-device", "A4-4", Used.Age | Used.Device, "A guardian's device is for children under 14."),
        [DecisionReason.GuardianshipEnded] = new("guardianship-ended", "A4-5", Used.Device | Used.Guardian, "Who held the certificate is your guardian no more."),
        [DecisionReason.GuardianConsentMissing] = new("guardian-consent-missing", "A5-2", Used.Age | Used.Consent, "No consent of a guardian covered this use."),
        [DecisionReason.PasswordWrong] = new("password-wrong", "A12-1", Used.Password | Used.PasswordTries, "The password was not right."),
        [DecisionReason.PasswordDelayed] = new("password-delayed", "NIST SP 800-63B §3.2.2", Used.PasswordTries, "Too soon after wrong ones: not looked at."),
        [DecisionReason.PasswordBlocked] = new("password-blocked", "NIST SP 800-63B §3.2.2", Used.PasswordTries, "A hundred wrong ones: not looked at."),
        [DecisionReason.FaceNotMatched] = new("face-not-matched", "A12-1", Used.Document | Used.Face | Used.Name, "The face was not found yours, or not alive."),
        [DecisionReason.CodeWrong] = new("code-wrong", "RFC 6238 §5.2", Used.Code, "The code typed was wrong, too old, or used before."),
        [DecisionReason.CodesClosed] = new("codes-closed", "A4-2", Used.Code, "The Net ID with a code was closed: by you, or by wrong codes."),
        [DecisionReason.AnotherPerson] = new("another-person", "A8-1", Used.Enrolment, "The platform asked about an identifier that is not yours."),
    }.ToFrozenDictionary();

    /// <summary>Of a line that a log from before reasons were kept has brought along.</summary>
    public static ReasonEntry NotKept { get; } = new("not-kept", "PIPL 48", Used.None, "It was decided before reasons were kept.");

    /// <summary>A refusal of the password, as a reason.</summary>
    public static DecisionReason Of(Refusal password) => password switch
    {
        Refusal.PasswordBlocked => DecisionReason.PasswordBlocked,
        Refusal.PasswordDelayed => DecisionReason.PasswordDelayed,
        _ => DecisionReason.PasswordWrong,
    };

    public static DecisionReason Of(Freeze freeze) => freeze.By switch
    {
        FreezeBy.Operator => DecisionReason.FrozenByOperator,
        FreezeBy.Register => DecisionReason.FrozenByRegister,
        _ => DecisionReason.Frozen,
    };

    /// <summary>What was read: for a yes, also what its mode proves.</summary>
    public static DataKinds DataOf(DecisionReason reason, string mode)
    {
        if (reason != DecisionReason.InOrder)
            return Entries[reason].Data;
        if (mode == Modes.NetIdAndCode)
            return Used.Age | Used.Code | Used.Consent | Used.Freeze;
        return Entries[reason].Data
            | (Modes.NeedsPassword(mode) ? Used.Password | Used.PasswordTries : Used.None)
            | (Modes.NeedsFace(mode) ? Used.Document | Used.Face | Used.Name : Used.None);
    }
}

/// <summary>
/// How a reason stands in the log: as a MAC under a key that only the citizen's record makes, for this one verification. Whoever has the log, the
/// operator too, reads no reason in it: a rare one, such as an operator's own freeze, would say whose line it is.
/// </summary>
public static class ReasonMark
{
    private const int Length = 22;

    /// <summary>What makes the marks of one verification; base64.</summary>
    public static string KeyOf(byte[] logKey, string platform, string sequenceNumber) => VerificationMark.Of(logKey, $"reason/{platform}/{sequenceNumber}");

    public static string Of(string key, DecisionReason reason) =>
        VerificationMark.Of(Convert.FromBase64String(key), DecisionReasons.Entries[reason].Name)[..Length];

    /// <summary>Null for a mark that is none of this key's.</summary>
    public static DecisionReason? Read(string key, string? mark)
    {
        foreach (var reason in DecisionReasons.Entries.Keys)
        {
            if (Of(key, reason) == mark)
                return reason;
        }

        return null;
    }
}
