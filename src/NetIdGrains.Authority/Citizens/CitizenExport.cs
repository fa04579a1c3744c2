using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>Everything that is stored of a citizen, in a common format (PIPL 45), but for secrets that would be worth stealing and tell nothing.</summary>
/// <param name="Made">When this was written.</param>
/// <param name="Identity">Document, name, birth date.</param>
/// <param name="Enrolled">Since when.</param>
/// <param name="HasPassword">A verifier of a password is stored; the password is not.</param>
/// <param name="PlatformsUsed">Those that were ever told yes, by the record or by a line of the log.</param>
/// <param name="Cases">Complaints and appeals, as far as they still exist.</param>
/// <param name="History">One's own lines of the authentication log, the newest first.</param>
/// <param name="Contact">The address that is told of security events.</param>
public sealed record CitizenExport(
    DateTimeOffset Made,
    string NetId,
    ImmutableArray<string> FormerNetIds,
    Identity Identity,
    DateTimeOffset Enrolled,
    bool HasPassword,
    ImmutableArray<ExportedDevice> Devices,
    ImmutableArray<Freeze> Freezes,
    ImmutableArray<ExportedAct> OperatorActs,
    bool CodesOpen,
    ImmutableArray<ExportedConsent> Consents,
    ImmutableArray<ExportedGuardian> Guardians,
    ImmutableArray<ExportedCertificate> Certificates,
    ImmutableArray<string> PlatformsUsed,
    ImmutableArray<CaseView> Cases,
    ImmutableArray<HistoryLine> History,
    string? Contact)
{
    public static CitizenExport Of(
        CitizenState state, CitizenSecrets secrets, ImmutableArray<CaseView> cases, IReadOnlyList<HistoryLine> history, DateTimeOffset now) => new(
        now,
        state.NetId!,
        state.FormerNetIds,
        secrets.Identity,
        secrets.Enrolled,
        state.Password is not null,
        [.. state.Devices.Select(device => new ExportedDevice(device.Number, device.Key, device.Added, device.WrongPasswords.Count))],
        state.Freezes,
        [.. state.OperatorActs.Select(act => new ExportedAct(act.Lift ? "lifted" : "froze", act.Time, act.Reason, act.LegalBasis))],
        state.Codes.IsOpen,
        [.. secrets.Consents.Select(ExportedConsent.Of)],
        [.. secrets.Guardians.Select(guardian => new ExportedGuardian(guardian.Source, guardian.Since, guardian.Ended, guardian.Until))],
        [.. secrets.Certificates.Select(one => new ExportedCertificate(CertificateNumber.Device(one.Number), one.StatusList, one.Index, one.Expires))],
        [.. secrets.Platforms.Select(used => used.Platform).Union(history.Where(line => line.Passed).Select(line => line.Platform))],
        cases,
        [.. history],
        secrets.Contact);

    public override string ToString() => "sealed";
}

/// <param name="Key">The public JWK; absent for what a guardian's device holds.</param>
public sealed record ExportedDevice(uint Number, string? Key, DateTimeOffset Added, int WrongPasswords)
{
    public override string ToString() => "sealed";
}

/// <summary>A guardian's too; who they are stays theirs.</summary>
public sealed record ExportedConsent(
    string Id,
    string NoticeHash,
    string Purpose,
    ImmutableArray<string> Kinds,
    DateTimeOffset Time,
    string? Platform,
    string? Service,
    DateTimeOffset? Withdrawn,
    ExportedGuardianTerms? Guardian)
{
    public static ExportedConsent Of(Consent consent) => new(
        consent.Id,
        consent.NoticeHash,
        consent.Purpose,
        consent.Kinds,
        consent.Time,
        consent.Platform,
        consent.Service,
        consent.Withdrawn,
        consent.Guardian is { } terms ? new ExportedGuardianTerms(terms.Until, terms.Once, terms.UsedFor) : null);
}

public sealed record ExportedGuardianTerms(DateTimeOffset Until, bool Once, string? UsedFor);

/// <summary>Who answers for it is the supervisor's to know.</summary>
/// <param name="What">froze or lifted.</param>
public sealed record ExportedAct(string What, DateTimeOffset Time, string Reason, string LegalBasis);

/// <summary>Who the guardian is stays the guardian's.</summary>
public sealed record ExportedGuardian(string Source, DateTimeOffset Since, DateTimeOffset? Ended, DateOnly? Until);

public sealed record ExportedCertificate(uint Device, string StatusList, int Index, DateTimeOffset Expires)
{
    public override string ToString() => "sealed";
}
