using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>Where one's Net ID was used, and what leaving has to undo.</summary>
public sealed partial class CitizenGrain
{
    private const int MostLines = 10_000;
    private static readonly TimeSpan KeepPlatformsAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Told yes and not yet in the record. A verification does not wait for it to be written: should a crash lose it, the log's lines say the same
    /// for as long as they are kept, and the next yes brings it back.
    /// </summary>
    private ImmutableHashSet<PlatformUsed> _newPlatforms = [];
    private IGrainTimer? _keepPlatforms;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => KeepPlatformsAsync(cancellationToken);

    async Task<Answer<LeavingNote>> ICitizenGrain.PrepareToLeave(WalletCommand command)
    {
        var (refusal, admitted) = await AdmitAsync(command);
        if (admitted is null)
            return refusal;
        if (admitted.Kind.Kind != CommandKind.Leave)
            return Refusal.CommandUnknown;
        var fault = StrictObject.Read<SealedBody>(admitted.Signed.Body, WalletBodies.Strict).Fault;
        if (fault == Refusal.None)
            fault = await TryPasswordAsync(admitted);
        if (fault != Refusal.None)
            return fault;
        var secrets = WithPlatforms(admitted.Opened.Secrets);
        var logged = await log.ScanAsync(TagsUntil(admitted.Opened, time.GetUtcNow()), time.GetUtcNow(), MostLines);
        var lost = logged.Where(line => line.Passed).Select(line => line.Platform).Distinct()
            .Where(platform => secrets.Platforms.All(used => used.Platform != platform)).Select(platform => new PlatformUsed(platform, Sector: null));
        return new LeavingNote(
            admitted.Signed.Digest,
            State.ApplicationId!,
            Applications,
            NetIds,
            admitted.Opened.EnrolmentIndex,
            secrets.Handle,
            [.. secrets.Platforms, .. lost],
            Places(secrets),
            HoldOf(secrets));
    }

    /// <summary>Without who held them: that is nobody's to know who revokes them.</summary>
    private static ImmutableArray<IssuedCertificate> Places(CitizenSecrets secrets) =>
        [.. secrets.Certificates.Select(certificate => certificate with { Guardian = null })];

    private ImmutableArray<string> Applications => [State.ApplicationId!, .. State.ReidentifiedBy];

    private ImmutableArray<string> NetIds =>
        [.. State.FormerNetIds, .. State.RetiringNetId is { } retiring ? [retiring] : ImmutableArray<string>.Empty, State.NetId!];

    async Task<Answer<LeavingNote>> ICitizenGrain.Close(LeavingNote note)
    {
        if (State.Status == EnrolmentStatus.None || State.ApplicationId != note.ApplicationId || await Record.OpenAsync(State) is not { } opened)
            return note; // its key is gone: it was closed before that
        if (!await CountActsAsync() || (State.Status != EnrolmentStatus.Leaving && !await TrySaveAsync(State with { Status = EnrolmentStatus.Leaving })))
            return Refusal.Unavailable;
        return note with
        {
            Applications = [.. note.Applications.Union(Applications)],
            NetIds = [.. note.NetIds.Union(NetIds)],
            Platforms = [.. note.Platforms.Union(WithPlatforms(opened.Secrets).Platforms)],
            Certificates = [.. note.Certificates.Union(Places(opened.Secrets))],
        };
    }

    async Task<Answer<Left>> ICitizenGrain.Leave(string applicationId)
    {
        if (State.Status == EnrolmentStatus.None || State.ApplicationId != applicationId)
            return new Left();
        _newPlatforms = [];
        _keepPlatforms?.Dispose();
        if (!await ClearAsync())
            return Refusal.Unavailable;
        DeactivateOnIdle();
        return new Left();
    }

    private LegalHold? HoldOf(CitizenSecrets secrets) => options.LegalHold is { } hold
        ? LegalHoldRules.Seal(hold, new LeavingPerson(State.NetId!, secrets.Identity, secrets.Enrolled), time.GetUtcNow(), random)
        : null;

    private void NotePlatform(OpenedCitizen opened, VerificationAsk ask)
    {
        var used = new PlatformUsed(ask.Platform, ask.Sector);
        if (opened.Secrets.Platforms.Contains(used) || _newPlatforms.Contains(used))
            return;
        _newPlatforms = _newPlatforms.Add(used);
        _keepPlatforms ??= this.RegisterGrainTimer(KeepPlatformsAsync, new GrainTimerCreationOptions(KeepPlatformsAfter, Timeout.InfiniteTimeSpan));
    }

    private CitizenSecrets WithPlatforms(CitizenSecrets secrets) =>
        _newPlatforms.IsEmpty ? secrets : secrets with { Platforms = [.. secrets.Platforms.Union(_newPlatforms)] };

    private async Task KeepPlatformsAsync(CancellationToken cancellationToken)
    {
        _keepPlatforms?.Dispose();
        _keepPlatforms = null;
        if (_newPlatforms.IsEmpty || State.Status != EnrolmentStatus.Active || await OpenAsync() is not { } opened)
            return;
        if (await TrySaveAsync(State with { Sealed = await SealAsync(opened.Secrets) }))
            _newPlatforms = [];
    }
}
