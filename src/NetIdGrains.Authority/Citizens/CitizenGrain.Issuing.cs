using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Certificates, each of one device: reserved, then signed.</summary>
public sealed partial class CitizenGrain
{
    /// <summary>
    /// Their numbers and their places in status lists are durable before anything is signed: no number is ever two certificates', and whatever is
    /// signed can be revoked.
    /// </summary>
    private async Task<(Refusal Refusal, ImmutableArray<string> Certificates)> IssueAsync(
        CitizenState next, uint deviceNumber, ImmutableArray<string> holderKeys)
    {
        var (device, opened) = (next.Device(deviceNumber)!, (await Record.OpenAsync(next))!);
        var standing = new CertificateStanding(next, opened, time.GetUtcNow());
        if (CitizenRules.HandOut(next, device, holderKeys.Length) is not { } handedOut || !standing.MayHave(holderKeys.Length))
            return (Refusal.TooManyCertificates, []);
        var reserved = await issuer.ReserveAsync(GrainFactory, holderKeys.Length);
        if (reserved.Value is not { } places)
            return (reserved.Refusal, []);
        var secrets = opened.Secrets with { Certificates = standing.With(deviceNumber, device.NextCertificate, places) };
        var listsSay = standing.Suspended.IsEmpty ? next.ListsSay : []; // of the new ones no list was told that they are suspended
        if (!await TrySaveAsync(handedOut with { ListsSay = listsSay, Sealed = await SealAsync(secrets) }))
            return (Refusal.Unavailable, []);
        var batch = new IssueBatch(opened.Secrets.Identity, State.NetId!, opened.Handle, deviceNumber, device.NextCertificate, holderKeys, places);
        return (Refusal.None, await issuer.IssueAsync(batch));
    }

    /// <summary>Each certificate needs a key of its own, and possession of each is proved (no key twice: certificates would join).</summary>
    private async Task<Answer<CommandOutcome>> CarryOutIssueAsync(AdmittedCommand command)
    {
        var (signed, now) = (command.Signed, time.GetUtcNow());
        var (refusal, body) = StrictObject.Read<IssueBody>(signed.Body, WalletBodies.Strict);
        if (body is null)
            return refusal;
        if (HolderKeys.Prove(body.HolderKeyProofs, options, signed.Nonce, now) is not { } keys)
            return Refusal.HolderKeyProofInvalid;
        refusal = await TryPasswordAsync(command);
        if (refusal == Refusal.None && !command.Admission.IsRepeat)
            refusal = await GiveUpAsync(command);
        if (refusal != Refusal.None)
            return refusal;
        (refusal, var certificates) = await IssueAsync(State, command.Device, keys);
        return refusal == Refusal.None ? (await OutcomeAsync()) with { NetId = State.NetId, Certificates = certificates } : refusal;
    }

    /// <summary>What a renewal gives up: this device's certificates; a change of Net ID all of them, as the old Net ID is in them.</summary>
    private async Task<Refusal> GiveUpAsync(AdmittedCommand command)
    {
        var carried = CitizenRules.Carry(State, command.Signed, command.Admission);
        if (command.Kind.Name == "change-net-id")
            return await ChangeNetIdAsync(carried);
        var device = carried.Device(command.Device)!;
        var next = command.Kind.Name == "renew" ? carried.With(device with { FirstCertificate = device.NextCertificate }) : carried;
        return await TrySaveAsync(next) ? Refusal.None : Refusal.Unavailable;
    }

    /// <summary>
    /// The old one stops with one write; per-platform identifiers live on, as they follow from the handle. The new row is claimed first, the old
    /// one retired last: what a crash leaves undone, the next activation does.
    /// </summary>
    private async Task<Refusal> ChangeNetIdAsync(CitizenState carried)
    {
        var owner = new IndexOwner(PersonIndex);
        var changed = NetId.Create(random).Value;
        while (await GrainFactory.GetGrain<INetIdGrain>(changed).Claim(owner) is var claimed && claimed.Value != owner)
        {
            if (claimed.Refusal != Refusal.None)
                return claimed.Refusal;
            changed = NetId.Create(random).Value;
        }

        var next = carried with
        {
            NetId = changed,
            RetiringNetId = State.NetId,
            Codes = CodeMode.Closed,
            Devices = [.. carried.Devices.Select(device => device with { FirstCertificate = device.NextCertificate })],
        };
        return await TrySaveAsync(next) && await RetireNetIdAsync() ? Refusal.None : Refusal.Unavailable;
    }

    private async Task<bool> RetireNetIdAsync() =>
        State.RetiringNetId is not { } retiring
        || ((await GrainFactory.GetGrain<INetIdGrain>(retiring).Retire(new IndexOwner(PersonIndex))).Refusal == Refusal.None
            && await TrySaveAsync(State with { RetiringNetId = null, FormerNetIds = State.FormerNetIds.Add(retiring) }));
}
