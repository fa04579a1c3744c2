using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Certificates, each of one device: reserved, then signed.</summary>
public sealed partial class CitizenGrain
{
    /// <summary>
    /// Their numbers and their places in status lists are durable before anything is signed: no number is ever two certificates', and whatever is
    /// signed can be revoked. A new Net ID is claimed last of all that can be refused: one that is claimed and not taken is nobody's for ever.
    /// </summary>
    private async Task<(Refusal Refusal, ImmutableArray<string> Certificates)> IssueAsync(
        CitizenState next, uint deviceNumber, CertificateOrder order, bool withNewNetId = false)
    {
        var (device, opened, count) = (next.Device(deviceNumber)!, (await Record.OpenAsync(next))!, order.HolderKeys.Length);
        var standing = new CertificateStanding(next, opened, time.GetUtcNow());
        if (CitizenRules.HandOut(next, device, count) is not { } handedOut || !standing.MayHave(count))
            return (Refusal.TooManyCertificates, []);
        var reserved = await issuer.ReserveAsync(GrainFactory, count);
        if (reserved.Value is not { } places)
            return (reserved.Refusal, []);
        var secrets = opened.Secrets with
        {
            Certificates = standing.With(deviceNumber, device.NextCertificate, places, device.Key is null ? order.Guardian : null),
            CodeSecret = next.Codes.IsOpen ? opened.Secrets.CodeSecret : null,
        };
        var listsSay = standing.Suspended.IsEmpty ? next.ListsSay : CertificateStanding.Unsure; // of the new ones no list was told that they are suspended
        if (withNewNetId)
        {
            if (await ClaimNetIdAsync() is not { } claimed)
                return (Refusal.Unavailable, []);
            handedOut = CitizenRules.ChangeNetId(handedOut, claimed);
        }

        if (!await TrySaveAsync(handedOut with { ListsSay = listsSay, Sealed = await SealAsync(secrets) }))
            return (Refusal.Unavailable, []);
        var batch = new IssueBatch(opened.Secrets.Identity, State.NetId!, opened.Handle, deviceNumber, device.NextCertificate, order.HolderKeys, places);
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
        if (refusal != Refusal.None)
            return refusal;
        var isNewNetId = command.Kind.Name == "change-net-id" && !command.Admission.IsRepeat;
        if (isNewNetId && !await RetireNetIdAsync()) // one that an earlier try has left
            return Refusal.Unavailable;
        (refusal, var certificates) = await IssueAsync(
            command.Admission.IsRepeat ? State : GiveUp(command), command.Device, new CertificateOrder(keys, command.Guardian), isNewNetId);
        if (refusal == Refusal.None && !await RetireNetIdAsync())
            refusal = Refusal.Unavailable;
        return refusal == Refusal.None ? (await OutcomeAsync()) with { NetId = State.NetId, Certificates = certificates } : refusal;
    }

    /// <summary>What a renewal gives up: this device's certificates; a change of Net ID all of them, as the old Net ID is in them.</summary>
    private CitizenState GiveUp(AdmittedCommand command)
    {
        var carried = CitizenRules.Carry(State, command.Signed, command.Admission);
        return command.Kind.Name switch
        {
            "renew" => CitizenRules.GiveUpCertificates(carried, device => device.Number == command.Device),
            "change-net-id" => CitizenRules.GiveUpCertificates(carried, _ => true) with { Codes = CodeMode.Closed },
            _ => carried,
        };
    }

    /// <summary>
    /// In the record before it is claimed, as one to be retired: whatever crashes, no row is left that the record does not know. Then, with one
    /// write, it is theirs, and the old one is the one to be retired.
    /// </summary>
    private async Task<string?> ClaimNetIdAsync()
    {
        var owner = new IndexOwner(PersonIndex);
        while (true)
        {
            var netId = NetId.Create(random).Value;
            if (!await TrySaveAsync(State with { RetiringNetId = netId }))
                return null;
            var claimed = await GrainFactory.GetGrain<INetIdGrain>(netId).Claim(owner);
            if (claimed.Refusal != Refusal.None)
                return null;
            if (claimed.Value == owner)
                return netId;
        }
    }

    private async Task<bool> RetireNetIdAsync() =>
        State.RetiringNetId is not { } retiring
        || ((await GrainFactory.GetGrain<INetIdGrain>(retiring).Retire(new IndexOwner(PersonIndex))).Refusal == Refusal.None
            && await TrySaveAsync(State with { RetiringNetId = null, FormerNetIds = State.FormerNetIds.Add(retiring) }));
}

/// <param name="HolderKeys">Public JWKs, one for each certificate.</param>
/// <param name="Guardian">Who has the keys, where that is a guardian.</param>
internal sealed record CertificateOrder(ImmutableArray<string> HolderKeys, string? Guardian)
{
    public override string ToString() => "sealed";
}
