using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// Where wrapped data keys live: a store of its own that no backup includes, so that deleting a key makes every copy of what it sealed
/// unreadable (A9-4). A store that cannot answer throws <see cref="IOException"/>.
/// </summary>
public interface IDataKeyStore
{
    Task<byte[]?> FindAsync(string name);

    /// <summary>Stores the key durably unless one of this name is there; returns the one that is stored.</summary>
    Task<byte[]> AddAsync(string name, byte[] wrappedKey);

    /// <summary>Deletes the key, if it is there: when this returns it is in no file any more, the write-ahead log neither.</summary>
    Task DeleteAsync(string name);
}

/// <summary>
/// The data key of each citizen, and of what else must be gone without a trace one day: wrapped by one of 4,096 shard keys, which the vault wraps.
/// Shard keys stay in memory for a while, so that a cold citizen costs no vault call.
/// </summary>
public sealed class DataKeys(IDataKeyStore store, IKeyVault vault, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    private const int KeySize = 32;
    private readonly ConcurrentDictionary<string, ShardKey> _shards = new();

    public static string OfCitizen(string personIndex) => $"citizen/{personIndex}";

    /// <summary>Null when there is none, or no longer.</summary>
    public async Task<byte[]?> FindAsync(string name)
    {
        var wrapped = await store.FindAsync(name);
        return wrapped is null ? null : Unwrap(await ShardKeyAsync(name), wrapped, name);
    }

    /// <summary>Made now if there is none. Two who make one at once get the same.</summary>
    public async Task<byte[]> FindOrCreateAsync(string name)
    {
        if (await FindAsync(name) is { } found)
            return found;
        var shardKey = await ShardKeyAsync(name);
        var stored = await store.AddAsync(name, SealedBox.Seal(options.Suite, shardKey, NewKey(), name, random));
        return Unwrap(shardKey, stored, name);
    }

    /// <summary>What it sealed is noise from now on, in every backup too (A9-4).</summary>
    public Task DeleteAsync(string name) => store.DeleteAsync(name);

    private static byte[] Unwrap(byte[] shardKey, byte[] wrapped, string name) =>
        SealedBox.TryOpen(shardKey, wrapped, name, out var key)
            ? key
            : throw new InvalidOperationException("A data key does not open under its shard key: the key store and the vault do not belong together.");

    private async Task<byte[]> ShardKeyAsync(string name)
    {
        var shard = $"shard/{Shard(name):x3}";
        if (_shards.TryGetValue(shard, out var cached) && time.GetElapsedTime(cached.Since) < options.ShardKeyLifetime)
            return cached.Key;
        var wrapped = await store.FindAsync(shard)
            ?? await store.AddAsync(shard, await vault.WrapAsync(VaultKey.Wrapping, NewKey()));
        var key = await vault.UnwrapAsync(VaultKey.Wrapping, wrapped);
        _shards[shard] = new ShardKey(key, time.GetTimestamp());
        return key;
    }

    /// <summary>Twelve bits of a digest: names are not uniform.</summary>
    private static int Shard(string name)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), digest);
        return (digest[0] << 4) | (digest[1] >> 4);
    }

    private byte[] NewKey()
    {
        var key = new byte[KeySize];
        random.Fill(key);
        return key;
    }

    private sealed record ShardKey(byte[] Key, long Since)
    {
        public override string ToString() => "sealed";
    }
}
