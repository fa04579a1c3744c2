using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>How an enrolment goes on, given what is stored.</summary>
public enum EnrolmentStep
{
    /// <summary>A2-5: this person is enrolled by another application, or not gone yet.</summary>
    Refuse,

    /// <summary>This very application has enrolled this person: hand out more certificate numbers.</summary>
    Resume,

    /// <summary>Nothing was handed out yet: reserve, or take over what an unfinished application has reserved.</summary>
    Reserve,
}

/// <summary>Whether a wallet's command may be carried out.</summary>
/// <param name="Refusal">None, or why not.</param>
/// <param name="IsRepeat">It was carried out already: the answer again, and no change.</param>
/// <param name="Recent">The commands whose nonces are still remembered.</param>
public sealed record CommandAdmission(Refusal Refusal, bool IsRepeat, ImmutableArray<ExecutedCommand> Recent);

/// <summary>What a citizen's record decides, without any engine.</summary>
public static class CitizenRules
{
    /// <summary>How long a signed command can be fresh, and so how long its nonce is remembered.</summary>
    public static readonly TimeSpan NonceMemory = TimeSpan.FromMinutes(7);

    /// <summary>NIST SP 800-63B §3.2.2: no more than this in a row.</summary>
    public const int MostWrongPasswords = 100;

    /// <summary>Wrong passwords that cost nothing but themselves: fingers slip.</summary>
    private const int FreeWrongPasswords = 5;

    /// <summary>Three of a hundred million codes are good at a time: guessing this often succeeds once in three million.</summary>
    private const int MostWrongCodes = 10;

    public const int MostDevices = 5;

    private const uint FirstDevice = 1;
    private const int MostRecentCommands = 32;
    private const int MostCertificatesOfAnApplication = 50;
    private const int ShortestNonce = 16;
    private const int LongestNonce = 160; // with an application's id before it, where a guardian applies
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    public static EnrolmentStep Step(CitizenState state, EnrolCitizen command) =>
        state.Status == EnrolmentStatus.Leaving ? EnrolmentStep.Refuse
        : state.Status != EnrolmentStatus.Active ? EnrolmentStep.Reserve
        : state.ApplicationId != command.ApplicationId || state.Device(FirstDevice) is not { } device || device.Key != command.DeviceKey ? EnrolmentStep.Refuse
        : device.NextCertificate > MostCertificatesOfAnApplication ? EnrolmentStep.Refuse
        : EnrolmentStep.Resume;

    /// <summary>The device of an application that has enrolled or re-identified this person, as long as it is one of theirs.</summary>
    public static (Refusal Refusal, Device? Device) Resume(CitizenState state, ResumeApplication command)
    {
        var isKnown = state.Status == EnrolmentStatus.Active
            && (state.ApplicationId == command.ApplicationId || state.ReidentifiedBy.Contains(command.ApplicationId));
        var device = isKnown ? state.Devices.FirstOrDefault(known => known.Key == command.DeviceKey) : null;
        return device?.NextCertificate > MostCertificatesOfAnApplication ? (Refusal.TooManyCertificates, null) : (Refusal.ApplicationExpired, device);
    }

    /// <summary>Everything but the index rows: what an unfinished application had is replaced by what this one brings.</summary>
    public static CitizenState Reserve(CitizenState state, EnrolCitizen command, string netId, string sealedSecrets, DateTimeOffset now) => new()
    {
        Status = EnrolmentStatus.Reserved,
        ApplicationId = command.ApplicationId,
        NetId = netId,
        Sealed = sealedSecrets,
        Password = command.Password,
        Devices = [new Device(FirstDevice, command.DeviceKey, now) { NextCertificate = state.Device(FirstDevice)?.NextCertificate ?? 1 }],
        NextDevice = FirstDevice + 1,
    };

    /// <summary>Resuming changes nothing: the password stays the first one, or the device alone could replace it.</summary>
    public static CitizenState Activate(CitizenState state) => state with { Status = EnrolmentStatus.Active };

    /// <summary>
    /// Wrong passwords are forgotten with the password that they were tried for. A guardian brings no password: a child's own, where there is one,
    /// stays.
    /// </summary>
    public static CitizenState Reidentify(CitizenState state, EnrolCitizen command, string sealedSecrets, DateTimeOffset now)
    {
        var next = state with
        {
            Sealed = sealedSecrets,
            Password = command.Password ?? state.Password,
            ReidentifiedBy = state.ReidentifiedBy.Add(command.ApplicationId),
            Freezes = state.Freezes.RemoveAll(freeze => freeze.By == FreezeBy.Register && freeze.Reason != RegisterRules.NameOf(RegisterEvent.Deceased)),
            Devices = [.. state.Devices.Select(device => device with { WrongPasswords = WrongTries.None })],
        };
        return next.Devices.Any(device => device.Key == command.DeviceKey) ? next : AddDevice(next, command.DeviceKey!, now);
    }

    public static CitizenState AddDevice(CitizenState state, string key, DateTimeOffset now) => state with
    {
        Devices = state.Devices.Add(new Device(state.NextDevice, key, now)),
        NextDevice = state.NextDevice + 1,
    };

