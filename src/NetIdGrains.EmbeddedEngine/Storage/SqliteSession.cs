using Microsoft.Data.Sqlite;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>One connection with its prepared statements. Parameters are <c>$0</c>, <c>$1</c>, ... in order. Used by one thread at a time.</summary>
public sealed class SqliteSession : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly SqliteConnection _connection;

    internal SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>Runs a statement; returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first row, or the default when there is none.</summary>
    public TRow? First<TRow>(string sql, Func<SqliteDataReader, TRow> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    public IReadOnlyList<TRow> All<TRow>(string sql, Func<SqliteDataReader, TRow> map, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<TRow>();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
            _commands[sql] = command = Prepare(sql, values.Length);
        for (var index = 0; index < values.Length; index++)
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command;
    }

    private SqliteCommand Prepare(string sql, int parameterCount)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The text is always a constant of this code base; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var index = 0; index < parameterCount; index++)
            command.Parameters.Add(new SqliteParameter($"${index}", null));
        return command;
    }
}
