using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A command that is admitted, with all that deciding needs.</summary>
/// <param name="Command">The command.</param>
/// <param name="Device">Of the device that gave it.</param>
/// <param name="State">The record.</param>
/// <param name="Secrets">Its sealed part.</param>
/// <param name="Now">The time.</param>
/// <param name="Random">For ids and secrets.</param>
/// <param name="NewPassword">A verifier of the new password, if the command brings one.</param>
/// <param name="Options">Whom key proofs are made for, and to which notice one consents.</param>
/// <param name="Guardian">Who gave it in the child's stead, by their person index.</param>
public sealed record CommandCase(
    SignedCommand Command,
    uint Device,
    CitizenState State,
    CitizenSecrets Secrets,
    DateTimeOffset Now,
    IRandomSource Random,
    StoredPassword? NewPassword,
    AuthorityOptions Options,
    string? Guardian = null)
{
    public CommandEffect Refuse(Fault fault) => new(fault, State, Secrets);

    public CommandEffect Change(CitizenState state) => new(Refusal.None, state, Secrets);

    public CommandEffect Change(CitizenSecrets secrets) => new(Refusal.None, State, secrets);

    public override string ToString() => "sealed";
}

/// <summary>What a command makes of the record; the same objects where it changes nothing.</summary>
public sealed record CommandEffect(Fault Fault, CitizenState State, CitizenSecrets Secrets)
{
    public override string ToString() => "sealed";
}

/// <summary>What each command does to the record, without any engine.</summary>
public static class RecordChanges
{
    /// <summary>How long one pre-approval is good for.</summary>
    private static readonly TimeSpan PreApproval = TimeSpan.FromSeconds(60);

    /// <summary>The longest that a guardian's consent can stand: then they look again.</summary>
    private static readonly TimeSpan LongestStandingConsent = TimeSpan.FromDays(366);

    public static CommandEffect Apply(CommandCase given) => given.Command.Command switch
    {
        "freeze" => Read<FreezeBody>(given, Freeze),
        "unfreeze" => Read<FreezeBody>(given, Unfreeze),
        "new-freeze-code" => Read<SealedBody>(given, _ => given.Change(given.State with { FreezeCode = given.State.FreezeCode + 1 })),
        "open-codes" => Read<NoBody>(given, _ => OpenCodes(given)),
        "close-codes" => Read<NoBody>(given, _ => CloseCodes(given)),
        "pre-approve" => Read<NoBody>(given, _ => given.Change(given.State with { PreApprovedUntil = given.Now + PreApproval })),
        "give-consent" => Read<GiveBody>(given, Give),
        "withdraw-consent" => Read<WithdrawBody>(given, Withdraw),
        "consent-for-ward" => Read<ConsentForWardBody>(given, ConsentForWard),
        "add-device" => Read<AddDeviceBody>(given, AddDevice),
        "remove-device" => Read<RemoveDeviceBody>(given, RemoveDevice),
        "change-password" => Read<SealedBody>(given, _ => ChangePassword(given)),
        _ => throw new InvalidOperationException("No change has this name."),
    };

    private static CommandEffect Read<T>(CommandCase given, Func<CommandCase, T, CommandEffect> change)
        where T : class
    {
        var (refusal, body) = StrictObject.Read<T>(given.Command.Body, WalletBodies.Strict);
        return body is null ? given.Refuse(refusal) : change(given, body);
    }

    private static CommandEffect Read<T>(CommandCase given, Func<T, CommandEffect> change)
        where T : class => Read<T>(given, (_, body) => change(body));

    /// <summary>A freeze of what is frozen changes nothing: somebody in trouble may send it as often as they like.</summary>
    private static CommandEffect Freeze(CommandCase given, FreezeBody body)
    {
        if (ScopeOf(given, body) is not { } scope || body.Until <= given.Now)
            return given.Refuse(WhatToFreeze(body));
        var by = given.Guardian is null ? FreezeBy.Citizen : FreezeBy.Guardian;
        var freezes = Freezes.Add(given.State.Freezes, new Freeze(scope, by, given.Now, body.Until), given.Now);
        return freezes == given.State.Freezes ? given.Change(given.State) : given.Change(given.State with { Freezes = freezes });
    }

    private static CommandEffect Unfreeze(CommandCase given, FreezeBody body) =>
        ScopeOf(given, body) is not { } scope || body.Until <= given.Now
            ? given.Refuse(WhatToFreeze(body))
            : given.Change(given.State with { Freezes = Freezes.Lift(given.State.Freezes, scope, body.Until) });

    /// <summary>Everything, one device or one mode; null for what there is not.</summary>
    private static string? ScopeOf(CommandCase given, FreezeBody body) => (body.Device, body.Mode) switch
    {
        (null, null) => Authority.Freeze.Everything,
        ({ } device, null) when given.State.Device(device) is not null => Authority.Freeze.OfDevice(device),
        (null, { } mode) when Modes.All.Contains(mode) => Authority.Freeze.OfMode(mode),
        _ => null,
    };

    private static Fault WhatToFreeze(FreezeBody body) => Fault.Invalid(
        body is { Device: not null, Mode: not null } ? "device and mode do not go together: give one, or neither for everything."
        : body.Device is not null ? "device must be the number of one of the devices that status lists, and until a time ahead."
        : body.Mode is not null ? $"mode must be one of {string.Join(", ", Modes.All)}, and until a time ahead."
        : "until must be a time ahead.");

