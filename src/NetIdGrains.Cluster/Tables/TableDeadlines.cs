using Azure;
using Azure.Data.Tables;
using NetIdGrains.Authority;

namespace NetIdGrains.Cluster;

/// <summary>
/// A row for each key and time, by the hour in which it is due. One that is moved stays where it was as well, is told early once, and then removed
/// like any other: so setting one is a single write.
/// </summary>
public sealed class TableDeadlines(TableServiceClient account) : IDeadlines
{
    private readonly TableClient _deadlines = account.GetTableClient("deadlines");

    public Task PrepareAsync(CancellationToken cancellationToken) => TableKeys.MapAsync(() => _deadlines.CreateIfNotExistsAsync(cancellationToken));

    public Task SetAsync(string key, DateTimeOffset due) => TableKeys.MapAsync(() => _deadlines.UpsertEntityAsync(
        new TableEntity(TableKeys.Hour(due, key), RowOf(key, due)) { ["Key"] = key, ["Due"] = due }, TableUpdateMode.Replace));

    public Task<IReadOnlyList<Deadline>> PassedAsync(DateTimeOffset now, int most) => TableKeys.MapAsync<IReadOnlyList<Deadline>>(async () =>
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {TableKeys.EndOfHour(now)} and Due le {now}");
        var passed = await _deadlines.TakeAsync(filter, most);
        return [.. passed.Select(row => new Deadline(row.GetString("Key"), row.GetDateTimeOffset("Due")!.Value)).OrderBy(deadline => deadline.Due)];
    });

    public Task RemoveAsync(Deadline deadline) => TableKeys.MapAsync(() => _deadlines.DeleteEntityAsync(
        TableKeys.Hour(deadline.Due, deadline.Key), RowOf(deadline.Key, deadline.Due), ETag.All));

    private static string RowOf(string key, DateTimeOffset due) => $"{TableKeys.Millis(due)}|{TableKeys.Key(key)}";
}
