using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// First the guardian's record, then the child's: is it the guardian's word, can they act at all, and for this child. Both remember the
/// command, so a crash between the two is finished by sending it again.
/// </summary>
[GrainType("guardianship")]
public sealed partial class GuardianshipGrain(
    [PersistentState("guardianship", StorageNames.Identity)] IPersistentState<GuardianshipState> stored,
    AuthorityKeys keys,
    DataKeys dataKeys,
    References references,
    IDeadlines deadlines,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<GuardianshipState>(stored), IGuardianshipGrain
{
    private string WardIndex => this.GetPrimaryKeyString();

    private ICitizenGrain Ward => GrainFactory.GetGrain<ICitizenGrain>(WardIndex);

    async Task<Answer<CommandOutcome>> IGuardianshipGrain.Execute(GuardianCommand command)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        Factors? factors = null;
        if (command.Factors is not null && !SealedFactors.TryOpen(command.Factors, keys.Factors, signed.Nonce, out factors))
            return Refusal.FactorsInvalid;
        var refusal = await VouchAsync(command.Jws, command.Guardian, factors?.Password);
        return refusal == Refusal.None
            ? await Ward.Execute(new WalletCommand(command.Jws, command.WardDevice, command.Factors, command.Guardian.PersonIndex))
            : refusal;
    }

    async Task<Answer<Approval>> IGuardianshipGrain.Decide(DecideVerification command, Guardian guardian)
    {
        var refusal = await VouchAsync(command.Jws, guardian, command.FaceMatched ? null : command.Password);
        return refusal == Refusal.None ? await Ward.Decide(command with { Password = null, Guardian = guardian.PersonIndex }) : refusal;
    }

    async Task<Answer<Noted>> IGuardianshipGrain.Vouch(string jws, Guardian guardian, string password) =>
        await VouchAsync(jws, guardian, password) is not Refusal.None and var refusal ? refusal : new Noted();

    /// <summary>
    /// By their own record; and the child's has to know what courts have said, should the order have come just as the child was being enrolled.
    /// </summary>
    private async Task<Refusal> VouchAsync(string jws, Guardian guardian, string? password)
    {
        var vouched = await GrainFactory.GetGrain<ICitizenGrain>(guardian.PersonIndex).Vouch(new VouchForWard(jws, guardian.Device, password));
        if (vouched.Refusal != Refusal.None || State.Sealed is null)
            return vouched.Refusal;
        var said = (await OpenAsync()).Orders.FirstOrDefault(order => order.Guardian == guardian.PersonIndex);
        return said is null ? Refusal.None : (await Ward.NoteOrder(said)).Refusal;
    }
}
