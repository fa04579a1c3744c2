using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

[GrainType("platform")]
public sealed partial class PlatformGrain(
    [PersistentState("platform", StorageNames.Platforms)] IPersistentState<PlatformState> stored,
    AccessTokens accessTokens,
    PlatformKeys platformKeys,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<PlatformState>(stored), IPlatformGrain
{
    /// <summary>Every lease carries them, and whoever has so many to take back needs help.</summary>
    private const int MostRemovedKeys = 200;

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);
    private readonly QuotaBucket _quota = new(time);
    private long _refusedAsks;
    private IGrainTimer? _counting;

    private string PlatformId => this.GetPrimaryKeyString();

    Task<PlatformRecord?> IPlatformGrain.Record() => Task.FromResult(State.Registration is null ? Unknown<PlatformRecord>() : ToRecord());

    async Task<Answer<PlatformRecord>> IPlatformGrain.Register(RegisterPlatform command)
    {
        // What has only asked for this id holds it against nobody: the operator decides who has it.
        if (State.Registration is { } known && State.Status != PlatformStatus.Requested)
            return State.Status == PlatformStatus.Approved && PlatformRules.Same(known, command.Registration) ? ToRecord() : Refusal.PlatformExists;
        return await BeginAsync(command, PlatformStatus.Approved);
    }

    async Task<Answer<PlatformRecord>> IPlatformGrain.Request(RegisterPlatform command)
    {
        if (State.Registration is { } known)
            return State.Status == PlatformStatus.Requested && PlatformRules.Same(known, command.Registration) ? ToRecord() : Refusal.PlatformExists;
        return await BeginAsync(command, PlatformStatus.Requested);
    }

    async Task<Answer<PlatformRecord>> IPlatformGrain.Amend(RegisterPlatform command)
    {
        if (State.Registration is null)
            return NotRegistered();
        var fault = PlatformRules.Check(command, options.AllowDevelopmentAddresses);
        if (fault.Refusal != Refusal.None)
            return fault;
        if (PlatformRules.StatusAt(State, time.GetUtcNow()) == PlatformStatus.Ended)
            return Refusal.PlatformStatusInvalid;
        // What identifiers are made for never changes: the platform's users would become strangers to it.
        if (command.Registration.Sector != State.Registration.Sector)
            return Refusal.PlatformSectorFixed;
        return await SaveAsync(Changed(State with { Registration = command.Registration }, State.Status, command.Attribution));
    }

    async Task<Answer<PlatformRecord>> IPlatformGrain.Change(ChangeStatus command)
    {
        if (State.Registration is null)
            return NotRegistered();
        if (PlatformRules.Check(command.Attribution) is { Refusal: not Refusal.None } fault)
            return fault;
        var status = PlatformRules.StatusAt(State, time.GetUtcNow());
        if (status == command.To)
            return PlatformRules.IsNews(State, command) ? await SaveAsync(Changed(State, command.To, command.Attribution)) : ToRecord();
        return PlatformRules.MayBecome(status, command.To)
            ? await SaveAsync(Changed(State, command.To, command.Attribution))
            : Refusal.PlatformStatusInvalid;
    }

    async Task<Answer<PlatformRecord>> IPlatformGrain.ReplaceKeys(ReplaceKeys command)
    {
        if (State.Registration is not { } registration)
            return NotRegistered();
        var next = registration with { Keys = command.Keys, KeysAddress = command.KeysAddress };
        var fault = PlatformRules.Check(next, options.AllowDevelopmentAddresses);
        if (fault.Refusal != Refusal.None)
            return fault;
        if (PlatformRules.Same(next, registration))
            return ToRecord();
        var until = time.GetUtcNow() + Overlap;
        var retiring = registration.Keys is { } keys ? State.Retiring.Add(new RetiringKeys(keys, until)) : State.Retiring;
        return await SaveAsync(State with { Registration = next, Retiring = retiring.RemoveAll(old => old.Until < time.GetUtcNow()) });
    }

    async Task<Answer<PlatformRecord>> IPlatformGrain.RemoveKey(string thumbprint)
    {
        if (State.Registration is null)
            return NotRegistered();
        if (thumbprint.Length != 43) // RFC 7638 with SHA-256, base64url
            return Fault.Invalid("The thumbprint is the 43 characters of RFC 7638 with SHA-256, in base64url.");
        if (State.RemovedKeys.Length >= MostRemovedKeys && !State.RemovedKeys.Contains(thumbprint))
            return Refusal.TooManyRequests;
        return State.RemovedKeys.Contains(thumbprint) ? ToRecord() : await SaveAsync(State with { RemovedKeys = State.RemovedKeys.Add(thumbprint) });
    }

    async Task<Answer<PlatformRecord>> IPlatformGrain.RenewCallbackSecret() => State.Registration is null
        ? NotRegistered()
        : await SaveAsync(State with { CallbackSecret = State.CallbackSecret + 1 });

    Task<Answer<PlatformLease>> IPlatformGrain.Lease(LeaseRequest request)
    {
        if (State.Registration is not { } registration)
            return Task.FromResult<Answer<PlatformLease>>(NotRegistered(Refusal.ClientUnknown));
        Count(request.RefusedAsks);
        var (slice, retryAfter) = _quota.Take(registration.Quota, request.Unused);
        return Task.FromResult<Answer<PlatformLease>>(new PlatformLease(
            PlatformId, PlatformRules.StatusAt(State, time.GetUtcNow()), registration, State.RemovedKeys, slice, options.LeaseDuration, retryAfter));
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        reason.ReasonCode == DeactivationReasonCode.ApplicationRequested ? Task.CompletedTask : SaveCountAsync(cancellationToken);

    /// <summary>Listed before it is stored: what is listed without a record is passed over, what is stored without being listed would hide.</summary>
    private async Task<Answer<PlatformRecord>> BeginAsync(RegisterPlatform command, PlatformStatus status)
    {
        var fault = PlatformRules.Check(command, options.AllowDevelopmentAddresses);
        if (fault.Refusal == Refusal.None)
            fault = (await PlatformRegisterGrain.Of(GrainFactory).Add(PlatformId, isRequest: status == PlatformStatus.Requested)).Refusal;
        if (fault.Refusal != Refusal.None)
            return fault;
        return await SaveAsync(Changed(State with { Registration = command.Registration }, status, command.Attribution));
    }

    private PlatformState Changed(PlatformState state, PlatformStatus status, Attribution attribution) => state with
    {
        Status = status,
        Changes = state.Changes.Add(new PlatformChange(time.GetUtcNow(), status, attribution.Reason, attribution.By)),
    };

    private async Task<Answer<PlatformRecord>> SaveAsync(PlatformState next) => await TrySaveAsync(next) ? ToRecord() : Refusal.Unavailable;

    private PlatformRecord ToRecord() => new(
        PlatformId,
        State.Registration!,
        PlatformRules.StatusAt(State, time.GetUtcNow()),
        State.Changes,
        State.RemovedKeys,
        State.RefusedAsks + _refusedAsks,
        State.CallbackSecret,
        State.Retiring.RemoveAll(old => old.Until <= time.GetUtcNow()));

    /// <summary>A guessed id leaves nothing in memory.</summary>
    private Refusal NotRegistered(Refusal refusal = Refusal.PlatformUnknown)
    {
        DeactivateOnIdle();
        return refusal;
    }

    private T? Unknown<T>()
        where T : class
    {
        DeactivateOnIdle();
        return null;
    }

    /// <summary>Kept with the next second's write, so that a platform that asks too much in a flood makes one write of it.</summary>
    private void Count(int refusedAsks)
    {
        if (refusedAsks <= 0)
            return;
        _refusedAsks += refusedAsks;
        _counting ??= this.RegisterGrainTimer(SaveCountAsync, new GrainTimerCreationOptions(BetweenCounts, Timeout.InfiniteTimeSpan));
    }

    private async Task SaveCountAsync(CancellationToken cancellationToken)
    {
        _counting?.Dispose();
        _counting = null;
        if (_refusedAsks == 0)
            return;
        var counted = _refusedAsks;
        if (await TrySaveAsync(State with { RefusedAsks = State.RefusedAsks + counted }))
            _refusedAsks -= counted;
    }
}