    /// <summary>Opening the mode gives it a secret that no earlier device has.</summary>
    private static CommandEffect OpenCodes(CommandCase given) => new(
        Refusal.None,
        given.State with { Codes = new CodeMode(IsOpen: true, 0, null) },
        given.Secrets with { CodeSecret = Convert.ToBase64String(DynamicPassword.CreateSecret(given.Random)), CodeGuardian = given.Guardian });

    private static CommandEffect CloseCodes(CommandCase given) =>
        new(Refusal.None, given.State with { Codes = CodeMode.Closed }, given.Secrets with { CodeSecret = null, CodeGuardian = null });

    /// <summary>To the notice as it is now: consenting to what is consented to makes no other record.</summary>
    private static CommandEffect Give(CommandCase given, GiveBody body)
    {
        if (body.Notice != given.Options.Notice.Hash)
            return given.Refuse(Refusal.NoticeNotCurrent);
        if (!given.Options.Notice.Purposes.TryGetValue(body.Purpose, out var purpose))
            return given.Refuse(Refusal.ConsentUnknown);
        var last = given.Secrets.Consents.LastOrDefault(consent => consent.Platform is null && consent.Purpose == body.Purpose);
        if (last is { Withdrawn: null } && last.NoticeHash == given.Options.Notice.Hash)
            return given.Change(given.State);
        return Add(given, new Consent(NewId(given), given.Options.Notice.Hash, purpose.Id, purpose.Kinds, given.Now));
    }

    private static CommandEffect Withdraw(CommandCase given, WithdrawBody body)
    {
        if (given.Secrets.Consents.FirstOrDefault(consent => consent.Id == body.Consent) is not { } consent)
            return given.Refuse(Refusal.ConsentUnknown);
        return consent.Withdrawn is not null
            ? given.Change(given.State)
            : given.Change(given.Secrets with { Consents = given.Secrets.Consents.Replace(consent, consent with { Withdrawn = given.Now }) });
    }

    /// <summary>A5-2: once, for a named service and purpose; or standing, for a platform until a day.</summary>
    private static CommandEffect ConsentForWard(CommandCase given, ConsentForWardBody body)
    {
        var isOnce = body.Service is not null || body.Purpose is not null;
        if (isOnce != (body.Service is not null && body.Purpose is not null))
            return given.Refuse(Fault.Invalid("service and purpose go together: both for one use, neither for a standing consent."));
        if (!body.Fields.All(IdentityFields.All.Contains) || body.Fields.Distinct().Count() != body.Fields.Count)
            return given.Refuse(Fault.Invalid($"fields must be some of {string.Join(", ", IdentityFields.All)}, each once."));
        if (body.Until <= given.Now || body.Until > given.Now + LongestStandingConsent)
            return given.Refuse(Fault.Invalid($"until must lie ahead, by at most {LongestStandingConsent.TotalDays} days."));
        return Add(given, new Consent(
            NewId(given),
            given.Options.Notice.Hash,
            body.Purpose ?? "any",
            [.. body.Fields],
            given.Now,
            body.Platform,
            body.Service,
            Guardian: new GuardianTerms(given.Guardian!, body.Until, isOnce)));
    }

    /// <summary>By an existing device and the password; the new device proves that it has the key it brings.</summary>
    private static CommandEffect AddDevice(CommandCase given, AddDeviceBody body)
    {
        if (!KeyProof.TryVerify(body.DeviceKeyProof, given.Options.Issuer, given.Command.Nonce, given.Now, out var key))
            return given.Refuse(Refusal.DeviceKeyInvalid);
        var (state, jwk) = (given.State, key.ToJwk());
        if (state.Devices.Any(device => device.Key == jwk))
            return given.Refuse(Refusal.DeviceKeyInvalid);
        if (state.Devices.Length >= CitizenRules.MostDevices || state.NextDevice > CertificateNumber.MostDevices)
            return given.Refuse(Refusal.TooManyDevices);
        return given.Change(CitizenRules.AddDevice(state, jwk, given.Now));
    }

    /// <summary>What it holds is good for nothing from now on. One cannot remove the last: that would be leaving without saying so.</summary>
    private static CommandEffect RemoveDevice(CommandCase given, RemoveDeviceBody body)
    {
        if (given.State.Device(body.Device) is not { } device)
            return given.Refuse(Refusal.DeviceUnknown);
        if (given.State.Devices.Length == 1)
            return given.Refuse(Refusal.LastDevice);
        return given.Change(given.State with
        {
            Devices = given.State.Devices.Remove(device),
            Freezes = given.State.Freezes.RemoveAll(freeze => freeze.Scope == Authority.Freeze.OfDevice(body.Device)),
        });
    }

    private static CommandEffect ChangePassword(CommandCase given) => given.NewPassword is null
        ? given.Refuse(Refusal.FactorsMissing)
        : given.Change(given.State with
        {
            Password = given.NewPassword,
            Devices = [.. given.State.Devices.Select(device => device with { WrongPasswords = WrongTries.None })],
        });

    private static CommandEffect Add(CommandCase given, Consent consent) =>
        given.Change(given.Secrets with { Consents = CitizenCommands.Remembered(given.Secrets.Consents.Add(consent)) });

    private static string NewId(CommandCase given) => Base32.Random(given.Random, CitizenCommands.ConsentIdSize);
}
