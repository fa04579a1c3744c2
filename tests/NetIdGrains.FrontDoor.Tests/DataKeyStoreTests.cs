using System.Security.Cryptography;
using NetIdGrains.EmbeddedEngine;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A9-4: a data key that was deleted is in no file, and nothing brings it back.</summary>
public sealed class DataKeyStoreTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("netid-keys-").FullName;
    private readonly string _copy = Directory.CreateTempSubdirectory("netid-keys-").FullName;

    public void Dispose()
    {
        Directory.Delete(_path, recursive: true);
        Directory.Delete(_copy, recursive: true);
    }

    [Fact]
    public async Task A9_4_A_deleted_key_is_in_no_file_at_once_and_its_neighbours_stay()
    {
        using var directory = new DataDirectory(_path);
        var store = Open(directory);
        var keys = Enumerable.Range(0, 200).ToDictionary(number => $"citizen/{number}", _ => RandomNumberGenerator.GetBytes(60));
        await Task.WhenAll(keys.Select(key => store.AddAsync(key.Key, key.Value)));
        Assert.All(keys.Values, wrapped => Assert.True(IsInAFile(wrapped)));

        var deleted = keys.Where((_, index) => index % 2 == 0).ToList();
        await Task.WhenAll(deleted.Select(key => store.DeleteAsync(key.Key)));
        Assert.All(deleted, key => Assert.False(IsInAFile(key.Value)));
        foreach (var (name, wrapped) in keys.Except(deleted))
            Assert.Equal(wrapped, await store.FindAsync(name));
        await store.DeleteAsync(deleted[0].Key); // what is not there is deleted
        Assert.Null(await store.FindAsync(deleted[0].Key));
    }

    [Fact]
    public async Task A9_4_What_was_deleted_stays_deleted_when_the_process_dies()
    {
        var wrapped = RandomNumberGenerator.GetBytes(60);
        using (var directory = new DataDirectory(_path))
        {
            var store = Open(directory);
            await store.AddAsync("citizen/1", wrapped);
            await store.AddAsync("citizen/2", wrapped[..59]);
            await store.DeleteAsync("citizen/1");
            foreach (var file in Directory.GetFiles(_path, "keys.db*")) // what a process leaves that is killed now
                File.Copy(file, Path.Combine(_copy, Path.GetFileName(file)));
        }

        using var after = new DataDirectory(_copy);
        var reopened = Open(after);
        Assert.Null(await reopened.FindAsync("citizen/1"));
        Assert.Equal(wrapped[..59], await reopened.FindAsync("citizen/2"));
    }

    private static SqliteDataKeyStore Open(DataDirectory directory) => new(directory.OpenDatabase("keys.db", SqliteDataKeyStore.Layout));

    private bool IsInAFile(byte[] wrapped) => Directory.GetFiles(_path, "keys.db*").Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(wrapped) >= 0;
    });
}
