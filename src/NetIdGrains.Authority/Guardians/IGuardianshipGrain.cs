using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// A child and those who act for it, keyed by the child's person index: between two citizens, so that no citizen calls a citizen. It keeps what
/// courts have said of guardians, from before the child is enrolled until it is 18 or leaves; links and consents are in the child's record.
/// </summary>
[Alias("netid.guardianship")]
public interface IGuardianshipGrain : IGrainWithStringKey
{
    /// <summary>A guardian's command for the child.</summary>
    Task<Answer<CommandOutcome>> Execute(GuardianCommand command);

    /// <summary>A guardian's <c>approve</c> or <c>deny</c> for the child.</summary>
    Task<Answer<Approval>> Decide(DecideVerification command, Guardian guardian);

    /// <summary>Whether a guardian's <c>cancel</c> for the child is their word.</summary>
    Task<Answer<Noted>> Vouch(string jws, Guardian guardian, string password);

    /// <summary>A court's order, verified. The same one again finishes what a crash has left, and changes nothing else.</summary>
    Task<Answer<Noted>> Take(TakeOrder command);

    /// <summary>Of each guardian that a court has spoken of, its latest word.</summary>
    Task<CourtOrders> Orders();

    /// <summary>The child leaves: nothing is left of what courts have said.</summary>
    Task<Answer<Left>> Forget();

    /// <summary>By the sweeper: deletes what is over at 18. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

/// <summary>Keyed by a reference that only the authority can open, so that the deadline names nobody: leads the sweeper to a child's guardianship.</summary>
[Alias("netid.guardianship-watch")]
public interface IGuardianshipWatchGrain : IGrainWithStringKey
{
    /// <summary>When to look again; null for never.</summary>
    Task<NextLook> Tidy();
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

/// <param name="EndOfWardship">The ward's 18th birthday.</param>
[GenerateSerializer]
[Alias("netid.take-order")]
public sealed record TakeOrder(CourtOrder Order, DateOnly EndOfWardship)
{
    public override string ToString() => "sealed";
}

/// <summary>A court's word on one guardian (A4-5). Stored only sealed.</summary>
/// <param name="Guardian">Their person index.</param>
/// <param name="HasEnded">They are guardian no more; otherwise they are established.</param>
/// <param name="Issued">When it was signed: the latest counts.</param>
/// <param name="Until">The last day, if the order names one.</param>
/// <param name="Digest">Of court, reference and id: which order it was, for who has it at hand.</param>
[GenerateSerializer]
[Alias("netid.court-order")]
public sealed record CourtOrder(string Guardian, bool HasEnded, DateTimeOffset Issued, DateOnly? Until, string Digest)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.court-orders")]
public sealed record CourtOrders(ImmutableArray<CourtOrder> Orders, DateOnly EndOfWardship)
{
    public static CourtOrders None { get; } = new([], DateOnly.MaxValue);

    public override string ToString() => "sealed";
}
