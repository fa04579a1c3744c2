using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NetIdGrains.EmbeddedEngine;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngineTests;

/// <summary>SQLite storage on real files: durable, decided by ETag, refused when missing or damaged, alive after a full disk.</summary>
public sealed class StorageTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("netid-storage-").FullName;

    private string DatabaseFile => Path.Combine(_path, "grains.db");

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Acknowledged_writes_are_there_after_reopening()
    {
        using (var directory = new DataDirectory(_path))
        {
            var storage = Open(directory, out _);
            await Task.WhenAll(Enumerable.Range(0, 500).Select(number => WriteAsync(storage, $"g{number}", null, $"value {number}")));
            directory.MarkInitialised(DateTimeOffset.UnixEpoch);
        }

        using var again = new DataDirectory(_path);
        var reopened = Open(again, out _);
        for (var number = 0; number < 500; number++)
            Assert.Equal($"value {number}", (await ReadAsync(reopened, $"g{number}")).State.Text);
    }

    [Fact]
    public async Task Writes_made_at_once_share_transactions_and_one_failing_spoils_no_other()
    {
        using var directory = new DataDirectory(_path);
        var storage = Open(directory, out var database);
        using var begun = new ManualResetEventSlim();
        var blocking = database.WriteAsync(_ => { begun.Wait(); return 0; });
        var good = Enumerable.Range(0, 20).Select(number => WriteAsync(storage, $"g{number}", null, "good")).ToList();
        var failing = database.WriteAsync<int>(_ => throw new FormatException("this one"));
        var sessions = Enumerable.Range(0, 20).Select(_ => database.WriteAsync(session =>
            session.First("SELECT count(*) FROM state", row => row.GetInt64(0)))).ToList();
        begun.Set();
        await blocking;
        await Assert.ThrowsAsync<FormatException>(() => failing);
        await Task.WhenAll(good);
        Assert.All(await Task.WhenAll(sessions), count => Assert.Equal(20, count));
    }

    [Fact]
    public async Task The_second_writer_with_an_old_etag_loses()
    {
        using var directory = new DataDirectory(_path);
        var storage = Open(directory, out _);
        var first = await WriteAsync(storage, "g", null, "one");
        await WriteAsync(storage, "g", first.ETag, "two");
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(storage, "g", first.ETag, "lost"));
        Assert.Equal(first.ETag, conflict.CurrentEtag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(storage, "g", null, "lost"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("text", Id("g"), first));
        Assert.Equal("two", (await ReadAsync(storage, "g")).State.Text);
    }

    [Fact]
    public async Task A_cleared_row_is_gone_and_its_etag_never_fits_again()
    {
        using var directory = new DataDirectory(_path);
        var storage = Open(directory, out _);
        var first = await WriteAsync(storage, "g", null, "one");
        var old = first.ETag;
        await storage.ClearStateAsync("text", Id("g"), first);
        Assert.False((await ReadAsync(storage, "g")).RecordExists);
        await storage.ClearStateAsync("text", Id("g"), first);
        await WriteAsync(storage, "g", null, "anew");
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(storage, "g", old, "lost"));
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_loses_nothing_and_recovers()
    {
        using var directory = new DataDirectory(_path);
        var storage = Open(directory, out var database);
        var kept = await WriteAsync(storage, "kept", null, "kept");
        await LimitPagesAsync(database, 10); // SQLite then answers SQLITE_FULL, as for a full disk
        var full = await Assert.ThrowsAsync<SqliteException>(() => WriteAsync(storage, "big", null, new string('x', 200_000)));
        Assert.Equal(13, full.SqliteErrorCode);
        Assert.Equal("kept", (await ReadAsync(storage, "kept")).State.Text);
        await LimitPagesAsync(database, 1_000_000);
        await WriteAsync(storage, "big", null, new string('x', 200_000));
        await WriteAsync(storage, "kept", kept.ETag, "changed");
        Assert.Equal("changed", (await ReadAsync(storage, "kept")).State.Text);
    }

    [Fact]
    public async Task Overwritten_and_cleared_content_is_nowhere_in_the_files()
    {
        const string Secret = "ThisWasOnceStoredHere";
        using (var directory = new DataDirectory(_path))
        {
            var storage = Open(directory, out _);
            var row = await WriteAsync(storage, "g", null, Secret);
            row = await WriteAsync(storage, "g", row.ETag, "other");
            var cleared = await WriteAsync(storage, "h", null, Secret);
            await storage.ClearStateAsync("text", Id("h"), cleared);
        }

        foreach (var file in Directory.GetFiles(_path))
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_owner_of_the_same_data_is_refused()
    {
        using var directory = new DataDirectory(_path);
        var refused = Assert.Throws<DataDirectoryException>(() => new DataDirectory(_path));
        Assert.Contains("Another process is using the data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_database_in_an_initialised_directory_is_no_first_run()
    {
        Initialise();
        File.Delete(DatabaseFile);
        using var directory = new DataDirectory(_path);
        var refused = Assert.Throws<DataDirectoryException>(() => Open(directory, out _));
        Assert.Contains("is missing", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(DatabaseFile));
    }

    [Theory]
    [InlineData("overwritten", "is damaged")]
    [InlineData("truncated", "is damaged")]
    [InlineData("empty", "is damaged")]
    [InlineData("of something else", "is a database of something else")]
    [InlineData("newer", "has schema version 99")]
    public void A_database_that_is_not_as_it_was_is_refused_and_left_alone(string how, string says)
    {
        Initialise();
        Spoil(how);
        var before = File.ReadAllBytes(DatabaseFile);
        using var directory = new DataDirectory(_path);
        var refused = Assert.Throws<DataDirectoryException>(() => Open(directory, out _));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(DatabaseFile));
    }

    [Fact]
    public void The_directory_is_its_owners_alone()
    {
        using var directory = new DataDirectory(Path.Combine(_path, "new"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Path));
    }

    private static SqliteGrainStorage Open(DataDirectory directory, out SqliteDatabase database)
    {
        database = directory.OpenDatabase("grains.db", SqliteGrainStorage.Layout);
        return new SqliteGrainStorage(database, JsonSerializerOptions.Default);
    }

    private static GrainId Id(string key) => GrainId.Create("test", key);

    private static async Task<GrainRecord<TextState>> WriteAsync(SqliteGrainStorage storage, string key, string? etag, string text)
    {
        var record = new GrainRecord<TextState> { State = new TextState { Text = text }, ETag = etag };
        await storage.WriteStateAsync("text", Id(key), record);
        return record;
    }

    private static async Task<GrainRecord<TextState>> ReadAsync(SqliteGrainStorage storage, string key)
    {
        var record = new GrainRecord<TextState>();
        await storage.ReadStateAsync("text", Id(key), record);
        return record;
    }

    /// <summary>A pragma cannot run inside the shared transaction's rules for changes, but this one is only a limit of the connection.</summary>
    private static Task LimitPagesAsync(SqliteDatabase database, int pages) =>
        database.WriteAsync(session => session.First($"PRAGMA max_page_count = {pages.ToString(CultureInfo.InvariantCulture)}", row => row.GetInt64(0)));

    private void Initialise()
    {
        using var directory = new DataDirectory(_path);
        var storage = Open(directory, out var database);
        for (var number = 0; number < 50; number++)
            WriteAsync(storage, $"g{number}", null, new string('x', 1000)).GetAwaiter().GetResult();
        directory.MarkInitialised(DateTimeOffset.UnixEpoch);
    }

    private void Spoil(string how)
    {
        switch (how)
        {
            case "overwritten":
                File.WriteAllBytes(DatabaseFile, new byte[100_000]);
                break;
            case "truncated":
                using (var file = new FileStream(DatabaseFile, FileMode.Open))
                    file.SetLength(file.Length / 2);
                break;
            case "empty":
                File.WriteAllBytes(DatabaseFile, []);
                break;
            case "of something else":
                Execute("PRAGMA application_id = 1");
                break;
            default:
                Execute("PRAGMA user_version = 99");
                break;
        }
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed record TextState
    {
        public string Text { get; init; } = "";
    }
}
