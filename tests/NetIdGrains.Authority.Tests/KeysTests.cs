using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.AuthorityTests;

/// <summary>The vault is asked rarely, keeps its keys, and is refused when others can read it.</summary>
public sealed class KeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netid-keys-").FullName;
    private readonly SystemRandomSource _random = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero));
    private readonly AuthorityOptions _options = new();

    private string VaultPath => Path.Combine(_folder, "vault.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A13_1_The_vault_signs_wraps_and_macs_the_same_after_reopening()
    {
        FileKeyVault.Create(VaultPath, CryptoSuite.International, _random);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(VaultPath));
        byte[] wrapped, mac;
        using (var vault = FileKeyVault.Open(VaultPath, CryptoSuite.International, _random))
            (wrapped, mac) = (await vault.WrapAsync(VaultKey.Wrapping, new byte[32]), await vault.MacAsync(VaultKey.Derivation, new byte[] { 1 }));
        using var again = FileKeyVault.Open(VaultPath, CryptoSuite.International, _random);
        Assert.Equal(new byte[32], await again.UnwrapAsync(VaultKey.Wrapping, wrapped));
        Assert.Equal(mac, await again.MacAsync(VaultKey.Derivation, new byte[] { 1 }));
        Assert.True(VerificationKey.TryFromSpki(await again.PublicKeyAsync(VaultKey.Root), out var root));
        var signature = await again.SignAsync(VaultKey.Root, new byte[] { 1, 2 });
        Assert.True(root.Verify([1, 2], signature));
        wrapped[^1] ^= 1;
        await Assert.ThrowsAsync<CryptographicException>(() => again.UnwrapAsync(VaultKey.Wrapping, wrapped));
    }

    [Fact]
    public async Task A_key_is_for_one_use_and_an_unknown_version_is_refused()
    {
        FileKeyVault.Create(VaultPath, CryptoSuite.International, _random);
        using var vault = FileKeyVault.Open(VaultPath, CryptoSuite.International, _random);
        await Assert.ThrowsAsync<ArgumentException>(() => vault.MacAsync(VaultKey.Wrapping, new byte[1]));
        await Assert.ThrowsAsync<ArgumentException>(() => vault.SignAsync(new VaultKey("root", 2), new byte[1]));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_vault_that_others_can_open_is_refused(UnixFileMode others)
    {
        FileKeyVault.Create(VaultPath, CryptoSuite.International, _random);
        File.SetUnixFileMode(VaultPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        var refused = Assert.Throws<InvalidOperationException>(() => FileKeyVault.Open(VaultPath, CryptoSuite.International, _random));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_citizens_data_key_is_one_key_and_a_warm_shard_asks_no_vault()
    {
        var (vault, store) = (new CountingVault(_random, VaultPath), new MemoryKeyStore());
        var dataKeys = new DataKeys(store, vault, _random, _time, _options);
        var person = PersonIndex.Derive(new byte[32], "P1");
        Assert.Null(await dataKeys.FindAsync(person));
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => dataKeys.FindOrCreateAsync(person))));
        Assert.Single(keys.Select(Convert.ToHexString).Distinct());

        var asked = vault.Asked;
        Assert.Equal(keys[0], await dataKeys.FindAsync(person));
        Assert.Equal(asked, vault.Asked);
        _time.Advance(_options.ShardKeyLifetime);
        Assert.Equal(keys[0], await dataKeys.FindAsync(person));
        Assert.Equal(asked + 1, vault.Asked);
    }

    [Fact]
    public async Task What_is_stored_opens_under_its_own_name_only()
    {
        var store = new MemoryKeyStore();
        var dataKeys = new DataKeys(store, new CountingVault(_random, VaultPath), _random, _time, _options);
        var first = DataKeys.OfCitizen("first");
        var second = Enumerable.Range(0, 100_000).Select(number => DataKeys.OfCitizen($"{number}")).First(name => Shard(name) == Shard(first));
        var key = await dataKeys.FindOrCreateAsync(first);
        var wrapped = (await store.FindAsync(first))!;
        Assert.Equal(-1, wrapped.AsSpan().IndexOf(key));
        await store.AddAsync(second, wrapped);
        await Assert.ThrowsAsync<InvalidOperationException>(() => dataKeys.FindAsync(second));
        await dataKeys.DeleteAsync(first);
        Assert.Null(await dataKeys.FindAsync(first));

        static int Shard(string name) => BinaryPrimitives.ReadUInt16BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) >> 4;
    }

    [Fact]
    public async Task Working_keys_are_certified_by_the_root_and_replaced_when_their_period_is_over()
    {
        var vault = new CountingVault(_random, VaultPath);
        var root = await AuthorityKeys.CreateRootCertificateAsync(vault, _random, _time.GetUtcNow());
        var keys = await AuthorityKeys.LoadAsync(vault, root);
        var working = new WorkingKeys(keys, vault, new RandomWorkingKeySource(_random, _options), _random, _time, _options);
        var first = await working.ReceiptAsync();
        Assert.Same(first, await working.ReceiptAsync());
        Assert.True(keys.Anchor.TryVerify(first.X5cHeaderValue, WorkingKeyUse.Receipt, _time.GetUtcNow(), out _));
        Assert.False(keys.Anchor.TryVerify(first.X5cHeaderValue, WorkingKeyUse.Issuing, _time.GetUtcNow(), out _));
        _time.Advance(_options.ReceiptKeyPeriod);
        var second = await working.ReceiptAsync();
        Assert.NotEqual(first.X5cHeaderValue, second.X5cHeaderValue);
        _time.Advance(_options.ReceiptKeyPeriod);
        vault.IsAway = true;
        Assert.Same(second, await working.ReceiptAsync()); // its certificate still has time left
        _time.Advance(_options.ReceiptKeyPeriod);
        await Assert.ThrowsAsync<IOException>(working.ReceiptAsync);
        vault.IsAway = false;
        var asked = vault.Asked;
        var many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(working.ReceiptAsync)));
        Assert.Single(many.Distinct());
        Assert.Equal(asked + 1, vault.Asked);
        var issuing = await working.IssuingAsync();
        Assert.True(keys.Anchor.TryVerify(
            issuing.X5cHeaderValue, WorkingKeyUse.Issuing, ChinaCalendar.EndOfMonth(_time.GetUtcNow() + _options.IssuingKeyPeriod, 1), out _));
    }

    private sealed class MemoryKeyStore : IDataKeyStore
    {
        private readonly ConcurrentDictionary<string, byte[]> _keys = new();

        public Task<byte[]?> FindAsync(string name) => Task.FromResult(_keys.GetValueOrDefault(name));

        public Task<byte[]> AddAsync(string name, byte[] wrappedKey) => Task.FromResult(_keys.GetOrAdd(name, wrappedKey));

        public Task DeleteAsync(string name)
        {
            _keys.TryRemove(name, out _);
            return Task.CompletedTask;
        }
    }

    private sealed class CountingVault : IKeyVault
    {
        private readonly FileKeyVault _vault;
        private int _asked;

        public CountingVault(IRandomSource random, string path)
        {
            FileKeyVault.Create(path, CryptoSuite.International, random);
            _vault = FileKeyVault.Open(path, CryptoSuite.International, random);
        }

        public int Asked => _asked;

        public bool IsAway { get; set; }

        public Task<byte[]> SignAsync(VaultKey key, ReadOnlyMemory<byte> data) => Count(() => _vault.SignAsync(key, data));

        public Task<byte[]> PublicKeyAsync(VaultKey key) => Count(() => _vault.PublicKeyAsync(key));

        public Task<byte[]> WrapAsync(VaultKey key, ReadOnlyMemory<byte> plainKey) => Count(() => _vault.WrapAsync(key, plainKey));

        public Task<byte[]> UnwrapAsync(VaultKey key, ReadOnlyMemory<byte> wrappedKey) => Count(() => _vault.UnwrapAsync(key, wrappedKey));

        public Task<byte[]> MacAsync(VaultKey key, ReadOnlyMemory<byte> data) => Count(() => _vault.MacAsync(key, data));

        private Task<byte[]> Count(Func<Task<byte[]>> ask)
        {
            Interlocked.Increment(ref _asked);
            return IsAway ? Task.FromException<byte[]>(new IOException("The vault is away.")) : ask();
        }
    }
}
