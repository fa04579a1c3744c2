using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// Verification reads one truth: presentation, platform, the citizen's standing now, then one insert that is durable before the answer.
/// A repeat finds that insert, whatever has changed since.
/// </summary>
[GrainType("net-certificate")]
public sealed class NetCertificateGrain(
    AuthorityKeys keys, WorkingKeys workingKeys, References references, IRandomSource random, TimeProvider time, AuthorityOptions options)
    : Grain, INetCertificateGrain
{
    private EnrolmentHandle _handle;
    private string _enrolmentIndex = "";
    private IndexOwner? _owner;
    private IVerificationKey? _holderKey;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!references.TryOpenSerial(this.GetPrimaryKeyString(), out _handle))
            throw new InvalidOperationException("The front door lets no serial through that does not open.");
        _enrolmentIndex = EnrolmentIndex.Derive(keys.EnrolmentIndex, _handle);
        return Task.CompletedTask;
    }

    async Task<Answer<VerificationAnswer>> INetCertificateGrain.Verify(VerifyCertificate request, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()); // as the receipt and the answer both say it
        var refusal = VerificationRules.Check(request);
        if (refusal != Refusal.None)
            return refusal;
        if (await GrainFactory.GetGrain<IPlatformGrain>(request.Platform).Registration() is not { } platform)
            return Refusal.ClientUnknown;
        refusal = CheckPresentation(request, now);
        if (refusal != Refusal.None)
            return await RepeatOrRefuseAsync(request, refusal);
        var standing = await StandingAsync(ChinaCalendar.Today(now));
        var entry = await AnswerAsync(request, platform, standing, now);
        return Same(await Log(request).Record(entry), entry.BodyDigest);
    }

    /// <summary>
    /// Time alone spoils a presentation, so a repeat is looked for before the request is refused: only here, where it costs nothing that a
    /// good request would pay.
    /// </summary>
    private async Task<Answer<VerificationAnswer>> RepeatOrRefuseAsync(VerifyCertificate request, Refusal refusal)
    {
        var digest = VerificationRules.Digest(request);
        var logged = await Log(request).Find(request.Platform, request.SequenceNumber);
        return logged is null ? refusal : Same(logged, digest);
    }

    /// <summary>The logged answer if the body is the one logged; a sequence number is good for one body, and its answer for a day.</summary>
    private static Answer<VerificationAnswer> Same(Logged logged, string digest) =>
        logged.BodyDigest == digest && logged.Answer is { } answer ? answer : Refusal.SequenceNumberUsed;

    private Refusal CheckPresentation(VerifyCertificate request, DateTimeOffset now)
    {
        if (!Presentation.TryParse(request.Presentation, out var presentation, out var fault))
            return VerificationRules.Refused(fault);
        if (presentation.Serial != this.GetPrimaryKeyString())
            return Refusal.CertificateUnknown;
        var nonce = VerificationRules.SignedNonce(request.SequenceNumber, request.Nonce);
        if (presentation.Verify(keys.Anchor, options.Issuer, request.Platform, nonce, now, out fault, _holderKey) is not { } verified)
            return VerificationRules.Refused(fault);
        _holderKey = verified.HolderKey;
        return VerificationRules.CheckDisclosed(verified);
    }

    /// <summary>Whose certificate it is never changes while the enrolment lasts; whether the enrolment lasts, the citizen says each time.</summary>
    private async Task<Standing> StandingAsync(DateOnly day)
    {
        _owner ??= await GrainFactory.GetGrain<IEnrolmentGrain>(_enrolmentIndex).Owner();
        return _owner is null
            ? new Standing(StandingStatus.Unknown, null)
            : await GrainFactory.GetGrain<ICitizenGrain>(_owner.PersonIndex).Standing(new StandingQuery(_enrolmentIndex, day));
    }

    private async Task<LogEntry> AnswerAsync(VerifyCertificate request, PlatformRegistration platform, Standing standing, DateTimeOffset now)
    {
        var passed = standing.Status == StandingStatus.Active;
        var subject = passed ? PlatformIdentifier.Derive(await keys.SectorKeyAsync(platform.Sector), _handle) : null;
        var receipt = new VerificationReceipt(
            options.Issuer, NewTransactionId(), request.Platform, request.SequenceNumber, platform.Purpose, platform.LegalBasis, request.Mode, passed, subject, now);
        var answer = new VerificationAnswer(
            passed, now, request.Mode, receipt.TransactionId, subject, receipt.Sign(await workingKeys.ReceiptAsync()));
        return new LogEntry(
            request.Platform, request.SequenceNumber, VerificationRules.Digest(request), now, request.Mode, passed, standing.LogTag, answer);
    }

    private string NewTransactionId()
    {
        Span<byte> id = stackalloc byte[16];
        random.Fill(id);
        return Base32.Encode(id);
    }

    private IAuthenticationLogGrain Log(VerifyCertificate request) => GrainFactory.AuthenticationLog(request.Platform, request.SequenceNumber);
}
