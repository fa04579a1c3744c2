using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>One person: the only place where their freezes, devices and consents are true. Keyed by person index.</summary>
[Alias("netid.citizen")]
public interface ICitizenGrain : IGrainWithStringKey
{
    /// <summary>
    /// Enrols this person, once (A2-5). Repeating it for the same application and device resumes where a crash left it and hands out
    /// further certificate numbers.
    /// </summary>
    Task<Answer<Enrolled>> Enrol(EnrolCitizen command);

    /// <summary>What a verification needs to know now; the very next call after a freeze sees the freeze.</summary>
    Task<Standing> Standing(StandingQuery query);

    /// <summary>A wallet's signed command.</summary>
    Task<Answer<CitizenStatus>> Execute(WalletCommand command);
}

/// <summary>What the register and the applicant said, checked. Stored only sealed.</summary>
[GenerateSerializer]
[Alias("netid.identity")]
public sealed record Identity(string DocumentKind, string DocumentNumber, string Name, DateOnly BirthDate)
{
    public override string ToString() => "sealed";
}

/// <summary>A password as kept (PBKDF2 under the vault's pepper); salt and hash in base64.</summary>
[GenerateSerializer]
[Alias("netid.password")]
public sealed record StoredPassword(int Version, int Rounds, string Salt, string Hash)
{
    public override string ToString() => "sealed";
}

/// <summary>A9-2: what was agreed to, for what, on which kinds of data, when.</summary>
[GenerateSerializer]
[Alias("netid.consent")]
public sealed record Consent(string NoticeHash, string Purpose, ImmutableArray<string> Kinds, DateTimeOffset Time);

[GenerateSerializer]
[Alias("netid.enrol")]
public sealed record EnrolCitizen(
    string ApplicationId,
    Identity Identity,
    string DeviceKey,
    StoredPassword Password,
    ImmutableArray<Consent> Consents,
    int CertificateCount)
{
    public override string ToString() => "sealed";
}

/// <summary>An enrolment that is durable: certificates with the numbers from <c>FirstCertificate</c> on may be signed.</summary>
[GenerateSerializer]
[Alias("netid.enrolled")]
public sealed record Enrolled(string NetId, string Handle, uint FirstCertificate, uint DeviceNumber, bool Resumed)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.standing-status")]
public enum StandingStatus
{
    /// <summary>No such enrolment, or no longer.</summary>
    Unknown = 0,
    Active = 1,
    Frozen = 2,
}

/// <summary>Asked with the index of the handle in the certificate: an earlier enrolment of the same person has no standing.</summary>
[GenerateSerializer]
[Alias("netid.standing-query")]
public sealed record StandingQuery(string EnrolmentIndex, DateOnly Day);

/// <summary>The tag is what stands for the citizen in this day's log; null when there is no citizen to stand for.</summary>
[GenerateSerializer]
[Alias("netid.standing")]
public sealed record Standing(StandingStatus Status, string? LogTag);

[GenerateSerializer]
[Alias("netid.wallet-command")]
public sealed record WalletCommand(string Jws, uint DeviceNumber)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.citizen-status")]
public sealed record CitizenStatus(bool Frozen, DateTimeOffset? FrozenSince);
