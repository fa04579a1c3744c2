using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// Verification reads one truth: presentation, the citizen's record now, then one insert that is durable before the answer. A repeat finds
/// that insert, whatever has changed since.
/// </summary>
[GrainType("net-certificate")]
public sealed class NetCertificateGrain(
    AuthorityKeys keys, VerificationAnswers answers, HolderChecks holderChecks, References references, IRandomSource random, TimeProvider time,
    AuthorityOptions options) : Grain, INetCertificateGrain
{
    private const int TransactionIdSize = 16;
    private uint _number;
    private string _enrolmentIndex = "";
    private IndexOwner? _owner;
    private IVerificationKey? _holderKey;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!references.TryOpenSerial(this.GetPrimaryKeyString(), out var handle, out _number))
            throw new InvalidOperationException("The front door lets no serial through that does not open.");
        _enrolmentIndex = EnrolmentIndex.Derive(keys.EnrolmentIndex, handle);
        return Task.CompletedTask;
    }

    async Task<Answer<VerificationAnswer>> INetCertificateGrain.Verify(VerifyCertificate request, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()); // as the receipt and the answer both say it
        var refusal = VerificationRules.Check(request);
        if (refusal == Refusal.None && Modes.NeedsFace(request.Ask.Mode) && !holderChecks.IsAvailable)
            refusal = Refusal.ModeNotAvailable;
        if (refusal != Refusal.None)
            return refusal;
        refusal = CheckPresentation(request, now);
        Factors? factors = null;
        if (refusal == Refusal.None)
            refusal = ReadFactors(request, out factors);
        if (refusal != Refusal.None)
            return await RepeatOrRefuseAsync(request, refusal.Refusal);
        // A repeat tries no password and compares no face again: each try counts, and each face goes outside.
        if (factors is not null && await Log(request.Ask).Find(request.Ask.Platform, request.Ask.SequenceNumber) is { } known)
            return known.AnswerTo(Digest(request));
        var attested = await AttestAsync(new AttestCitizen(_enrolmentIndex, _number, request.Ask, ChinaCalendar.Today(now), factors?.Password));
        if (attested.Value is null)
            return attested.Refusal;
        if (attested.Value.Passed && factors?.Face is { } face)
        {
            attested = await CompareFaceAsync(attested.Value, face, cancellationToken);
            if (attested.Value is null)
                return attested.Refusal;
        }

        var digest = Digest(request);
        var entry = await answers.AnswerAsync(request.Ask, Base32.Random(random, TransactionIdSize), digest, attested.Value, now);
        return (await Log(request.Ask).Record(entry)).AnswerTo(digest);
    }

    /// <summary>
    /// Time alone spoils a presentation, so a repeat is looked for before the request is refused: only here, where it costs nothing that a
    /// good request would pay.
    /// </summary>
    private async Task<Answer<VerificationAnswer>> RepeatOrRefuseAsync(VerifyCertificate request, Refusal refusal)
    {
        var logged = await Log(request.Ask).Find(request.Ask.Platform, request.Ask.SequenceNumber);
        return logged is null ? refusal : logged.AnswerTo(Digest(request));
    }

    private string Digest(VerifyCertificate request) =>
        answers.Digest(request.Ask, request.Nonce, request.Presentation, request.Factors, request.Face);

    private Refusal CheckPresentation(VerifyCertificate request, DateTimeOffset now)
    {
        if (!Presentation.TryParse(request.Presentation, out var presentation, out var fault))
            return VerificationRules.Refused(fault);
        if (presentation.Serial != this.GetPrimaryKeyString())
            return Refusal.CertificateUnknown;
        var nonce = VerificationRules.SignedNonce(request.Ask.SequenceNumber, request.Nonce);
        if (presentation.Verify(keys.Anchor, options.Issuer, request.Ask.Platform, nonce, now, out fault, _holderKey) is not { } verified)
            return VerificationRules.Refused(fault);
        _holderKey = verified.HolderKey;
        return VerificationRules.CheckDisclosed(verified);
    }

    /// <summary>What the mode needs beside the certificate: from the wallet, sealed for this one request, or a face from the platform's app (S-4).</summary>
    private Refusal ReadFactors(VerifyCertificate request, out Factors? factors)
    {
        factors = null;
        var face = request.Face is null ? null : FaceImage.Decode(request.Face);
        if (request.Face is not null && face is null)
            return Refusal.FactorsInvalid;
        var context = VerificationRules.FactorsContext(request.Ask.Platform, request.Ask.SequenceNumber, request.Nonce);
        if (request.Factors is not null && !SealedFactors.TryOpen(request.Factors, keys.Factors, context, out factors))
            return Refusal.FactorsInvalid;
        if (!VerificationRules.Fit(request.Ask.Mode, factors, face is not null))
            return Refusal.FactorsInvalid;
        if (face is not null)
            factors = new Factors(factors?.Password, face);
        return Refusal.None;
    }

    /// <summary>Whose certificate it is never changes while the enrolment lasts; whether the enrolment lasts, the citizen says each time.</summary>
    private async Task<Answer<Attested>> AttestAsync(AttestCitizen query)
    {
        _owner ??= await GrainFactory.GetGrain<IEnrolmentGrain>(_enrolmentIndex).Owner();
        return _owner is null ? Attested.Nobody : await GrainFactory.GetGrain<ICitizenGrain>(_owner.PersonIndex).Attest(query);
    }

    private async Task<Answer<Attested>> CompareFaceAsync(Attested attested, byte[] face, CancellationToken cancellationToken)
    {
        var reference = await GrainFactory.GetGrain<ICitizenGrain>(_owner!.PersonIndex).Reference(_enrolmentIndex);
        if (reference is null)
            return Attested.Nobody;
        return await holderChecks.CompareAsync(reference, face, cancellationToken) switch
        {
            FaceComparison.Same => attested,
            FaceComparison.Unavailable => Refusal.HolderCheckUnavailable,
            _ => attested.Failed(DecisionReason.FaceNotMatched),
        };
    }

    private IAuthenticationLogGrain Log(VerificationAsk ask) => GrainFactory.AuthenticationLog(ask.Platform, ask.SequenceNumber);
}
