using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A4-4: from 14 to 17 the applicant applies, and a guardian confirms, live.</summary>
public sealed partial class ApplicationGrain
{
    async Task<Answer<ApplicantView>> IApplicationGrain.Confirm(ConfirmApplication command, CancellationToken cancellationToken)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        if (signed.Command is not ("see-application" or "confirm-application"))
            return Refusal.CommandUnknown;
        var (refusal, body) = StrictObject.Read<ConfirmBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        if (body.Application != Id)
            return Refusal.ApprovalMismatch;
        if (!references.TryOpenDevice(signed.Device, out var guardian, out var device))
            return Refusal.DeviceUnknown;
        var vouched = await GrainFactory.GetGrain<ICitizenGrain>(guardian).Vouch(new VouchForWard(command.Jws, device, Password: null));
        if (vouched.Refusal != Refusal.None)
            return vouched.Refusal;
        var now = time.GetUtcNow();
        if (now >= Expires || await Record.OpenAsync(State) is not { Document: { } applicant } secrets)
            return Refusal.ApplicationUnknown;
        refusal = await CheckGuardianAsync(applicant, guardian, cancellationToken);
        if (refusal == Refusal.None)
            refusal = ApplicationRules.CheckConfirmation(secrets, now);
        if (refusal == Refusal.None && signed.Command == "confirm-application")
            refusal = (await SaveAsync(secrets with { GuardianConfirmed = now })).Refusal;
        return refusal == Refusal.None
            ? new ApplicantView(applicant.Identity.Name, applicant.Identity.BirthDate, signed.Command == "confirm-application")
            : refusal;
    }

    private async Task<Answer<ApplicationStanding>> AskGuardianAsync(ApplicationSecrets secrets, SignedCommand signed)
    {
        var (refusal, body) = StrictObject.Read<NoBody>(signed.Body, WalletBodies.Strict);
        return body is null ? refusal : await SaveAsync(secrets with { GuardianAsked = time.GetUtcNow(), Latest = signed.Digest });
    }

    /// <summary>The register is asked now: who was a guardian when the document was shown may be none any more.</summary>
    private async Task<Refusal> CheckGuardianAsync(ApplicantDocument applicant, string guardian, CancellationToken cancellationToken)
    {
        var (refusal, entry) = await AskRegisterAsync(CheckedDocument.Of(applicant.Identity), guardian: null, cancellationToken);
        return entry is null ? refusal : PersonsOf(await GuardiansOfAsync(entry)).Contains(guardian) ? Refusal.None : Refusal.ApplicationUnknown;
    }
}
