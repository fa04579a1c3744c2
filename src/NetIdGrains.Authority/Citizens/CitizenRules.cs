using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>How an enrolment goes on, given what is stored.</summary>
public enum EnrolmentStep
{
    /// <summary>A2-5: this person is enrolled by another application.</summary>
    Refuse,

    /// <summary>This very application has enrolled this person: hand out more certificate numbers.</summary>
    Resume,

    /// <summary>Nothing was handed out yet: reserve, or take over what an unfinished application has reserved.</summary>
    Reserve,
}

/// <summary>What a citizen's record decides, without any engine.</summary>
public static class CitizenRules
{
    /// <summary>How long a signed command can be fresh, and so how long its nonce is remembered.</summary>
    private static readonly TimeSpan NonceMemory = TimeSpan.FromMinutes(7);

    private const int MostRecentCommands = 32;
    private const int MostCertificatesOfAnApplication = 50;
    private const int ShortestNonce = 16;
    private const int LongestNonce = 64;

    public static EnrolmentStep Step(CitizenState state, EnrolCitizen command) =>
        state.Status != EnrolmentStatus.Active ? EnrolmentStep.Reserve
        : state.ApplicationId != command.ApplicationId || state.Devices[0].Key != command.DeviceKey ? EnrolmentStep.Refuse
        : state.NextCertificate > MostCertificatesOfAnApplication ? EnrolmentStep.Refuse
        : EnrolmentStep.Resume;

    /// <summary>Everything but the index rows: what an unfinished application had is replaced by what this one brings.</summary>
    public static CitizenState Reserve(CitizenState state, EnrolCitizen command, string netId, string sealedSecrets, DateTimeOffset now) => new()
    {
        Status = EnrolmentStatus.Reserved,
        ApplicationId = command.ApplicationId,
        NetId = netId,
        Sealed = sealedSecrets,
        Password = command.Password,
        Devices = [new Device(1, command.DeviceKey, now)],
        Consents = command.Consents,
        NextCertificate = state.NextCertificate,
    };

    /// <summary>
    /// The numbers handed out are never used for another certificate, whatever becomes of this one. Resuming changes nothing else: the
    /// password stays the first one, or the device alone could replace it.
    /// </summary>
    public static CitizenState Activate(CitizenState state, EnrolCitizen command) => state with
    {
        Status = EnrolmentStatus.Active,
        NextCertificate = state.NextCertificate + (uint)command.CertificateCount,
    };

    /// <summary>
    /// The order of checks of a wallet's command. A repeat of the latest command gets its answer again, as after a lost answer; any other
    /// repeat is a replay, and changes nothing; so is what is older than the latest by more than nonces are remembered, should the wall
    /// clock go back. Freezing is never too much: it is what somebody in trouble does.
    /// </summary>
    public static (Refusal Refusal, CitizenState Next) Execute(
        CitizenState state, SignedCommand command, uint deviceNumber, string audience, DateTimeOffset now)
    {
        var device = state.Devices.FirstOrDefault(candidate => candidate.Number == deviceNumber);
        var latest = state.Commands.FirstOrDefault();
        var recent = state.Commands.RemoveAll(executed => executed != latest && now - executed.Time > NonceMemory);
        var isRepeat = latest?.Digest == command.Digest;
        var fault = command.Check(audience, now);
        var refusal =
            state.Status != EnrolmentStatus.Active || device is null ? Refusal.DeviceUnknown :
            !VerificationKey.TryFromJwk(device.Key, out var key) || !command.VerifiedBy(key) ? Refusal.CommandSignature :
            fault == CommandFault.Audience ? Refusal.CommandAudience :
            isRepeat ? Refusal.None :
            fault == CommandFault.Stale || command.Time < latest?.Time - NonceMemory ? Refusal.CommandStale :
            command.Nonce.Length is < ShortestNonce or > LongestNonce ? Refusal.CommandMalformed :
            recent.Any(executed => executed.Nonce == command.Nonce) ? Refusal.CommandReplayed :
            command.Command is not ("freeze" or "unfreeze") ? Refusal.CommandUnknown :
            command.Body.EnumerateObject().Any() ? Refusal.UnknownField :
            recent.Length >= MostRecentCommands && command.Command != "freeze" ? Refusal.TooManyCommands :
            Refusal.None;
        var changesNothing = isRepeat || (command.Command == "freeze" && state.FrozenSince is not null);
        return refusal != Refusal.None || changesNothing ? (refusal, state) : (refusal, Carry(state, command, recent, now));
    }

    private static CitizenState Carry(CitizenState state, SignedCommand command, ImmutableArray<ExecutedCommand> recent, DateTimeOffset now) =>
        state with
        {
            FrozenSince = command.Command == "freeze" ? state.FrozenSince ?? now : null,
            Commands = recent.Insert(0, new ExecutedCommand(command.Nonce, command.Digest, command.Time)),
        };
}
