using System.Text.Json;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

[GrainType("citizen")]
public sealed class CitizenGrain(
    [PersistentState("citizen", StorageNames.Identity)] IPersistentState<CitizenState> stored,
    AuthorityKeys keys,
    DataKeys dataKeys,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<CitizenState>(stored), ICitizenGrain
{
    private const int LogKeySize = 32;
    private Opened? _opened;

    private string PersonIndex => this.GetPrimaryKeyString();

    /// <summary>
    /// Reserve before you issue: 1. the data key, 2. the Net ID and all else as reserved, 3. the index rows, 4. active. A crash anywhere
    /// leaves nothing handed out, and the next application of this person takes over what was reserved.
    /// </summary>
    async Task<Answer<Enrolled>> ICitizenGrain.Enrol(EnrolCitizen command)
    {
        switch (CitizenRules.Step(State, command))
        {
            case EnrolmentStep.Refuse:
                return Refusal.AlreadyEnrolled;
            case EnrolmentStep.Resume:
                return await TrySaveAsync(CitizenRules.Activate(State, command)) ? await EnrolledAsync(command, resumed: true) : Refusal.Unavailable;
            default:
                return await ReserveAsync(command) && await ClaimIndexesAsync(command) && await TrySaveAsync(CitizenRules.Activate(State, command))
                    ? await EnrolledAsync(command, resumed: false)
                    : Refusal.Unavailable;
        }
    }

    async Task<Standing> ICitizenGrain.Standing(StandingQuery query)
    {
        if (State.Status != EnrolmentStatus.Active || await OpenAsync() is not { } opened || opened.EnrolmentIndex != query.EnrolmentIndex)
            return new Standing(StandingStatus.Unknown, null);
        var status = State.FrozenSince is null ? StandingStatus.Active : StandingStatus.Frozen;
        return new Standing(status, LogTag.Derive(opened.LogKey, query.Day));
    }

    async Task<Answer<CitizenStatus>> ICitizenGrain.Execute(WalletCommand command)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        var (refusal, next) = CitizenRules.Execute(State, signed, command.DeviceNumber, options.Issuer, time.GetUtcNow());
        if (refusal != Refusal.None)
            return refusal;
        if (next != State && !await TrySaveAsync(next))
            return Refusal.Unavailable;
        return new CitizenStatus(State.FrozenSince is not null, State.FrozenSince);
    }

    private async Task<bool> ReserveAsync(EnrolCitizen command)
    {
        // A reservation that was never finished keeps its Net ID and handle: the index rows may exist already.
        var before = State.Status == EnrolmentStatus.Reserved ? await OpenAsync() : null;
        var netId = before is null ? NetId.Create(random).Value : State.NetId!;
        var handle = before?.Handle ?? EnrolmentHandle.Create(random);
        var secrets = new CitizenSecrets(
            command.Identity, Convert.ToBase64String(handle.ToArray()), Convert.ToBase64String(before?.LogKey ?? NewLogKey()));
        return await SaveReservedAsync(command, netId, secrets);
    }

    private async Task<bool> SaveReservedAsync(EnrolCitizen command, string netId, CitizenSecrets secrets)
    {
        var dataKey = await dataKeys.FindOrCreateAsync(PersonIndex);
        var box = SealedBox.Seal(options.Suite, dataKey, JsonSerializer.SerializeToUtf8Bytes(secrets, StateJson.Options), SealContext, random);
        _opened = null;
        return await TrySaveAsync(CitizenRules.Reserve(State, command, netId, Convert.ToBase64String(box), time.GetUtcNow()));
    }

    /// <summary>A Net ID that is another's (or was, once) is left alone and a new one reserved.</summary>
    private async Task<bool> ClaimIndexesAsync(EnrolCitizen command)
    {
        var owner = new IndexOwner(PersonIndex);
        while (true)
        {
            var claimed = await GrainFactory.GetGrain<INetIdGrain>(State.NetId!).Claim(owner);
            if (claimed.Value == owner)
                break;
            if (claimed.Refusal != Refusal.None || !await SaveReservedAsync(command, NetId.Create(random).Value, (await OpenAsync())!.Secrets))
                return false;
        }

        var opened = (await OpenAsync())!;
        return (await GrainFactory.GetGrain<IEnrolmentGrain>(opened.EnrolmentIndex).Claim(owner)).Value == owner;
    }

    private async Task<Answer<Enrolled>> EnrolledAsync(EnrolCitizen command, bool resumed) => new Enrolled(
        State.NetId!,
        (await OpenAsync())!.Secrets.Handle,
        State.NextCertificate - (uint)command.CertificateCount,
        State.Devices[0].Number,
        resumed);

    private string SealContext => $"citizen/{PersonIndex}";

    /// <summary>The sealed part, opened once per activation. Null when the data key is gone: nothing of it can be read again.</summary>
    private async Task<Opened?> OpenAsync()
    {
        if (_opened is not null || State.Sealed is not { } box || await dataKeys.FindAsync(PersonIndex) is not { } dataKey)
            return _opened;
        if (!SealedBox.TryOpen(dataKey, Convert.FromBase64String(box), SealContext, out var plain))
            throw new InvalidOperationException("A citizen's record does not open under its data key.");
        var secrets = JsonSerializer.Deserialize<CitizenSecrets>(plain, StateJson.Options)!;
        var handle = EnrolmentHandle.From(Convert.FromBase64String(secrets.Handle));
        return _opened = new Opened(
            secrets, handle, EnrolmentIndex.Derive(keys.EnrolmentIndex, handle), Convert.FromBase64String(secrets.LogKey));
    }

    private byte[] NewLogKey()
    {
        var key = new byte[LogKeySize];
        random.Fill(key);
        return key;
    }

    private sealed record Opened(CitizenSecrets Secrets, EnrolmentHandle Handle, string EnrolmentIndex, byte[] LogKey)
    {
        public override string ToString() => "sealed";
    }
}
