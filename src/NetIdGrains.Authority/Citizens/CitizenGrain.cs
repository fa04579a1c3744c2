using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

[GrainType("citizen")]
public sealed partial class CitizenGrain(
    [PersistentState("citizen", StorageNames.Identity)] IPersistentState<CitizenState> stored,
    AuthorityKeys keys,
    DataKeys dataKeys,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<CitizenState>(stored), ICitizenGrain
{
    private const int LogKeySize = 32;
    private CitizenRecord? _record;

    private CitizenRecord Record => _record ??= new CitizenRecord(PersonIndex, keys, dataKeys, random, options);

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

    private async Task<bool> ReserveAsync(EnrolCitizen command)
    {
        // A reservation that was never finished keeps its Net ID and handle: the index rows may exist already.
        var before = State.Status == EnrolmentStatus.Reserved ? await OpenAsync() : null;
        var netId = before is null ? NetId.Create(random).Value : State.NetId!;
        var handle = before?.Handle ?? EnrolmentHandle.Create(random);
        var secrets = new CitizenSecrets(
            command.Identity, Convert.ToBase64String(handle.ToArray()), Convert.ToBase64String(before?.LogKey ?? NewLogKey()), command.Consents);
        return await SaveReservedAsync(command, netId, secrets);
    }

    private async Task<bool> SaveReservedAsync(EnrolCitizen command, string netId, CitizenSecrets secrets) =>
        await TrySaveAsync(CitizenRules.Reserve(State, command, netId, await Record.SealAsync(secrets), time.GetUtcNow()));

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

    private Task<OpenedCitizen?> OpenAsync() => Record.OpenAsync(State);

    private byte[] NewLogKey()
    {
        var key = new byte[LogKeySize];
        random.Fill(key);
        return key;
    }
}
