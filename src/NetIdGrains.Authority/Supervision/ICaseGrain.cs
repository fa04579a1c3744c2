using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// One complaint or appeal, keyed by an id that only its citizen and the supervisor know. It says nothing of who the citizen is beyond what they
/// have handed in: whose it is stands in their own record alone.
/// </summary>
[Alias("netid.case")]
public interface ICaseGrain : IGrainWithStringKey
{
    /// <summary>Opening it again finds what was opened.</summary>
    Task<Answer<CaseView>> Open(OpenCase command);

    /// <summary>Null when there is no such case, or no longer.</summary>
    Task<CaseView?> View();

    /// <summary>By the supervisor.</summary>
    Task<Answer<CaseView>> Change(ChangeCase command);

    /// <summary>By the sweeper: decided and long enough ago, it goes. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

[GenerateSerializer]
[Alias("netid.case-kind")]
public enum CaseKind
{
    /// <summary>A7-2: a platform has asked for identity in plaintext after a pass.</summary>
    Complaint = 1,

    /// <summary>S-1: against an operator's freeze.</summary>
    Appeal = 2,
}

[GenerateSerializer]
[Alias("netid.case-status")]
public enum CaseStatus
{
    Received = 0,
    InHand = 1,
    Upheld = 2,
    Dismissed = 3,
}

/// <param name="Platform">Complained of; null for an appeal.</param>
/// <param name="Receipt">The authority's signed receipt of the pass, as the citizen handed it in.</param>
/// <param name="Demanded">What was asked for beyond it.</param>
/// <param name="Freeze">Appealed against.</param>
/// <param name="Text">The citizen's own words.</param>
[GenerateSerializer]
[Alias("netid.open-case")]
public sealed record OpenCase(CaseKind Kind, string? Platform, string? Receipt, ImmutableArray<string> Demanded, Freeze? Freeze, string? Text)
{
    public override string ToString() => "sealed";
}

/// <param name="Reason">Why; the citizen sees it.</param>
/// <param name="By">Which officer; the citizen does not.</param>
[GenerateSerializer]
[Alias("netid.change-case")]
public sealed record ChangeCase(CaseStatus Status, string Reason, string By);

/// <param name="Due">By when it is to be decided.</param>
[GenerateSerializer]
[Alias("netid.case-view")]
public sealed record CaseView(string Id, OpenCase Content, CaseStatus Status, DateTimeOffset Opened, DateTimeOffset Due, ImmutableArray<CaseStep> Steps)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.case-step")]
public sealed record CaseStep(DateTimeOffset Time, CaseStatus Status, string Reason, string By);
