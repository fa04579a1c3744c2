using System.Security.Cryptography;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>
/// Grain state in SQLite: one row per state, JSON, decided by ETag. An ETag is random, so a row cleared and written again is never
/// mistaken for what an older activation has read.
/// </summary>
public sealed class SqliteGrainStorage(SqliteDatabase database, JsonSerializerOptions json) : IGrainStorage
{
    /// <summary>"NIGS" and the first layout.</summary>
    public static DatabaseLayout Layout { get; } = new(0x4E494753, 1, """
        CREATE TABLE state (grain TEXT NOT NULL, name TEXT NOT NULL, etag INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (grain, name))
        """);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = database.Read(session => session.First(
            "SELECT etag, data FROM state WHERE grain = $0 AND name = $1",
            reader => new Row(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)),
            grainId.ToString(),
            stateName));
        grainState.State = row is null ? GrainRecord<T>.NewState() : JsonSerializer.Deserialize<T>(row.Data, json)!;
        grainState.ETag = row?.ETag.ToString();
        grainState.RecordExists = row is not null;
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (grain, expected, data) = (grainId.ToString(), grainState.ETag, JsonSerializer.SerializeToUtf8Bytes(grainState.State, json));
        var etag = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        var conflict = await database.WriteAsync(session =>
        {
            var changed = expected is null
                ? session.Execute("INSERT INTO state VALUES ($0, $1, $2, $3) ON CONFLICT DO NOTHING", grain, stateName, etag, data)
                : session.Execute(
                    "UPDATE state SET etag = $2, data = $3 WHERE grain = $0 AND name = $1 AND etag = $4", grain, stateName, etag, data, long.Parse(expected));
            return changed == 1 ? null : Conflict(session, grain, stateName, expected);
        });
        if (conflict is not null)
            throw conflict;
        (grainState.ETag, grainState.RecordExists) = (etag.ToString(), true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (grain, expected) = (grainId.ToString(), grainState.ETag);
        var conflict = await database.WriteAsync(session =>
        {
            var removed = expected is not null && session.Execute(
                "DELETE FROM state WHERE grain = $0 AND name = $1 AND etag = $2", grain, stateName, long.Parse(expected)) == 1;
            return removed || StoredETag(session, grain, stateName) == expected ? null : Conflict(session, grain, stateName, expected);
        });
        if (conflict is not null)
            throw conflict;
        (grainState.State, grainState.ETag, grainState.RecordExists) = (GrainRecord<T>.NewState(), null, false);
    }

    private static InconsistentStateException Conflict(SqliteSession session, string grain, string stateName, string? expected) =>
        new($"Version conflict on state {stateName}.", StoredETag(session, grain, stateName), expected);

    private static string? StoredETag(SqliteSession session, string grain, string stateName) =>
        session.First("SELECT etag FROM state WHERE grain = $0 AND name = $1", reader => reader.GetInt64(0).ToString(), grain, stateName);

    private sealed record Row(long ETag, byte[] Data);
}
