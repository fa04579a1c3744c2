using System.Text.Json;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>The data cannot be used as it is; the message says why and how to mend it.</summary>
public sealed class DataDirectoryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The folder that holds one authority's databases: owned by one process at a time, and once initialised never silently begun anew:
/// a missing or damaged database is then an error to mend, not a first run.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;
    private readonly List<SqliteDatabase> _databases = [];

    public DataDirectory(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        CreateOwnerOnly(Path);
        _lock = TakeLock();
        IsInitialised = File.Exists(MarkerPath);
    }

    public string Path { get; }

    /// <summary>This folder has served before: everything it should hold must be here.</summary>
    public bool IsInitialised { get; private set; }

    private string MarkerPath => System.IO.Path.Combine(Path, "initialised.json");

    public SqliteDatabase OpenDatabase(string fileName, DatabaseLayout layout)
    {
        var file = System.IO.Path.Combine(Path, fileName);
        if (IsInitialised && !File.Exists(file))
        {
            throw new DataDirectoryException(
                $"{file} is missing, but this directory was initialised. Restore it from a backup, or move the directory away to begin anew.");
        }

        var database = new SqliteDatabase(file, layout, mayCreate: !IsInitialised);
        _databases.Add(database);
        return database;
    }

    /// <summary>Called when everything a first run makes is durable; from then on a missing file is an error.</summary>
    public void MarkInitialised(DateTimeOffset now)
    {
        if (IsInitialised)
            return;
        var temporary = MarkerPath + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, new { initialised = now, databases = _databases.Select(database => database.FileName) });
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, MarkerPath, overwrite: true);
        IsInitialised = true;
    }

    public void Dispose()
    {
        _databases.ForEach(database => database.Dispose());
        _lock.Dispose();
    }

    private static void CreateOwnerOnly(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    private FileStream TakeLock()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(Path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new DataDirectoryException(
                $"Another process is using the data in {Path}. Stop it first, or name another directory.", exception);
        }
    }
}