    /// <summary>
    /// The numbers handed out are never used for another certificate, whatever becomes of these. Null when the device has had all that there
    /// are, or everything of the kind that a person may have at once.
    /// </summary>
    public static CitizenState? HandOut(CitizenState state, Device device, int count) =>
        device.NextCertificate + (uint)count > CertificateNumber.MostCertificates ? null
        : state.With(device with { NextCertificate = device.NextCertificate + (uint)count });

    /// <summary>Per-platform identifiers live on, as they follow from the handle.</summary>
    public static CitizenState ChangeNetId(CitizenState state, string netId) => state with { NetId = netId, RetiringNetId = state.NetId };

    public static CitizenState GiveUpCertificates(CitizenState state, Func<Device, bool> of) => state with
    {
        Devices = [.. state.Devices.Select(device => of(device) ? device with { FirstCertificate = device.NextCertificate } : device)],
    };

    /// <summary>
    /// The order of checks of a wallet's command. A repeat of the latest command gets its answer again, as after a lost answer; any other
    /// repeat is a replay, and changes nothing; so is what is older than the latest by more than nonces are remembered, should the wall
    /// clock go back. What only takes away is never too much: it is what somebody in trouble does, and it comes to an end by itself.
    /// </summary>
    public static CommandAdmission Admit(
        CitizenState state,
        SignedCommand command,
        IReadOnlyCollection<string> allowed,
        uint deviceNumber,
        string audience,
        DateTimeOffset now,
        bool isVouchedFor = false)
    {
        var device = state.Device(deviceNumber);
        var latest = state.Commands.FirstOrDefault();
        var recent = state.Commands.RemoveAll(executed => executed != latest && now - executed.Time > NonceMemory);
        var isRepeat = latest?.Digest == command.Digest && now - latest.Time <= NonceMemory; // its answer may be a secret: not for ever
        var fault = command.Check(audience, now);
        var refusal =
            state.Status != EnrolmentStatus.Active || device is null ? Refusal.DeviceUnknown :
            !isVouchedFor && !IsSignedBy(device, command) ? Refusal.CommandSignature :
            fault == CommandFault.Audience ? Refusal.CommandAudience :
            isRepeat ? Refusal.None :
            fault == CommandFault.Stale || command.Time < latest?.Time - NonceMemory ? Refusal.CommandStale :
            command.Nonce.Length is < ShortestNonce or > LongestNonce ? Refusal.CommandMalformed :
            recent.Any(executed => executed.Nonce == command.Nonce) ? Refusal.CommandReplayed :
            !allowed.Contains(command.Command) ? Refusal.CommandUnknown :
            recent.Length >= MostRecentCommands && !CitizenCommands.NeverWaits(command.Command) ? Refusal.TooManyChanges :
            Refusal.None;
        return new CommandAdmission(refusal, isRepeat && refusal == Refusal.None, recent);
    }

    /// <summary>The state with this command among those carried out.</summary>
    public static CitizenState Carry(CitizenState state, SignedCommand command, CommandAdmission admission) => state with
    {
        Commands = admission.Recent.Insert(0, new ExecutedCommand(command.Nonce, command.Digest, command.Time)),
    };

    /// <summary>
    /// What the citizen signs is what was asked, to the letter, and no more than that: a wallet that showed something else signed something
    /// else. Fields and predicates may be left out, but for those that the law leaves no choice about (A8-2).
    /// </summary>
    public static Refusal CheckApproval(DecideVerification command, ApproveBody body) =>
        body.Transaction != command.Transaction || body.Platform != command.Ask.Platform || body.Service != command.Ask.Service
        || body.Purpose != command.Ask.Purpose || body.Mode != command.Ask.Mode || body.Factors != command.FactorsDigest
        || !IsPart(body.Fields, command.Ask.Fields) || !IsPart(body.Predicates, command.Ask.Predicates) ? Refusal.ApprovalMismatch
        : !command.Required.All(body.Fields.Contains) ? Refusal.RequiredFieldRefused
        : Refusal.None;

    /// <summary>What a guardian's device holds for a child signs nothing by itself.</summary>
    private static bool IsSignedBy(Device device, SignedCommand command) =>
        device.Key is not null && VerificationKey.TryFromJwk(device.Key, out var key) && command.VerifiedBy(key);

    /// <summary>When the next password may be tried; null when none may be, until the password is changed.</summary>
    public static DateTimeOffset? NextPassword(WrongTries tries) =>
        tries.Count >= MostWrongPasswords ? null
        : tries.Count < FreeWrongPasswords ? tries.Last
        : tries.Last + TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, Math.Pow(2, tries.Count - FreeWrongPasswords)));

    /// <summary>A wrong code; the last one that is forgiven closes this mode, and nothing else.</summary>
    public static CodeMode WrongCode(CodeMode codes) =>
        codes with { WrongGuesses = codes.WrongGuesses + 1, IsOpen = codes.WrongGuesses + 1 < MostWrongCodes };

    private static bool IsPart(IReadOnlyCollection<string> some, ImmutableArray<string> all) =>
        some.All(all.Contains) && some.Distinct().Count() == some.Count;
}
