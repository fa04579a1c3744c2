using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// A child and those who act for it, keyed by the child's person index: between two citizens, so that no citizen calls a citizen. It stores
/// nothing: the links and the consents are in the child's record, sealed, and go with it.
/// </summary>
[Alias("netid.guardianship")]
public interface IGuardianshipGrain : IGrainWithStringKey
{
    /// <summary>A guardian's command for the child.</summary>
    Task<Answer<CommandOutcome>> Execute(GuardianCommand command);

    /// <summary>A guardian's <c>approve</c> or <c>deny</c> for the child.</summary>
    Task<Answer<Approval>> Decide(DecideVerification command, Guardian guardian);
}

/// <summary>Which device of which guardian signs.</summary>
[GenerateSerializer]
[Alias("netid.guardian")]
public sealed record Guardian(string PersonIndex, uint Device)
{
    public override string ToString() => "sealed";
}

/// <param name="WardDevice">What the guardian's device holds for the child.</param>
[GenerateSerializer]
[Alias("netid.guardian-command")]
public sealed record GuardianCommand(string Jws, string? Factors, Guardian Guardian, uint WardDevice)
{
    public override string ToString() => "sealed";
}
