using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>What a database file is: its SQLite application id, the version of its tables, and how to make them.</summary>
public sealed record DatabaseLayout(int ApplicationId, int Version, string Schema)
{
    /// <summary>What an operator does when the file is missing or damaged.</summary>
    public string Mending { get; init; } = "Restore it from a backup, or move the directory away to begin anew.";
}

/// <summary>
/// One SQLite file with group commit: writes that arrive while a commit is syncing share the next transaction and its one sync.
/// A write is acknowledged only when it is durable (write-ahead log, synchronous=FULL); deleted content is overwritten (secure_delete).
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int LargestBatch = 512;
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);
    private readonly BlockingCollection<Write> _writes = [];
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly string _path;
    private readonly SqliteSession _writer;
    private readonly Thread _thread;

    internal SqliteDatabase(string path, DatabaseLayout layout, bool mayCreate)
    {
        _path = path;
        _writer = OpenChecked(layout, mayCreate);
        _thread = new Thread(WriteLoop) { IsBackground = true, Name = $"sqlite {FileName}" };
        _thread.Start();
    }

    public string FileName => Path.GetFileName(_path);

    /// <summary>Runs <paramref name="work"/> in a transaction shared with others; completes when that is durable.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="emptiesLog">Completes only when the write-ahead log is empty too, so that what was deleted is in no file.</param>
    public Task<TResult> WriteAsync<TResult>(Func<SqliteSession, TResult> work, bool emptiesLog = false)
    {
        var write = new Write<TResult>(work, emptiesLog);
        try
        {
            _writes.Add(write);
        }
        catch (InvalidOperationException)
        {
            write.Fail(new IOException("The database is closed."));
        }

        return write.Completion;
    }

    /// <summary>Reads what is committed. Quick, so done on the caller's thread.</summary>
    public TResult Read<TResult>(Func<SqliteSession, TResult> read)
    {
        if (!_readers.TryTake(out var reader))
            reader = Open();
        var result = read(reader);
        _readers.Add(reader); // not returned after an exception: a broken connection is not used again
        return result;
    }

    /// <summary>Writes everything accepted, empties the write-ahead log and closes.</summary>
    public void Dispose()
    {
        if (_writes.IsAddingCompleted)
            return;
        _writes.CompleteAdding();
        _thread.Join();
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        try
        {
            _writer.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // A full disk: what is committed stays in the write-ahead log and is read from there at the next start.
        }

        _writer.Dispose();
    }

    private SqliteSession Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false }.ToString());
        connection.Open();
        var session = new SqliteSession(connection);
        session.Execute("PRAGMA secure_delete = ON");
        session.Execute("PRAGMA synchronous = FULL");
        return session;
    }

    private SqliteSession OpenChecked(DatabaseLayout layout, bool mayCreate)
    {
        SqliteSession? session = null;
        try
        {
            session = Open();
            CheckOrCreate(session, layout, mayCreate);
            if (session.First("PRAGMA journal_mode = WAL", row => row.GetString(0)) != "wal")
                throw new DataDirectoryException($"{_path} cannot be kept with a write-ahead log here: is it on a network file system?");
            session.Execute("PRAGMA wal_autocheckpoint = 4000");
            return session;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is 11 or 26) // SQLITE_CORRUPT, SQLITE_NOTADB
        {
            session?.Dispose();
            throw Damaged(layout, exception.Message, exception);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    private void CheckOrCreate(SqliteSession session, DatabaseLayout layout, bool mayCreate)
    {
        var isNew = session.First("SELECT count(*) FROM sqlite_master", row => row.GetInt64(0)) == 0;
        if (isNew && !mayCreate)
            throw Damaged(layout, "it is empty", null);
        if (isNew)
        {
            session.Execute($"BEGIN; {layout.Schema}; PRAGMA application_id = {layout.ApplicationId}; PRAGMA user_version = {layout.Version}; COMMIT");
            return;
        }

        if (session.First("PRAGMA quick_check(1)", row => row.GetString(0)) is var check and not "ok")
            throw Damaged(layout, check ?? "no answer", null);
        if (session.First("PRAGMA application_id", row => row.GetInt32(0)) != layout.ApplicationId)
            throw new DataDirectoryException($"{_path} is a database of something else. Restore the right one from a backup.");
        if (session.First("PRAGMA user_version", row => row.GetInt32(0)) is var version && version != layout.Version)
            throw new DataDirectoryException($"{_path} has schema version {version}; this program reads version {layout.Version}. Use the program that wrote it.");
    }

    private DataDirectoryException Damaged(DatabaseLayout layout, string detail, Exception? inner) =>
        new($"{_path} is damaged ({detail}); nothing was changed. {layout.Mending}", inner);

    private void WriteLoop()
    {
        var batch = new List<Write>(LargestBatch);
        foreach (var first in _writes.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < LargestBatch && _writes.TryTake(out var next))
                batch.Add(next);
            while (batch.Count > 0 && !TryCommit(batch))
            {
                // The one that failed is out of the batch; the others are tried again without it.
            }

            batch.Clear();
        }
    }

    /// <summary>All of the batch or none of it. False: one write failed, was told so and taken out; the rest is still to be done.</summary>
    private bool TryCommit(List<Write> batch)
    {
        Write? running = null;
        try
        {
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                running = write;
                write.Run(_writer);
            }

            running = null;
            _writer.Execute("COMMIT");
            batch.FindAll(write => !write.EmptiesLog).ForEach(write => write.Acknowledge());
            if (batch.Exists(write => write.EmptiesLog))
                EmptyLog();
            batch.ForEach(write => write.Acknowledge());
            return true;
        }
        catch (Exception exception)
        {
            RollBack();
            foreach (var failed in batch.Where(write => running is null || write == running))
                failed.Fail(exception);
            return running is null || !batch.Remove(running);
        }
    }

    /// <summary>One reader in the middle of a row keeps it from being emptied; none takes long.</summary>
    private void EmptyLog()
    {
        var begun = Stopwatch.StartNew();
        while (_writer.First("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt64(0)) != 0)
        {
            if (begun.Elapsed > LongestRead)
                throw new IOException("The write-ahead log cannot be emptied: somebody goes on reading.");
            Thread.Yield();
        }
    }

    private void RollBack()
    {
        try
        {
            _writer.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (a full disk does that).
        }
    }

    private abstract class Write
    {
        public abstract bool EmptiesLog { get; }

        public abstract void Run(SqliteSession session);

        public abstract void Acknowledge();

        public abstract void Fail(Exception exception);
    }

    private sealed class Write<TResult>(Func<SqliteSession, TResult> work, bool emptiesLog) : Write
    {
        public override bool EmptiesLog => emptiesLog;

        private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TResult _result = default!;

        public Task<TResult> Completion => _completion.Task;

        public override void Run(SqliteSession session) => _result = work(session);

        public override void Acknowledge() => _completion.TrySetResult(_result);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
