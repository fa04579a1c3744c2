using System.Collections.Concurrent;
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
    public async Task<byte[]?> FindAsync(string personIndex)
    {
        var wrapped = await store.FindAsync(Name(personIndex));
        return wrapped is null ? null : Unwrap(await ShardKeyAsync(personIndex), wrapped, personIndex);
    }

    /// <summary>The citizen's data key, made now if there is none. Two who make one at once get the same.</summary>
    public async Task<byte[]> FindOrCreateAsync(string personIndex)
    {
        if (await FindAsync(personIndex) is { } found)
            return found;
        var shardKey = await ShardKeyAsync(personIndex);
        var stored = await store.AddAsync(Name(personIndex), SealedBox.Seal(options.Suite, shardKey, NewKey(), Name(personIndex), random));
        return Unwrap(shardKey, stored, personIndex);
    }

    private static string Name(string personIndex) => $"citizen/{personIndex}";

    private static byte[] Unwrap(byte[] shardKey, byte[] wrapped, string personIndex) =>
        SealedBox.TryOpen(shardKey, wrapped, Name(personIndex), out var key)
            ? key
            : throw new InvalidOperationException("A data key does not open under its shard key: the key store and the vault do not belong together.");

    private async Task<byte[]> ShardKeyAsync(string personIndex)
    {
        var shard = $"shard/{Shard(personIndex):x3}";
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
            ? (bytes[0] << 4) | (bytes[1] >> 4)
            : throw new ArgumentException("Not a person index.", nameof(personIndex));
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
