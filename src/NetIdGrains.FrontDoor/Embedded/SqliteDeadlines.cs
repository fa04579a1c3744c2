using NetIdGrains.Authority;
using NetIdGrains.EmbeddedEngine;

namespace NetIdGrains.FrontDoor;

/// <summary>Deadlines, beside the log that they are about: nothing in them is about anybody.</summary>
internal sealed class SqliteDeadlines(SqliteDatabase database) : IDeadlines
{
    /// <summary>Times are Unix milliseconds.</summary>
    public const string Schema =
        "CREATE TABLE deadline (key TEXT PRIMARY KEY, due INTEGER NOT NULL) WITHOUT ROWID; CREATE INDEX deadline_due ON deadline (due)";

    public Task SetAsync(string key, DateTimeOffset due) => StoreFailure.MapAsync(() => database.WriteAsync(session => session.Execute(
        "INSERT INTO deadline VALUES ($0, $1) ON CONFLICT (key) DO UPDATE SET due = excluded.due", key, due.ToUnixTimeMilliseconds())));

    public Task<IReadOnlyList<Deadline>> PassedAsync(DateTimeOffset now, int most) => StoreFailure.MapAsync(() => Task.FromResult(
        database.Read(session => session.All(
            "SELECT key, due FROM deadline WHERE due <= $0 ORDER BY due LIMIT $1",
            row => new Deadline(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
            now.ToUnixTimeMilliseconds(),
            most))));

    public Task RemoveAsync(Deadline deadline) => StoreFailure.MapAsync(() => database.WriteAsync(session => session.Execute(
        "DELETE FROM deadline WHERE key = $0 AND due = $1", deadline.Key, deadline.Due.ToUnixTimeMilliseconds())));
}
