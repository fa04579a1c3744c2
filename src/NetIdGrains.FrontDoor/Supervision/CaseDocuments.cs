using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>A complaint or an appeal as its citizen sees it.</summary>
/// <param name="Kind">complaint or appeal.</param>
/// <param name="Status">received, in-hand, upheld or dismissed.</param>
/// <param name="Due">By when it is to be decided.</param>
/// <param name="Reason">Of the latest step.</param>
internal sealed record CaseDocument(string Id, string Kind, string Status, DateTimeOffset Opened, DateTimeOffset Due, string? Platform, string? Reason)
{
    public static CaseDocument From(CaseView view) => new(
        view.Id,
        view.Content.Kind.ToString().ToLowerInvariant(),
        NameOf(view.Status),
        view.Opened,
        view.Due,
        view.Content.Platform,
        view.Steps is [.., var last] ? last.Reason : null);

    public static string NameOf(CaseStatus status) => ReportRules.NameOf(status);
}

/// <summary>The same as the supervisor sees it: with the evidence, and who decided.</summary>
internal sealed record SupervisedCase(
    CaseDocument Case,
    string? Receipt,
    IReadOnlyList<string> Demanded,
    FreezeDocument? Freeze,
    string? Text,
    bool Overdue,
    IReadOnlyList<CaseStepDocument> Steps)
{
    public static SupervisedCase From(CaseView view, DateTimeOffset now) => new(
        CaseDocument.From(view),
        view.Content.Receipt,
        view.Content.Demanded,
        view.Content.Freeze is { } freeze ? FreezeDocument.From(freeze) : null,
        view.Content.Text,
        !CaseRules.IsDecided(view.Status) && view.Due <= now,
        [.. view.Steps.Select(step => new CaseStepDocument(step.Time, CaseDocument.NameOf(step.Status), step.Reason, step.By))]);

    public override string ToString() => "sealed";
}

internal sealed record CaseStepDocument(DateTimeOffset Time, string Status, string Reason, string By);

internal sealed record CaseQueue(IReadOnlyList<SupervisedCase> Cases);

/// <param name="Status">in-hand, upheld or dismissed.</param>
internal sealed record CaseDecision(string Status, string Reason, string By)
{
    public ChangeCase ToCommand() => new(
        Status switch
        {
            "in-hand" => CaseStatus.InHand,
            "upheld" => CaseStatus.Upheld,
            "dismissed" => CaseStatus.Dismissed,
            _ => (CaseStatus)(-1),
        },
        Reason,
        By);
}

/// <param name="Status">active or frozen.</param>
/// <param name="Acts">What operators have done to this person, the latest first.</param>
internal sealed record SupervisedResponse(string Status, DateTimeOffset? FrozenSince, IReadOnlyList<OperatorActDocument> Acts)
{
    public static SupervisedResponse From(Supervised supervised) => new(
        supervised.FrozenSince is null ? "active" : "frozen",
        supervised.FrozenSince,
        [.. supervised.Acts.Reverse().Select(act => new OperatorActDocument(
            act.Lift ? "lifted" : "froze", act.Time, act.Reason, act.LegalBasis, act.Officer, act.Reference))]);
}

/// <param name="What">froze or lifted.</param>
internal sealed record OperatorActDocument(string What, DateTimeOffset Time, string Reason, string LegalBasis, string By, string Reference);

/// <param name="NetId">Whose.</param>
/// <param name="Reason">A code; the citizen sees it.</param>
/// <param name="LegalBasis">Statute and article; the citizen sees it.</param>
/// <param name="By">Which officer.</param>
/// <param name="Reference">The officer's own number for it.</param>
/// <param name="Lift">Lifts what was frozen so.</param>
internal sealed record OperatorFreezeDocument(string NetId, string Reason, string LegalBasis, string By, string Reference, bool Lift = false)
{
    public override string ToString() => "sealed";
}
