using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What lies in the data directory, read as anyone who has got hold of it can.</summary>
internal static class Stored
{
    /// <summary>The state of a grain; null when it has none.</summary>
    public static JsonObject? Row(this TestAuthority authority, string grain) =>
        authority.RowText(grain) is { } text ? JsonNode.Parse(text)!.AsObject() : null;

    public static string? RowText(this TestAuthority authority, string grain) =>
        (string?)Read(authority.DataPath, "grains.db", "SELECT CAST(data AS TEXT) FROM state WHERE grain = $1", grain);

    /// <summary>The keys and states of all grains of a kind.</summary>
    public static string Rows(this TestAuthority authority, string kind) =>
        Read(authority.DataPath, "grains.db", "SELECT group_concat(grain || CAST(data AS TEXT), char(10)) FROM state WHERE grain LIKE $1", $"{kind}/%")
            as string ?? "";

    public static bool HasDeadline(this TestAuthority authority, string key) =>
        Read(authority.DataPath, "authentication-log.db", "SELECT due FROM deadline WHERE key = $1", key) is not null;

    /// <summary>What a column of the authentication log holds.</summary>
    public static string[] LogColumn(this TestAuthority authority, string column) =>
        (Read(authority.DataPath, "authentication-log.db", $"SELECT group_concat({column}, char(10)) FROM line WHERE platform LIKE $1", "%") as string ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The keys of all that has to be looked at again.</summary>
    public static string Deadlines(this TestAuthority authority) =>
        Read(authority.DataPath, "authentication-log.db", "SELECT group_concat(key, char(10)) FROM deadline WHERE key LIKE $1", "%") as string ?? "";

    /// <summary>Every file but the socket and the lock.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Files(this TestAuthority authority) => Directory.GetFiles(authority.DataPath)
        .Where(file => Path.GetFileName(file) is not ("operator.sock" or "lock"))
        .Select(file => (Path.GetFileName(file), ReadShared(file)));

    /// <summary>Ends when it is so; whoever waits for this waits for something that has begun.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static object? Read(string dataPath, string file, string query, string value)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataPath, file)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The queries are all above.
        command.CommandText = query;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$1", value);
        return command.ExecuteScalar() is var found and not DBNull ? found : null;
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
