using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using NetIdGrains.Authority;

namespace NetIdGrains.Cluster;

/// <summary>
/// The authentication log in tables of an account of its own (A12-1). One insert decides, that of the line; what leads to it is written before: the
/// answer and when it is to be dropped, the citizen's tag, and when the line is to be deleted. What an insert that came second, or a crash, leaves
/// of these leads to no line of theirs, is passed over, and goes when its time is over.
/// </summary>
public sealed class TableAuthenticationLog(TableServiceClient account) : IAuthenticationLog
{
    private readonly TableClient _lines = account.GetTableClient("lines");
    private readonly TableClient _answers = account.GetTableClient("answers");
    private readonly TableClient _tags = account.GetTableClient("tags");
    private readonly TableClient _times = account.GetTableClient("times");

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var table in new[] { _lines, _answers, _tags, _times })
            await TableKeys.MapAsync(() => table.CreateIfNotExistsAsync(cancellationToken));
    }

    public Task<Logged> InsertAsync(LogEntry entry) => TableKeys.MapAsync(async () =>
    {
        if (await FindLineAsync(entry.Platform, entry.SequenceNumber) is { } known)
            return await LoggedAsync(known);
        var (id, attempt, time) = (IdOf(entry.Platform, entry.SequenceNumber), AttemptOf(entry), entry.Time);
        var tag = entry.Tag is null ? null : TableKeys.Key(entry.Tag);
        var line = new TableEntity(PartitionOf(entry.Platform, entry.SequenceNumber), entry.SequenceNumber)
        {
            ["Platform"] = entry.Platform,
            ["Time"] = time,
            ["Mode"] = entry.Mode,
            ["Passed"] = entry.Passed,
            ["Tag"] = tag,
            ["Disclosed"] = string.Join(',', entry.Disclosed),
            ["Transaction"] = entry.Answer.TransactionId,
            ["Reason"] = entry.Reason,
        };
        var answer = new TableEntity(TableKeys.Hour(time, id), attempt)
        {
            ["Time"] = time,
            ["Digest"] = entry.BodyDigest,
            ["Answer"] = JsonSerializer.SerializeToUtf8Bytes(entry.Answer, StateJson.Options),
        };
        var led = new TableEntity(TableKeys.Hour(time, id), $"{TableKeys.Millis(time)}|{attempt}")
        {
            ["Time"] = time,
            ["Platform"] = entry.Platform,
            ["SequenceNumber"] = entry.SequenceNumber,
            ["Transaction"] = entry.Answer.TransactionId,
            ["Tag"] = tag,
        };
        await Task.WhenAll(
            _answers.UpsertEntityAsync(answer, TableUpdateMode.Replace),
            _times.UpsertEntityAsync(led, TableUpdateMode.Replace),
            tag is null ? Task.CompletedTask : _tags.UpsertEntityAsync(TagOf(tag, line), TableUpdateMode.Replace));
        return await _lines.TryAddAsync(line)
            ? new Logged(entry.BodyDigest, entry.Answer)
            : await LoggedAsync((await FindLineAsync(entry.Platform, entry.SequenceNumber))!);
    });

    public Task<Logged?> FindAsync(string platform, string sequenceNumber) => TableKeys.MapAsync(async () =>
        await FindLineAsync(platform, sequenceNumber) is { } line ? await LoggedAsync(line) : null);

    public Task<IReadOnlyList<HistoryLine>> ScanAsync(IReadOnlyCollection<string> tags, DateTimeOffset until, int most) =>
        TableKeys.MapAsync<IReadOnlyList<HistoryLine>>(async () =>
        {
            var found = await Task.WhenAll(tags.Select(tag => LinesOfAsync(tag, row => row.GetDateTimeOffset("Time") <= until, most)));
            return [.. found.SelectMany(lines => lines).OrderByDescending(line => line.GetDateTimeOffset("Time"))
                .ThenBy(line => line.GetString("Platform"), StringComparer.Ordinal).ThenBy(line => line.RowKey, StringComparer.Ordinal)
                .Take(most).Select(ToHistory)];
        });

    public Task<LoggedDecision?> FindAsync(IReadOnlyCollection<string> tags, string transaction) => TableKeys.MapAsync(async () =>
    {
        var found = await Task.WhenAll(tags.Select(tag => LinesOfAsync(tag, row => row.GetString("Transaction") == transaction, most: 1)));
        return found.SelectMany(lines => lines).FirstOrDefault() is { } line ? new LoggedDecision(ToHistory(line), line.RowKey, line.GetString("Reason")) : null;
    });

    /// <summary>The digest goes with the answer: nothing needs it then, and of a typed Net ID it would tell whose it was.</summary>
    public Task<int> DropAnswersAsync(DateTimeOffset before, int most) => TableKeys.MapAsync(async () =>
    {
        var old = await _answers.TakeAsync(OlderThan(before), most);
        await Task.WhenAll(old.Select(answer => _answers.DeleteEntityAsync(answer.PartitionKey, answer.RowKey, ETag.All)));
        return old.Count;
    });

    public Task<int> DeleteAsync(DateTimeOffset before, int most) => TableKeys.MapAsync(async () =>
    {
        var old = await _times.TakeAsync(OlderThan(before), most);
        await Task.WhenAll(old.Select(DeleteLineAsync));
        return old.Count;
    });

    private static string OlderThan(DateTimeOffset before) =>
        TableClient.CreateQueryFilter($"PartitionKey lt {TableKeys.EndOfHour(before)} and Time lt {before}");

    /// <summary>What leads to it goes last: whatever is interrupted is done again.</summary>
    private async Task DeleteLineAsync(TableEntity led)
    {
        var (platform, sequenceNumber) = (led.GetString("Platform"), led.GetString("SequenceNumber"));
        var line = await FindLineAsync(platform, sequenceNumber);
        if (line?.GetString("Transaction") == led.GetString("Transaction"))
            await _lines.DeleteEntityAsync(line!.PartitionKey, line.RowKey, ETag.All);
        if (led.GetString("Tag") is { } tag)
            await _tags.DeleteEntityAsync(tag, TagRowOf(led.GetDateTimeOffset("Time")!.Value, led.GetString("Transaction")), ETag.All);
        await _times.DeleteEntityAsync(led.PartitionKey, led.RowKey, ETag.All);
    }

    private async Task<TableEntity?> FindLineAsync(string platform, string sequenceNumber) =>
        (await _lines.GetEntityIfExistsAsync<TableEntity>(PartitionOf(platform, sequenceNumber), sequenceNumber)) is { HasValue: true, Value: { } line }
            ? line
            : null;

    private async Task<Logged> LoggedAsync(TableEntity line)
    {
        var (platform, time) = (line.GetString("Platform"), line.GetDateTimeOffset("Time")!.Value);
        var partition = TableKeys.Hour(time, IdOf(platform, line.RowKey));
        var answer = await _answers.GetEntityIfExistsAsync<TableEntity>(partition, $"{IdOf(platform, line.RowKey)}|{line.GetString("Transaction")}");
        return answer is { HasValue: true, Value: { } kept }
            ? new Logged(kept.GetString("Digest"), JsonSerializer.Deserialize<VerificationAnswer>(kept.GetBinary("Answer"), StateJson.Options))
            : new Logged("", null);
    }

    /// <summary>The lines that this tag leads to, the newest first; one whose insert came second leads to another's, and is none.</summary>
    private async Task<List<TableEntity>> LinesOfAsync(string tag, Func<TableEntity, bool> isWanted, int most)
    {
        var lines = new List<TableEntity>();
        await foreach (var row in _tags.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.Key(tag)}")))
        {
            if (!isWanted(row))
                continue;
            var line = await FindLineAsync(row.GetString("Platform"), row.GetString("SequenceNumber"));
            if (line?.GetString("Transaction") != row.GetString("Transaction"))
                continue;
            lines.Add(line!);
            if (lines.Count == most)
                break;
        }

        return lines;
    }

    private static TableEntity TagOf(string tag, TableEntity line) => new(tag, TagRowOf(line.GetDateTimeOffset("Time")!.Value, line.GetString("Transaction")))
    {
        ["Time"] = line.GetDateTimeOffset("Time"),
        ["Platform"] = line.GetString("Platform"),
        ["SequenceNumber"] = line.RowKey,
        ["Transaction"] = line.GetString("Transaction"),
    };

    /// <summary>Rows come in the order of their keys, and the newest is wanted first.</summary>
    private static string TagRowOf(DateTimeOffset time, string transaction) =>
        string.Create(CultureInfo.InvariantCulture, $"{999_999_999_999_999 - time.ToUnixTimeMilliseconds():d15}|{transaction}");

    private static string IdOf(string platform, string sequenceNumber) => $"{platform}|{sequenceNumber}";

    private static string AttemptOf(LogEntry entry) => $"{IdOf(entry.Platform, entry.SequenceNumber)}|{entry.Answer.TransactionId}";

    private static string PartitionOf(string platform, string sequenceNumber) => $"{platform}|{TableKeys.Lane(sequenceNumber)}";

    private static HistoryLine ToHistory(TableEntity line) => new(
        line.GetDateTimeOffset("Time")!.Value,
        line.GetString("Platform"),
        line.GetString("Mode"),
        line.GetBoolean("Passed")!.Value,
        [.. line.GetString("Disclosed").Split(',', StringSplitOptions.RemoveEmptyEntries)],
        line.GetString("Transaction"));
}
