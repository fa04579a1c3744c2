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
    Task<Answer<Attested>> Attest(AttestCitizen query);

    /// <summary>What a face is compared with; null when there is no such enrolment.</summary>
    Task<Identity?> Reference(string enrolmentIndex);

    /// <summary>
    /// The signed command <c>approve</c> or <c>deny</c>, held against what was asked. In a mode with a face the first call answers with what
    /// the face is compared with and changes nothing; the second says that it matched.
    /// </summary>
    Task<Answer<Approval>> Decide(DecideVerification command);

    /// <summary>A changing QR that was scanned at a counter; each is good once.</summary>
    Task<Answer<RedeemedQr>> RedeemQr(RedeemQr command);

    /// <summary>A dynamic password typed with the Net ID; each is good once.</summary>
    Task<Answer<Attested>> RedeemCode(RedeemCode command);

    /// <summary>A wallet's signed command.</summary>
    Task<Answer<CommandOutcome>> Execute(WalletCommand command);
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

/// <summary>A9-2: what was agreed to, for what, on which kinds of data, when. One shape for all; stored only sealed.</summary>
/// <param name="Id">What it is withdrawn by.</param>
/// <param name="NoticeHash">The notice that was agreed to.</param>
/// <param name="Purpose">A purpose of the notice, or that of a platform's service.</param>
/// <param name="Platform">To whom data went; null for a consent to the authority's own doing.</param>
/// <param name="Service">The platform's service.</param>
/// <param name="Withdrawn">Since when it counts no more.</param>
[GenerateSerializer]
[Alias("netid.consent")]
public sealed record Consent(
    string Id,
    string NoticeHash,
    string Purpose,
    ImmutableArray<string> Kinds,
    DateTimeOffset Time,
    string? Platform = null,
    string? Service = null,
    DateTimeOffset? Withdrawn = null)
{
    public override string ToString() => "sealed";
}

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

/// <summary>Asked with the index of the handle in the certificate: an earlier enrolment of the same person has no standing.</summary>
/// <param name="Day">The day in China, for the log's tag and the age.</param>
/// <param name="Password">What was typed, in a mode with a password.</param>
[GenerateSerializer]
[Alias("netid.attest")]
public sealed record AttestCitizen(string EnrolmentIndex, DateOnly Day, string? Password)
{
    public override string ToString() => "sealed";
}

/// <param name="Jws">The signed command.</param>
/// <param name="Transaction">The verification it decides.</param>
/// <param name="Ask">What was asked in it.</param>
/// <param name="Required">Fields that the law leaves no choice about.</param>
/// <param name="PlatformKeys">The platform's key set, if fields are asked for.</param>
/// <param name="Password">What the factors named by the command hold, opened.</param>
/// <param name="FactorsDigest">The digest of the factors that came with the command.</param>
/// <param name="FaceMatched">The face was compared and is the person's.</param>
[GenerateSerializer]
[Alias("netid.decide")]
public sealed record DecideVerification(
    string Jws,
    uint DeviceNumber,
    string Transaction,
    VerificationAsk Ask,
    ImmutableArray<string> Required,
    string? PlatformKeys,
    string? Password,
    string? FactorsDigest,
    bool FaceMatched)
{
    public override string ToString() => "sealed";
}

/// <param name="Denied">The citizen said no.</param>
/// <param name="Attested">What goes out.</param>
/// <param name="Predicates">Those of the asked that the citizen agreed to.</param>
/// <param name="Face">What a face must be compared with before the command is carried out.</param>
[GenerateSerializer]
[Alias("netid.approval")]
public sealed record Approval(bool Denied, Attested Attested, ImmutableArray<string> Predicates, Identity? Face)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.redeem-qr")]
public sealed record RedeemQr(string Qr, uint DeviceNumber, string Transaction, bool ResultOnly)
{
    public override string ToString() => "sealed";
}

/// <param name="PreApproved">What the citizen agreed to beforehand; null when they are to be asked.</param>
[GenerateSerializer]
[Alias("netid.redeemed-qr")]
public sealed record RedeemedQr(Attested? PreApproved)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.redeem-code")]
public sealed record RedeemCode(string NetId, string Code)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.wallet-command")]
public sealed record WalletCommand(string Jws, uint DeviceNumber)
{
    public override string ToString() => "sealed";
}

/// <summary>What a wallet learns from a command.</summary>
/// <param name="CodesOpen">Whether the Net ID with a dynamic password is good for anything.</param>
/// <param name="CodeSecret">The secret of the dynamic password, base64url; only for the command that asks for it.</param>
/// <param name="Consents">For the command that asks for them.</param>
/// <param name="Waiting">Verifications at a counter that wait for this citizen; for the command that asks for them.</param>
[GenerateSerializer]
[Alias("netid.command-outcome")]
public sealed record CommandOutcome(
    DateTimeOffset? FrozenSince, bool CodesOpen, string? CodeSecret, ImmutableArray<Consent>? Consents, ImmutableArray<string>? Waiting)
{
    public override string ToString() => "sealed";
}
