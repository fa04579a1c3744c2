using System.Text.Json;
using Microsoft.Data.Sqlite;
using NetIdGrains.Authority;
using NetIdGrains.EmbeddedEngine;

namespace NetIdGrains.FrontDoor;

/// <summary>The authentication log in a file of its own, apart from identity data (A12-1).</summary>
internal sealed class SqliteAuthenticationLog(SqliteDatabase database) : IAuthenticationLog
{
    private const string HistoryColumns = "time, platform, mode, passed, disclosed, transaction_id";

    /// <summary>"NIGL" and the fourth layout, in which a citizen finds why. Times are Unix milliseconds.</summary>
    public static DatabaseLayout Layout { get; } = new(0x4E49474C, 4, $"""
        CREATE TABLE line (
            platform TEXT NOT NULL, sequence_number TEXT NOT NULL, body_digest TEXT NOT NULL, time INTEGER NOT NULL,
            mode TEXT NOT NULL, passed INTEGER NOT NULL, tag TEXT, disclosed TEXT NOT NULL, transaction_id TEXT NOT NULL,
            reason TEXT, answer BLOB,
            PRIMARY KEY (platform, sequence_number));
        CREATE INDEX line_tag ON line (tag, time) WHERE tag IS NOT NULL;
        CREATE INDEX line_time ON line (time);
        CREATE INDEX line_answer ON line (time) WHERE answer IS NOT NULL;
        {SqliteDeadlines.Schema}
        """);

    public Task<Logged> InsertAsync(LogEntry entry)
    {
        var answer = JsonSerializer.SerializeToUtf8Bytes(entry.Answer, StateJson.Options);
        return StoreFailure.MapAsync(() => database.WriteAsync(session =>
        {
            var inserted = session.Execute(
                "INSERT INTO line (platform, sequence_number, body_digest, time, mode, passed, tag, disclosed, transaction_id, reason, answer) "
                + "VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
                entry.Platform,
                entry.SequenceNumber,
                entry.BodyDigest,
                entry.Time.ToUnixTimeMilliseconds(),
                entry.Mode,
                entry.Passed,
                entry.Tag,
                string.Join(',', entry.Disclosed),
                entry.Answer.TransactionId,
                entry.Reason,
                answer);
            return inserted == 1 ? new Logged(entry.BodyDigest, entry.Answer) : Find(session, entry.Platform, entry.SequenceNumber)!;
        }));
    }

    public Task<Logged?> FindAsync(string platform, string sequenceNumber) =>
        StoreFailure.MapAsync(() => Task.FromResult(database.Read(session => Find(session, platform, sequenceNumber))));

    public Task<IReadOnlyList<HistoryLine>> ScanAsync(IReadOnlyCollection<string> tags, DateTimeOffset until, int most) =>
        StoreFailure.MapAsync(() => Task.FromResult<IReadOnlyList<HistoryLine>>(database.Read(session => session.All(
            $"SELECT {HistoryColumns} FROM line WHERE tag IN (SELECT value FROM json_each($0)) AND time <= $1 "
            + "ORDER BY time DESC, platform, sequence_number LIMIT $2",
            ToHistory,
            JsonSerializer.Serialize(tags),
            until.ToUnixTimeMilliseconds(),
            most))));

    public Task<LoggedDecision?> FindAsync(IReadOnlyCollection<string> tags, string transaction) =>
        StoreFailure.MapAsync(() => Task.FromResult(database.Read(session => session.First(
            $"SELECT {HistoryColumns}, sequence_number, reason FROM line WHERE tag IN (SELECT value FROM json_each($0)) AND transaction_id = $1",
            row => new LoggedDecision(ToHistory(row), row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7)),
            JsonSerializer.Serialize(tags),
            transaction))));

    /// <summary>The digest goes with the answer: nothing needs it then, and of a typed Net ID it would tell whose it was.</summary>
    public Task<int> DropAnswersAsync(DateTimeOffset before, int most) => StoreFailure.MapAsync(() => database.WriteAsync(session => session.Execute(
        "UPDATE line SET answer = NULL, body_digest = '' WHERE rowid IN (SELECT rowid FROM line WHERE answer IS NOT NULL AND time < $0 LIMIT $1)",
        before.ToUnixTimeMilliseconds(),
        most)));

    public Task<int> DeleteAsync(DateTimeOffset before, int most) => StoreFailure.MapAsync(() => database.WriteAsync(session => session.Execute(
        "DELETE FROM line WHERE rowid IN (SELECT rowid FROM line WHERE time < $0 LIMIT $1)", before.ToUnixTimeMilliseconds(), most)));

    private static HistoryLine ToHistory(SqliteDataReader row) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
        row.GetString(1),
        row.GetString(2),
        row.GetBoolean(3),
        [.. row.GetString(4).Split(',', StringSplitOptions.RemoveEmptyEntries)],
        row.GetString(5));

    private static Logged? Find(SqliteSession session, string platform, string sequenceNumber) => session.First(
        "SELECT body_digest, answer FROM line WHERE platform = $0 AND sequence_number = $1",
        row => new Logged(
            row.GetString(0),
            row.IsDBNull(1) ? null : JsonSerializer.Deserialize<VerificationAnswer>(row.GetFieldValue<byte[]>(1), StateJson.Options)),
        platform,
        sequenceNumber);
}
