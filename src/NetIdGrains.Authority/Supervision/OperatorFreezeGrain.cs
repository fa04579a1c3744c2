using Orleans;

namespace NetIdGrains.Authority;

/// <summary>S-1: an operator freezes or lifts, keyed by Net ID. It stores nothing.</summary>
[Alias("netid.operator-freeze")]
public interface IOperatorFreezeGrain : IGrainWithStringKey
{
    Task<Answer<Supervised>> Freeze(OperatorFreeze command);
}

/// <param name="Reason">A code; the citizen sees it.</param>
/// <param name="LegalBasis">Statute and article; the citizen sees it.</param>
/// <param name="By">Which officer: kept with the act, and not shown to the citizen.</param>
/// <param name="Reference">The officer's own number for it, kept with the act.</param>
[GenerateSerializer]
[Alias("netid.operator-freeze-command")]
public sealed record OperatorFreeze(string Reason, string LegalBasis, string By, string Reference, bool Lift);

[GrainType("operator-freeze")]
public sealed class OperatorFreezeGrain : Grain, IOperatorFreezeGrain
{
    private const int LongestText = 200;

    async Task<Answer<Supervised>> IOperatorFreezeGrain.Freeze(OperatorFreeze command)
    {
        DeactivateOnIdle();
        string[] texts = [command.Reason, command.LegalBasis, command.By, command.Reference];
        if (Array.Exists(texts, text => text.Trim().Length is 0 or > LongestText))
            return Fault.Invalid($"reason, legal_basis, by and reference must each say something, in at most {LongestText} characters.");
        if (!PlatformRules.IsGoodId(command.Reason))
            return Fault.Invalid("reason must be a code of lower-case letters, digits and hyphens, such as stolen-identity.");
        var netId = this.GetPrimaryKeyString();
        if (await GrainFactory.GetGrain<INetIdGrain>(netId).Owner() is not { } owner)
            return Refusal.NetIdUnknown;
        return await GrainFactory.GetGrain<ICitizenGrain>(owner.PersonIndex).FreezeByOperator(command, netId);
    }
}
