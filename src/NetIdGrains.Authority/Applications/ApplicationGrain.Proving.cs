using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Who applies: the document, and whose face it is.</summary>
public sealed partial class ApplicationGrain
{
    private async Task<Answer<ApplicationStanding>> DocumentAsync(
        ApplicationSecrets secrets, SignedCommand signed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (refusal, body) = StrictObject.Read<DocumentBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        (refusal, var document) = CheckedDocument.Read(body, readers.Current(), options, Id, now);
        if (document is null)
            return refusal;
        var (admitted, entry) = await AskRegisterAsync(document, secrets.Guardian, cancellationToken);
        if (entry is null)
            return admitted;
        var person = new Identity(DocumentKinds.NameOf(document.Document.Kind), document.Document.Number, document.Name, entry.BirthDate);
        return await SaveAsync(secrets with
        {
            Document = new ApplicantDocument(person, PersonIndex.Derive(keys.PersonIndex, entry.PersonId), document.ByEvidence),
            Latest = signed.Digest,
        });
    }

    /// <summary>The entry if and only if the register admits the document now.</summary>
    private async Task<(Refusal Refusal, RegisterEntry? Entry)> AskRegisterAsync(
        CheckedDocument document, Guardian? guardian, CancellationToken cancellationToken)
    {
        try
        {
            var entry = await register.FindAsync(document.Document.Kind, document.Document.Number, cancellationToken);
            var today = ChinaCalendar.Today(time.GetUtcNow());
            var refusal = ApplicationRules.Admit(document, entry, today);
            if (refusal == Refusal.None)
                refusal = ApplicationRules.CheckAge(entry!, today, guardian?.PersonIndex, PersonsOf(await GuardiansOfAsync(entry!)));
            return (refusal, refusal == Refusal.None ? entry : null);
        }
        catch (IOException)
        {
            return (Refusal.RegisterUnavailable, null);
        }
    }

    /// <summary>Of a minor: as the register says, and as courts have said (A4-5).</summary>
    private async Task<ImmutableArray<NamedGuardian>> GuardiansOfAsync(RegisterEntry entry)
    {
        var today = ChinaCalendar.Today(time.GetUtcNow());
        if (ChinaCalendar.AgeOn(entry.BirthDate, today) >= ApplicationRules.AgeWithoutGuardian)
            return [];
        var ward = PersonIndex.Derive(keys.PersonIndex, entry.PersonId);
        var courts = await GrainFactory.GetGrain<IGuardianshipGrain>(ward).Orders();
        return GuardianRules.Guardians([.. entry.Guardians.Select(person => PersonIndex.Derive(keys.PersonIndex, person))], courts.Orders, today);
    }

    private static ImmutableArray<string> PersonsOf(ImmutableArray<NamedGuardian> guardians) => [.. guardians.Select(guardian => guardian.PersonIndex)];

    private async Task<Answer<ApplicationStanding>> FaceAsync(
        ApplicationSecrets secrets, SignedCommand signed, string? sealedFactors, CancellationToken cancellationToken)
    {
        var (refusal, body) = StrictObject.Read<FaceBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        if (body.Consent != ApplicationRules.FaceConsent)
            return Refusal.ConsentMissing;
        refusal = OpenFactors(body.Factors, sealedFactors, out var factors);
        if (refusal != Refusal.None)
            return refusal;
        if (factors is not { Face: { } face, Password: null, NewPassword: null })
            return Refusal.FactorsInvalid;
        if (secrets.WrongFaces.Contains(signed.Digest))
            return Refusal.FaceNotMatched; // its answer was lost: no other try
        if (!holderChecks.IsAvailable)
            return Refusal.HolderCheckUnavailable;
        return await holderChecks.CompareAsync(secrets.Document!.Identity, face, cancellationToken) switch
        {
            FaceComparison.Same => await SaveAsync(secrets with { FaceMatched = time.GetUtcNow(), Latest = signed.Digest }),
            FaceComparison.Unavailable => Refusal.HolderCheckUnavailable,
            _ => await CountFaceAsync(secrets with { WrongFaces = secrets.WrongFaces.Add(signed.Digest) }),
        };
    }

    /// <summary>Counted before anyone learns that it was another's; after the last that is forgiven the application is over.</summary>
    private async Task<Answer<ApplicationStanding>> CountFaceAsync(ApplicationSecrets counted)
    {
        var kept = await SaveAsync(counted);
        if (kept.Refusal == Refusal.None && counted.WrongFaces.Length >= ApplicationRules.MostWrongFaces)
            kept = await EndAsync();
        return kept.Refusal == Refusal.None ? Refusal.FaceNotMatched : kept.Refusal;
    }

    /// <summary>What was sealed for this application, and named by the command.</summary>
    private Refusal OpenFactors(string digest, string? text, out Factors? factors)
    {
        factors = null;
        return text is null ? Refusal.FactorsMissing
            : SealedFactors.DigestOf(text) == digest && SealedFactors.TryOpen(text, keys.Factors, Id, out factors) ? Refusal.None
            : Refusal.FactorsInvalid;
    }
}
