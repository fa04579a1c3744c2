using System.Collections.Immutable;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

[GrainType("citizen")]
public sealed partial class CitizenGrain(
    [PersistentState("citizen", StorageNames.Identity)] IPersistentState<CitizenState> stored,
    AuthorityKeys keys,
    DataKeys dataKeys,
    CertificateIssuer issuer,
    References references,
    IAuthenticationLog log,
    IDeadlines deadlines,
    ContactMessenger contacts,
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
    async Task<Answer<IssuedCredentials>> ICitizenGrain.Enrol(EnrolCitizen command)
    {
        var step = CitizenRules.Step(State, command);
        if (step == EnrolmentStep.Refuse)
            return Refusal.AlreadyEnrolled;
        if (step == EnrolmentStep.Reserve
            && !(await ReserveAsync(command) && await ClaimIndexesAsync(command)))
            return Refusal.Unavailable;
        var order = new CertificateOrder(command.HolderKeys, command.ActingGuardian);
        return await CredentialsAsync(CitizenRules.Activate(State), State.Devices[0].Number, order, isResumed: step == EnrolmentStep.Resume);
    }

    /// <summary>
    /// Document, name and password are from now on what was shown; a key that is no device's yet becomes one's. What was frozen, and every
    /// consent, stays.
    /// </summary>
    async Task<Answer<IssuedCredentials>> ICitizenGrain.Reidentify(EnrolCitizen command)
    {
        if (State.Status != EnrolmentStatus.Active || await OpenAsync() is not { } opened)
            return Refusal.Unavailable;
        var device = State.Devices.FirstOrDefault(known => known.Key == command.DeviceKey);
        var order = new CertificateOrder(command.HolderKeys, command.ActingGuardian);
        if (State.ReidentifiedBy.Contains(command.ApplicationId))
            return device is null ? Refusal.AlreadyEnrolled : await CredentialsAsync(State, device.Number, order, isResumed: true);
        if (device is null && (State.Devices.Length >= CitizenRules.MostDevices || State.NextDevice > CertificateNumber.MostDevices))
            return Refusal.TooManyDevices;
        var (now, known) = (time.GetUtcNow(), opened.Secrets);
        var newGuardians = GuardianRules.NewLinks(known.Guardians, command.Guardians, command.Consents, now);
        var secrets = known with
        {
            Identity = command.Identity,
            Consents = CitizenCommands.Remembered(known.Consents.AddRange(command.Consents)),
            Guardians = known.Guardians.AddRange(newGuardians),
        };
        await WatchLapsesAsync(newGuardians);
        var recent = State with { ReidentifiedBy = State.ReidentifiedBy.RemoveAll(id => !references.TryOpenApplication(id, out var until) || until <= now) };
        var next = CitizenRules.Reidentify(recent, command, await SealAsync(secrets), now);
        return await CredentialsAsync(next, next.Devices.First(known => known.Key == command.DeviceKey).Number, order, isResumed: false);
    }

    async Task<Answer<IssuedCredentials>> ICitizenGrain.Resume(ResumeApplication command)
    {
        var (refusal, device) = CitizenRules.Resume(State, command);
        if (device is null || await OpenAsync() is not { } opened)
            return refusal;
        if (device.Key is null && GuardianRules.MayAct(opened, command.ActingGuardian ?? "", Today) is not Refusal.None and var notTheirs)
            return notTheirs; // whoever applied for a child may be its guardian no more
        return await CredentialsAsync(State, device.Number, new CertificateOrder(command.HolderKeys, command.ActingGuardian), isResumed: true);
    }

    /// <param name="next">The record as it becomes, in the same write as the certificates' numbers.</param>
    /// <param name="device">Whose certificates they are.</param>
    /// <param name="order">What for.</param>
    /// <param name="isResumed">The answer was lost once.</param>
    private async Task<Answer<IssuedCredentials>> CredentialsAsync(CitizenState next, uint device, CertificateOrder order, bool isResumed)
    {
        var (refusal, certificates) = await IssueAsync(next, device, order);
        return refusal == Refusal.None
            ? new IssuedCredentials(
                State.NetId!, references.Device(PersonIndex, device), certificates, FreezeCodes.Of((await OpenAsync())!.LogKey, State.FreezeCode), isResumed)
            : refusal;
    }

    private async Task<bool> ReserveAsync(EnrolCitizen command)
    {
        // A reservation that was never finished keeps its Net ID and handle: the index rows may exist already.
        var before = State.Status == EnrolmentStatus.Reserved ? await OpenAsync() : null;
        var netId = before is null ? NetId.Create(random).Value : State.NetId!;
        var handle = before?.Handle ?? EnrolmentHandle.Create(random);
        var now = time.GetUtcNow();
        var secrets = new CitizenSecrets(
            command.Identity, Convert.ToBase64String(handle.ToArray()), Convert.ToBase64String(before?.LogKey ?? NewLogKey()), command.Consents)
        {
            Enrolled = now,
            Guardians = GuardianRules.NewLinks([], command.Guardians, command.Consents, now),
        };
        await WatchLapsesAsync(secrets.Guardians);
        return await SaveReservedAsync(command, netId, secrets);
    }

    private async Task<bool> SaveReservedAsync(EnrolCitizen command, string netId, CitizenSecrets secrets) =>
        await TrySaveAsync(CitizenRules.Reserve(State, command, netId, await SealAsync(secrets), time.GetUtcNow()));

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

    /// <summary>Whatever is sealed anew takes along the platforms that are so far remembered in memory alone.</summary>
    private Task<string> SealAsync(CitizenSecrets secrets) => Record.SealAsync(WithPlatforms(secrets));

    private byte[] NewLogKey()
    {
        var key = new byte[LogKeySize];
        random.Fill(key);
        return key;
    }
}
