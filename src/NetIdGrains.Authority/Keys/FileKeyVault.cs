using System.Security.Cryptography;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// The development vault: a file only its owner can read, refused when others can. Production puts a hardware-backed vault behind
/// <see cref="IKeyVault"/>; whoever reads this file has every key.
/// </summary>
public sealed class FileKeyVault : IKeyVault, IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly IRandomSource _random;
    private readonly CryptoSuite _suite;
    private readonly ISigner _root;
    private readonly byte[] _wrapping;
    private readonly byte[] _derivation;

    private FileKeyVault(CryptoSuite suite, IRandomSource random, VaultFile file)
    {
        _random = random;
        _suite = suite;
        _root = SigningKey.FromPrivateJwk(file.Root, random);
        _wrapping = Convert.FromBase64String(file.Wrapping);
        _derivation = Convert.FromBase64String(file.Derivation);
    }

    /// <summary>Makes a vault with new keys; the file is durable when this returns.</summary>
    public static void Create(string path, CryptoSuite suite, IRandomSource random)
    {
        var file = new VaultFile(SigningKey.CreatePrivateJwk(suite, random), NewKey(random), NewKey(random));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, file);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
    }

    /// <exception cref="InvalidOperationException">The file is missing, damaged, or readable by others.</exception>
    public static FileKeyVault Open(string path, CryptoSuite suite, IRandomSource random)
    {
        if (!File.Exists(path))
            throw new InvalidOperationException($"The key vault {path} is missing. Without it nothing stored can be read: restore it.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            throw new InvalidOperationException($"Others can read the key vault {path}. Run: chmod 600 {path}, and replace the keys if somebody may have.");
        try
        {
            return new FileKeyVault(suite, random, JsonSerializer.Deserialize<VaultFile>(File.ReadAllBytes(path))!);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException or CryptographicException or NullReferenceException)
        {
            throw new InvalidOperationException($"The key vault {path} is damaged. Restore it from where it is kept safe.");
        }
    }

    public Task<byte[]> SignAsync(VaultKey key, ReadOnlyMemory<byte> data) => Task.FromResult(Only(key, VaultKey.Root, _root).Sign(data.Span));

    public Task<byte[]> PublicKeyAsync(VaultKey key) => Task.FromResult(Only(key, VaultKey.Root, _root).PublicKey.ToSpki());

    public Task<byte[]> WrapAsync(VaultKey key, ReadOnlyMemory<byte> plainKey) =>
        Task.FromResult(SealedBox.Seal(_suite, Only(key, VaultKey.Wrapping, _wrapping), plainKey.Span, "wrapped key", _random));

    public Task<byte[]> UnwrapAsync(VaultKey key, ReadOnlyMemory<byte> wrappedKey) =>
        SealedBox.TryOpen(Only(key, VaultKey.Wrapping, _wrapping), wrappedKey.Span, "wrapped key", out var plain)
            ? Task.FromResult(plain)
            : throw new CryptographicException("Not wrapped by this key.");

    public Task<byte[]> MacAsync(VaultKey key, ReadOnlyMemory<byte> data) =>
        Task.FromResult(HMACSHA256.HashData(Only(key, VaultKey.Derivation, _derivation), data.Span));

    public void Dispose() => (_root as IDisposable)?.Dispose();

    private static string NewKey(IRandomSource random)
    {
        var key = new byte[32];
        random.Fill(key);
        return Convert.ToBase64String(key);
    }

    /// <summary>This vault holds the first version of three keys, each for one use.</summary>
    private static T Only<T>(VaultKey asked, VaultKey held, T material) =>
        asked == held ? material : throw new ArgumentException($"The vault has no key {asked.Name} version {asked.Version} for this use.", nameof(asked));

    private sealed record VaultFile(string Root, string Wrapping, string Derivation)
    {
        public override string ToString() => "sealed";
    }
}
