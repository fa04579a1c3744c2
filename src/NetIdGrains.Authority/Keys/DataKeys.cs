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

    /// <summary>Deletes it, if it is there; when this returns it is in no file any more.</summary>
    Task DeleteAsync(string name);
}

/// <summary>
/// Each citizen's data key, wrapped by one of 4,096 shard keys, which the vault wraps. Shard keys stay in memory for a while, so that a cold
/// citizen costs no vault call.
/// </summary>
public sealed class DataKeys(IDataKeyStore store, IKeyVault vault, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    private const int KeySize = 32;
    private readonly ConcurrentDictionary<string, ShardKey> _shards = new();

    /// <summary>The citizen's data key; null when there is none, or no longer.</summary>
    public Task<byte[]?> FindAsync(string personIndex) => FindAsync(Name(personIndex), Shard(personIndex));

    /// <summary>The citizen's data key, made now if there is none. Two who make one at once get the same.</summary>
    public Task<byte[]> FindOrCreateAsync(string personIndex) => FindOrCreateAsync(Name(personIndex), Shard(personIndex));

    /// <summary>The data key of what is no citizen, by its whole name, which nobody can guess; null when there is none, or no longer.</summary>
    public Task<byte[]?> FindNamedAsync(string name) => FindAsync(name, ShardOfName(name));

    public Task<byte[]> FindOrCreateNamedAsync(string name) => FindOrCreateAsync(name, ShardOfName(name));

    /// <summary>When this returns nobody can read what was sealed under it.</summary>
    public Task DeleteNamedAsync(string name) => store.DeleteAsync(name);

    private static string Name(string personIndex) => $"citizen/{personIndex}";

    private static byte[] Unwrap(byte[] shardKey, byte[] wrapped, string name) =>
        SealedBox.TryOpen(shardKey, wrapped, name, out var key)
            ? key
            : throw new InvalidOperationException("A data key does not open under its shard key: the key store and the vault do not belong together.");

    private async Task<byte[]?> FindAsync(string name, int shard)
    {
        var wrapped = await store.FindAsync(name);
        return wrapped is null ? null : Unwrap(await ShardKeyAsync(shard), wrapped, name);
    }

    private async Task<byte[]> FindOrCreateAsync(string name, int shard)
    {
        if (await FindAsync(name, shard) is { } found)
            return found;
        var shardKey = await ShardKeyAsync(shard);
        var stored = await store.AddAsync(name, SealedBox.Seal(options.Suite, shardKey, NewKey(), name, random));
        return Unwrap(shardKey, stored, name);
    }

    private async Task<byte[]> ShardKeyAsync(int number)
    {
        var shard = $"shard/{number:x3}";
        if (_shards.TryGetValue(shard, out var cached) && time.GetElapsedTime(cached.Since) < options.ShardKeyLifetime)
            return cached.Key;
        var wrapped = await store.FindAsync(shard)
            ?? await store.AddAsync(shard, await vault.WrapAsync(VaultKey.Wrapping, NewKey()));
        var key = await vault.UnwrapAsync(VaultKey.Wrapping, wrapped);
        _shards[shard] = new ShardKey(key, time.GetTimestamp());
        return key;
    }

    /// <summary>The first twelve bits of the person index: uniform, because it is a MAC.</summary>
    private static int Shard(string personIndex)
    {
        Span<byte> bytes = stackalloc byte[15];
        return Base32.TryDecode(personIndex, bytes)
            ? FirstTwelveBits(bytes)
            : throw new ArgumentException("Not a person index.", nameof(personIndex));
    }

    private static int ShardOfName(string name) => FirstTwelveBits(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static int FirstTwelveBits(ReadOnlySpan<byte> bytes) => (bytes[0] << 4) | (bytes[1] >> 4);

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
