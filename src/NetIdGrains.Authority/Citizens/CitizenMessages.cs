using System.Collections.Immutable;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

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
    public static StoredPassword Of(string password, AuthorityKeys keys, AuthorityOptions options, IRandomSource random)
    {
        var verifier = PasswordVerifier.Create(password, keys.PasswordPepper, options.PasswordRounds, random);
        return new StoredPassword(verifier.Version, verifier.Rounds, Convert.ToBase64String(verifier.Salt), Convert.ToBase64String(verifier.Hash));
    }

    public override string ToString() => "sealed";
}

/// <summary>A9-2: what was agreed to, for what, on which kinds of data, when. One shape for all; stored only sealed.</summary>
/// <param name="Id">What it is withdrawn by.</param>
/// <param name="NoticeHash">The notice that was agreed to.</param>
/// <param name="Purpose">A purpose of the notice, or that of a platform's service.</param>
/// <param name="Platform">To whom data went; null for a consent to the authority's own doing.</param>
/// <param name="Service">The platform's service.</param>
/// <param name="Withdrawn">Since when it counts no more.</param>
/// <param name="Guardian">Of a guardian's consent to a child's use.</param>
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
    DateTimeOffset? Withdrawn = null,
    GuardianTerms? Guardian = null)
{
    public override string ToString() => "sealed";
}

/// <summary>A5-2: what a guardian's consent to a child's use is bound to, beside platform, service, purpose and kinds of data.</summary>
/// <param name="By">Who gave it, by their person index: nobody is shown it, and it ends with them.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Once">For one verification; otherwise it stands until it ends or is withdrawn.</param>
/// <param name="UsedFor">For which: a <see cref="VerificationMark"/>.</param>
[GenerateSerializer]
[Alias("netid.guardian-terms")]
public sealed record GuardianTerms(string By, DateTimeOffset Until, bool Once, string? UsedFor = null)
{
    public override string ToString() => "sealed";
}

/// <param name="DeviceKey">A public JWK; null for a child whose guardian's device holds the certificates.</param>
/// <param name="Password">Null for the same.</param>
/// <param name="HolderKeys">Public JWKs, one for each certificate.</param>
/// <param name="Guardians">Of a minor: the person indexes of those who may act, and where that is known from.</param>
/// <param name="ActingGuardian">Of a child: whose device the certificates are for, by their person index.</param>
[GenerateSerializer]
[Alias("netid.enrol")]
public sealed record EnrolCitizen(
    string ApplicationId,
    Identity Identity,
    string? DeviceKey,
    StoredPassword? Password,
    ImmutableArray<Consent> Consents,
    ImmutableArray<string> HolderKeys,
    ImmutableArray<NamedGuardian> Guardians,
    string? ActingGuardian)
{
    public override string ToString() => "sealed";
}

/// <param name="DeviceKey">The public JWK of the device that applied.</param>
/// <param name="HolderKeys">Public JWKs, one for each certificate.</param>
[GenerateSerializer]
[Alias("netid.resume-application")]
public sealed record ResumeApplication(string ApplicationId, string? DeviceKey, ImmutableArray<string> HolderKeys, string? ActingGuardian)
{
    public override string ToString() => "sealed";
}

/// <param name="Source">"register" or "evidence".</param>
/// <param name="Until">The last day, where the evidence names one.</param>
[GenerateSerializer]
[Alias("netid.named-guardian")]
public sealed record NamedGuardian(string PersonIndex, string Source, DateOnly? Until = null)
{
    public override string ToString() => "sealed";
}

/// <summary>What somebody gets who is enrolled: a certificate for each holder key, in their order.</summary>
/// <param name="NetId">The Net ID.</param>
/// <param name="Device">What the wallet names its device by; for a child's guardian, what they name the child by.</param>
/// <param name="Certificates">One for each holder key, in their order.</param>
/// <param name="FreezeCode">To be kept apart from the phone: it freezes everything, once.</param>
/// <param name="Resumed">The same application has enrolled this person before.</param>
[GenerateSerializer]
[Alias("netid.issued")]
public sealed record IssuedCredentials(string NetId, string Device, ImmutableArray<string> Certificates, string FreezeCode, bool Resumed)
{
    public override string ToString() => "sealed";
}

/// <summary>Asked with the index of the handle in the certificate: an earlier enrolment of the same person has no standing.</summary>
/// <param name="Certificate">The certificate's number.</param>
/// <param name="Ask">What is asked.</param>
/// <param name="Day">The day in China, for the log's tag and the age.</param>
/// <param name="Password">What was typed, in a mode with a password.</param>
[GenerateSerializer]
[Alias("netid.attest")]
public sealed record AttestCitizen(string EnrolmentIndex, uint Certificate, VerificationAsk Ask, DateOnly Day, string? Password)
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
/// <param name="Guardian">Whose command it is when it is not the citizen's own: a person index, vouched for.</param>
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
    bool FaceMatched,
    string? Guardian = null)
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
public sealed record RedeemQr(string Qr, uint DeviceNumber, string Transaction, VerificationAsk Ask, bool ResultOnly)
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
public sealed record RedeemCode(string NetId, string Code, VerificationAsk Ask)
{
    public override string ToString() => "sealed";
}
