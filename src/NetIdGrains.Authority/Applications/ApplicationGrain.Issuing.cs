using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>The end of an application: check, ask the register again, and have the citizen's own grain enrol and issue.</summary>
public sealed partial class ApplicationGrain
{
    private async Task<Answer<ApplicationStanding>> CompleteAsync(
        ApplicationSecrets secrets, SignedCommand signed, string? factors, CancellationToken cancellationToken)
    {
        var refusal = ReadCompletion(signed, factors, out var completion);
        if (refusal != Refusal.None)
            return refusal;
        var applicant = secrets.Document!;
        if (secrets.Guardian is null) // a guardian's own password was tried when they signed
            refusal = ApplicationRules.CheckPassword(completion!.Password, applicant.Identity.BirthDate, applicant.Identity.DocumentNumber);
        if (refusal != Refusal.None)
            return refusal;
        var (admitted, entry) = await AskRegisterAsync(CheckedDocument.Of(applicant.Identity), secrets.Guardian, cancellationToken);
        if (entry is null)
            return admitted;
        if (PersonIndex.Derive(keys.PersonIndex, entry.PersonId) != applicant.PersonIndex)
            return Refusal.DocumentUnknown; // the number has become another's between two steps

        // Durable before the enrolment: what may have happened is finished by the next try, and no longer cancelled.
        var issuing = secrets with { Issuing = true };
        if (!secrets.Issuing && (await SaveAsync(issuing)).Refusal is not Refusal.None and var unsaved)
            return unsaved;
        var issued = await IssueAsync(secrets, applicant, completion!, entry);
        if (issued.Value is { } credentials)
            return await CloseAsync(new IssuedApplication(applicant.PersonIndex, secrets.DeviceKey, secrets.Guardian), credentials);
        if (issued.Refusal == Refusal.Unavailable)
            return issued.Refusal;
        var kept = await SaveAsync(issuing with { Issuing = false }); // a clear no: the applicant may leave as before
        return kept.Refusal == Refusal.None ? issued.Refusal : kept.Refusal;
    }

    /// <summary>
    /// A2-5: one person, one Net ID. Who is enrolled already gets this device added to it when a reader has read the document just now and the
    /// face was compared; what was typed, or a document alone, is no proof that it is them.
    /// </summary>
    private async Task<Answer<IssuedCredentials>> IssueAsync(
        ApplicationSecrets secrets, ApplicantDocument applicant, Completion completion, RegisterEntry entry)
    {
        var citizen = GrainFactory.GetGrain<ICitizenGrain>(applicant.PersonIndex);
        var enrolment = new EnrolCitizen(
            Id,
            applicant.Identity,
            secrets.DeviceKey,
            secrets.Guardian is null ? StoredPassword.Of(completion.Password, keys, options, random) : null,
            ConsentsOf(secrets),
            completion.HolderKeys,
            await GuardiansOfAsync(entry),
            secrets.Guardian?.PersonIndex);
        var enrolled = await citizen.Enrol(enrolment);
        return enrolled.Refusal == Refusal.AlreadyEnrolled && applicant.ByEvidence && secrets.FaceMatched is not null
            ? await citizen.Reidentify(enrolment)
            : enrolled;
    }

    /// <summary>A9-2: those agreed to in the beginning, and the face's own.</summary>
    private ImmutableArray<Consent> ConsentsOf(ApplicationSecrets secrets)
    {
        var given = ConsentsFor(secrets).Order(StringComparer.Ordinal).Select(purpose => (Purpose: purpose, Time: secrets.Agreed));
        if (secrets.FaceMatched is { } compared)
            given = given.Append((ApplicationRules.FaceConsent, compared));
        return [.. given.Select(consent => new Consent(
            $"{consent.Purpose}-{secrets.Notice[..8]}", secrets.Notice, consent.Purpose, options.Notice.Purposes[consent.Purpose].Kinds, consent.Time))];
    }

    /// <summary>
    /// A lost answer is had again by completing again: the same Net ID, further certificates. What was sealed for the application is gone by
    /// then; the citizen's record knows what it has brought, and after they have left it knows nothing.
    /// </summary>
    private async Task<Answer<ApplicationStanding>> ResumeAsync(IssuedApplication issued, SignedCommand signed, TakeStep command)
    {
        var issuedTo = new ApplicationSecrets(issued.DeviceKey, Notice: "", Agreed: default, Latest: "") { Guardian = issued.Guardian };
        var refusal = await AdmitAsync(issuedTo, signed, command.Jws, command.Factors);
        if (refusal != Refusal.None)
            return refusal;
        if (signed.Command != "complete")
            return Refusal.ApplicationStep;
        var fault = ReadCompletion(signed, command.Factors, out var completion);
        if (fault != Refusal.None)
            return fault;
        var resumed = await GrainFactory.GetGrain<ICitizenGrain>(issued.PersonIndex).Resume(
            new ResumeApplication(Id, issued.DeviceKey, completion!.HolderKeys, issued.Guardian?.PersonIndex));
        return resumed.Value is { } credentials ? await CloseAsync(issued, credentials) : resumed.Refusal;
    }

    /// <summary>What completing brings, whether for the first time or again.</summary>
    private Fault ReadCompletion(SignedCommand signed, string? sealedFactors, out Completion? completion)
    {
        completion = null;
        var (refusal, body) = StrictObject.Read<CompleteBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        if (HolderKeys.Prove(body.HolderKeyProofs, options, Id, time.GetUtcNow()) is not { } holderKeys)
            return Refusal.HolderKeyProofInvalid;
        refusal = OpenFactors(body.Factors, sealedFactors, out var factors);
        if (refusal != Refusal.None)
            return refusal;
        if (factors is not { Password: { } password, Face: null, NewPassword: null })
            return Refusal.FactorsInvalid;
        completion = new Completion(holderKeys, password);
        return Refusal.None;
    }

    /// <summary>What is left until its time is over says whose it was, and nothing of what was handed in.</summary>
    private async Task<Answer<ApplicationStanding>> CloseAsync(IssuedApplication issued, IssuedCredentials credentials)
    {
        if (State.Issued is null && !await TrySaveAsync(Record.SealIssued(issued)))
            return Refusal.Unavailable;
        await Record.ForgetAsync();
        return new ApplicationStanding(ApplicationStep.Issued, Expires, credentials);
    }

    private sealed record Completion(ImmutableArray<string> HolderKeys, string Password)
    {
        public override string ToString() => "sealed";
    }
}
