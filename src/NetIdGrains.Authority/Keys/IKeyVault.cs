namespace NetIdGrains.Authority;

/// <summary>A key in the vault. A new version comes beside the old one, which stays for what it has signed, wrapped or derived.</summary>
public sealed record VaultKey(string Name, int Version)
{
    /// <summary>ES256, or SM2 with SM3: certifies working keys, signs nothing else.</summary>
    public static VaultKey Root { get; } = new("root", 1);

    /// <summary>AES-256, or SM4: wraps shard keys.</summary>
    public static VaultKey Wrapping { get; } = new("wrapping", 1);

    /// <summary>HMAC-SHA256: what the keys for indexes, serials, sectors and the password pepper are derived from.</summary>
    public static VaultKey Derivation { get; } = new("derivation", 1);
}

/// <summary>
/// The boundary that vault keys never cross (A13-1). It is asked rarely, never on a hot path: a cloud vault answers some hundred times a
/// second. A vault that cannot answer throws <see cref="IOException"/>.
/// </summary>
public interface IKeyVault
{
    /// <summary>By the suite of the key; R || S, 64 bytes.</summary>
    Task<byte[]> SignAsync(VaultKey key, ReadOnlyMemory<byte> data);

    /// <summary>The public half, as SubjectPublicKeyInfo.</summary>
    Task<byte[]> PublicKeyAsync(VaultKey key);

    Task<byte[]> WrapAsync(VaultKey key, ReadOnlyMemory<byte> plainKey);

    /// <summary>Fails with <see cref="System.Security.Cryptography.CryptographicException"/> for what this key has not wrapped.</summary>
    Task<byte[]> UnwrapAsync(VaultKey key, ReadOnlyMemory<byte> wrappedKey);

    /// <summary>HMAC-SHA256, 32 bytes.</summary>
    Task<byte[]> MacAsync(VaultKey key, ReadOnlyMemory<byte> data);
}
