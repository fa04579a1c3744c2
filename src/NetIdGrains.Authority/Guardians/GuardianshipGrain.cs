using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// First the guardian's record, then the child's: is it the guardian's word, can they act at all, and for this child. Both remember the
/// command, so a crash between the two is finished by sending it again.
/// </summary>
[GrainType("guardianship")]
public sealed class GuardianshipGrain(AuthorityKeys keys) : Grain, IGuardianshipGrain
{
    private ICitizenGrain Ward => GrainFactory.GetGrain<ICitizenGrain>(this.GetPrimaryKeyString());

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

    private async Task<Refusal> VouchAsync(string jws, Guardian guardian, string? password) =>
        (await GrainFactory.GetGrain<ICitizenGrain>(guardian.PersonIndex).Vouch(new VouchForWard(jws, guardian.Device, password))).Refusal;
}
