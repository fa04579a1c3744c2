using System.Collections.Immutable;
using System.Globalization;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>What the public may know of what the authority did to people, counted by month (S-1); keyed by year and month in China.</summary>
[Alias("netid.report")]
public interface IReportGrain : IGrainWithStringKey
{
    /// <param name="what">Of the names that are counted.</param>
    /// <param name="id">Of the one event: counting it again counts nothing.</param>
    Task<Answer<MonthlyReport>> Count(string what, string id);

    Task<MonthlyReport> Read();
}

[GenerateSerializer]
[Alias("netid.monthly-report")]
public sealed record MonthlyReport(string Month, ImmutableArray<ReportCount> Counts);

[GenerateSerializer]
[Alias("netid.report-count")]
public sealed record ReportCount(string What, int Count);

public sealed record ReportState
{
    public ImmutableDictionary<string, int> Counts { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The latest events: whoever counts one notes that it is counted, and counts it again only should a crash come before that.</summary>
    public ImmutableList<string> Latest { get; init; } = [];
}

public static class ReportRules
{
    public const string OperatorFreezes = "operator-freezes";
    public const string OperatorFreezesLifted = "operator-freezes-lifted";

    private const int Remembered = 200;

    public static string NameOf(CaseKind kind, CaseStatus status) =>
        $"{(kind == CaseKind.Appeal ? "appeals" : "complaints")}-{NameOf(status)}";

    public static string NameOf(CaseStatus status) => status == CaseStatus.InHand ? "in-hand" : status.ToString().ToLowerInvariant();

    public static ReportState Count(ReportState state, string what, string id) => state.Latest.Contains(id) ? state : new ReportState
    {
        Counts = state.Counts.SetItem(what, state.Counts.GetValueOrDefault(what) + 1),
        Latest = (state.Latest.Count < Remembered ? state.Latest : state.Latest.RemoveAt(0)).Add(id),
    };

    public static string MonthOf(DateTimeOffset time) => ChinaCalendar.Today(time).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

[GrainType("report")]
public sealed class ReportGrain([PersistentState("report", StorageNames.Supervision)] IPersistentState<ReportState> stored)
    : StatefulGrain<ReportState>(stored), IReportGrain
{
    public static IReportGrain Of(IGrainFactory grains, DateTimeOffset time) => grains.GetGrain<IReportGrain>(ReportRules.MonthOf(time));

    async Task<Answer<MonthlyReport>> IReportGrain.Count(string what, string id)
    {
        var next = ReportRules.Count(State, what, id);
        return next == State || await TrySaveAsync(next) ? ToReport() : Refusal.Unavailable;
    }

    Task<MonthlyReport> IReportGrain.Read() => Task.FromResult(ToReport());

    private MonthlyReport ToReport() => new(
        this.GetPrimaryKeyString(), [.. State.Counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => new ReportCount(count.Key, count.Value))]);
}
