using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>PIPL 48: why. Only about oneself: what is not in one's own lines and cases is not found, whether there is such a thing or not.</summary>
public sealed partial class CitizenGrain
{
    private const int LongestDecision = 64;

    private async Task<Answer<CommandOutcome>> ExplainAsync(OpenedCitizen opened, string decision)
    {
        if (decision.Length is 0 or > LongestDecision)
            return Fault.Invalid("decision must be a transaction_id of one's history, or the id of a case of one's own.");
        try
        {
            var explained = opened.Secrets.Cases.Contains(decision) ? await ExplainCaseAsync(decision) : await ExplainVerificationAsync(opened, decision);
            return explained is null ? Refusal.DecisionUnknown : (await OutcomeAsync()) with { Explained = explained };
        }
        catch (IOException)
        {
            return Refusal.Unavailable;
        }
    }

    private async Task<Explanation?> ExplainVerificationAsync(OpenedCitizen opened, string transaction)
    {
        if (await log.FindAsync(TagsUntil(opened, time.GetUtcNow().AddMinutes(1)), transaction) is not { Line: var line } logged)
            return null;
        var key = ReasonMark.KeyOf(opened.LogKey, line.Platform, logged.SequenceNumber);
        DecisionReason? reason = logged.Reason is null
            ? null
            : ReasonMark.Read(key, logged.Reason) ?? throw new InvalidOperationException("A line's reason is none of its citizen's.");
        var entry = reason is { } kept ? DecisionReasons.Entries[kept] : DecisionReasons.NotKept;
        return new Explanation(
            transaction,
            "verification",
            line.Time,
            line.Platform,
            line.Mode,
            line.Passed ? "pass" : "fail",
            entry.Name,
            entry.Meaning,
            entry.Clause,
            (reason is { } read ? DecisionReasons.DataOf(read, line.Mode) : entry.Data).Names());
    }

    /// <summary>Why a supervisor has decided so is their word, and the data what the citizen handed in.</summary>
    private async Task<Explanation?> ExplainCaseAsync(string id)
    {
        if (await GrainFactory.GetGrain<ICaseGrain>(id).View() is not { Content: var content } view)
            return null;
        var (step, status) = (view.Steps.LastOrDefault(), ReportRules.NameOf(view.Status));
        var isAppeal = content.Kind == CaseKind.Appeal;
        return new Explanation(
            id,
            isAppeal ? "appeal" : "complaint",
            step?.Time ?? view.Opened,
            content.Platform,
            Mode: null,
            status,
            status,
            step?.Reason,
            isAppeal ? "S-1" : "A7-2",
            (isAppeal ? DataKinds.Case | DataKinds.Freeze : DataKinds.Case | DataKinds.Platform).Names());
    }
}
