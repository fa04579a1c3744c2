using System.Text;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>The data cannot be used as it is; the message says why and how to mend it.</summary>
public sealed class DataDirectoryException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// The folder that holds one authority's databases: owned by one process at a time, and once initialised never silently begun anew:
/// a missing or damaged database is then an error to mend, not a first run.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const string Marker = "initialised";
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

    private string MarkerPath => System.IO.Path.Combine(Path, Marker);

    public SqliteDatabase OpenDatabase(string fileName, DatabaseLayout layout)
    {
        var file = System.IO.Path.Combine(Path, fileName);
        if (IsInitialised && !File.Exists(file))
        {
            throw new DataDirectoryException($"{file} is missing, but this directory was initialised. {layout.Mending}");
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
        WriteDurably(Marker, Encoding.ASCII.GetBytes($"{now:O}\n"));
        IsInitialised = true;
    }

    /// <summary>A whole file or none, whenever the machine stops.</summary>
    public void WriteDurably(string fileName, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, fileName);
        using (var stream = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
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
        else if (!Directory.Exists(path))
            Directory.CreateDirectory(path, OwnerOnly);
        else if ((File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            throw new DataDirectoryException($"Others can open the data directory {path}. Run: chmod 700 {path}");
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
