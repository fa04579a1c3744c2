using Microsoft.Data.Sqlite;
using NetIdGrains.Authority;
using NetIdGrains.EmbeddedEngine;

namespace NetIdGrains.FrontDoor;

/// <summary>Wrapped data keys in a file of their own, which backups leave out.</summary>
internal sealed class SqliteDataKeyStore(SqliteDatabase database) : IDataKeyStore
{
    /// <summary>"NIGK" and the first layout.</summary>
    public static DatabaseLayout Layout { get; } = new(
        0x4E49474B, 1, "CREATE TABLE data_key (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID")
    {
        Mending = "No backup holds it, on purpose: what was sealed cannot be read again. Move the directory away to begin anew.",
    };

    public Task<byte[]?> FindAsync(string name) => StoreFailure.MapAsync(() => Task.FromResult(database.Read(session => Find(session, name))));

    public Task<byte[]> AddAsync(string name, byte[] wrappedKey) => StoreFailure.MapAsync(() => database.WriteAsync(session =>
    {
        session.Execute("INSERT INTO data_key VALUES ($0, $1) ON CONFLICT DO NOTHING", name, wrappedKey);
        return Find(session, name)!;
    }));

    public Task DeleteAsync(string name) => StoreFailure.MapAsync(
        () => database.WriteAsync(session => session.Execute("DELETE FROM data_key WHERE name = $0", name), emptiesLog: true));

    private static byte[]? Find(SqliteSession session, string name) =>
        session.First("SELECT wrapped FROM data_key WHERE name = $0", row => row.GetFieldValue<byte[]>(0), name);
}

/// <summary>A store that fails is an <see cref="IOException"/> to the authority, without what SQLite says of the row.</summary>
internal static class StoreFailure
{
    public static async Task<T> MapAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (SqliteException exception)
        {
            throw new IOException($"A store failed (SQLite error {exception.SqliteErrorCode}).");
        }
    }
}
