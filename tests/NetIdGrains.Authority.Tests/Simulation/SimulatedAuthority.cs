using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine.Simulation;
using Orleans;
using Orleans.Storage;

namespace NetIdGrains.AuthorityTests;

/// <summary>The real grains in a simulated world: a store that fails, a process that dies, and ports that keep what was acknowledged.</summary>
internal sealed class SimulatedAuthority
{
    private readonly SimulatedGrainStorage _storage;
    private readonly SimulatedVault _vault;
    private readonly SimulatedDataKeys _dataKeys;
    private readonly SimulatedLog _log;
    private readonly SimulatedDeadlines _deadlines;
    private readonly IPopulationRegister _register;
    private readonly AuthorityOptions _options;
    private byte[]? _rootCertificate;
    private SimulatedProcess? _process;

    /// <param name="world">Where it lives.</param>
    /// <param name="register">Who exists.</param>
    /// <param name="legalHold">What a law makes it keep of who leaves; null for nothing.</param>
    public SimulatedAuthority(SimulatedWorld world, IPopulationRegister register, LegalHoldOptions? legalHold = null)
    {
        (World, _register, _options) = (world, register, NewOptions());
        _options.LegalHold = legalHold;
        Random = new SeededRandom(world.Chance);
        Disk = new SimulatedDisk(world);
        _storage = new SimulatedGrainStorage(world, Disk, StateJson.Options);
        (_vault, _dataKeys, _log, _deadlines) = (new SimulatedVault(Random), new SimulatedDataKeys(Disk), new SimulatedLog(Disk), new SimulatedDeadlines(Disk));
    }

    public SimulatedWorld World { get; }

    public SimulatedDisk Disk { get; }

    public IRandomSource Random { get; }

    public AuthorityOptions Options => _options;

    public string Issuer => _options.Issuer;

    public IClusterClient Grains => _process!.Client;

    public AuthorityKeys Keys => Grains.ServiceProvider.GetRequiredService<AuthorityKeys>();

    public References References => Grains.ServiceProvider.GetRequiredService<References>();

    public IEnumerable<string> DataKeyNames => _dataKeys.Names;

    public IEnumerable<(string Grain, string Name, byte[] Data)> Rows => _storage.Rows;

    /// <summary>Starts the process, or after a kill the next one.</summary>
    public async Task StartAsync()
    {
        _rootCertificate ??= await AuthorityKeys.CreateRootCertificateAsync(_vault, Random, World.Time.GetUtcNow());
        var keys = await AuthorityKeys.LoadAsync(_vault, _rootCertificate);
        _process = await SimulatedProcess.StartAsync(
            World,
            Disk,
            services => services
                .AddAuthority(_options, keys, Random)
                .AddSingleton<IKeyVault>(_vault)
                .AddSingleton<IWorkingKeySource>(new SeededWorkingKeys(Random))
                .AddSingleton<IDataKeyStore>(_dataKeys)
                .AddSingleton<IAuthenticationLog>(_log)
                .AddSingleton(_register)
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Identity, _storage)
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Platforms, _storage)
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Verifications, _storage)
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Supervision, _storage)
                .AddKeyedSingleton<IGrainStorage>(StorageNames.StatusLists, _storage)
                .AddSingleton<IDeadlines>(_deadlines)
                .AddSingleton<IKeySetSource, NoKeySets>()
                .AddSingleton<ICallbackSender>(Callbacks)
                .AddKeyedSingleton<IGrainStorage>("Default", _storage),
            options => options.GrainAssemblies.Add(typeof(CitizenGrain).Assembly));
    }

    public async Task KillAndRestartAsync()
    {
        _process!.Kill();
        await StartAsync();
    }

    /// <summary>What platforms were told.</summary>
    public SimulatedCallbacks Callbacks { get; } = new();

    private static AuthorityOptions NewOptions()
    {
        var options = new AuthorityOptions { PasswordRounds = 1 };
        options.AllowDevelopmentApplications();
        return options;
    }

    private sealed class SeededWorkingKeys(IRandomSource random) : IWorkingKeySource
    {
        public ISigner Create() => DeterministicSigner.Any(random);
    }

    private sealed class SimulatedVault(IRandomSource random) : IKeyVault
    {
        private readonly DeterministicSigner _root = DeterministicSigner.Any(random);
        private readonly byte[] _secret = [.. Enumerable.Repeat((byte)7, 32)];

        public Task<byte[]> SignAsync(VaultKey key, ReadOnlyMemory<byte> data) => Task.FromResult(_root.Sign(data.Span));

        public Task<byte[]> PublicKeyAsync(VaultKey key) => Task.FromResult(_root.PublicKey.ToSpki());

        public Task<byte[]> WrapAsync(VaultKey key, ReadOnlyMemory<byte> plainKey) =>
            Task.FromResult(SealedBox.Seal(CryptoSuite.International, _secret, plainKey.Span, "wrap", random));

        public Task<byte[]> UnwrapAsync(VaultKey key, ReadOnlyMemory<byte> wrappedKey) =>
            Task.FromResult(SealedBox.TryOpen(_secret, wrappedKey.Span, "wrap", out var plain) ? plain : throw new CryptographicException());

        public Task<byte[]> MacAsync(VaultKey key, ReadOnlyMemory<byte> data) => Task.FromResult(HMACSHA256.HashData(_secret, data.Span));
    }

    private sealed class SimulatedDataKeys(SimulatedDisk disk) : IDataKeyStore
    {
        private readonly Dictionary<string, byte[]> _keys = [];

        public IEnumerable<string> Names => _keys.Keys;

        public Task<byte[]?> FindAsync(string name) => disk.CallAsync("find key", () => _keys.GetValueOrDefault(name));

        public Task<byte[]> AddAsync(string name, byte[] wrappedKey) => disk.CallAsync("add key", () =>
        {
            _keys.TryAdd(name, wrappedKey);
            return _keys[name];
        });

        public Task DeleteAsync(string name) => disk.CallAsync("delete key", () => _keys.Remove(name));
    }

    private sealed class SimulatedLog(SimulatedDisk disk) : IAuthenticationLog
    {
        private readonly Dictionary<(string, string), Logged> _lines = [];

        public Task<Logged> InsertAsync(LogEntry entry) => disk.CallAsync("insert line", () =>
        {
            _lines.TryAdd((entry.Platform, entry.SequenceNumber), new Logged(entry.BodyDigest, entry.Answer));
            return _lines[(entry.Platform, entry.SequenceNumber)];
        });

        public Task<Logged?> FindAsync(string platform, string sequenceNumber) =>
            disk.CallAsync("find line", () => _lines.GetValueOrDefault((platform, sequenceNumber)));

        public Task<IReadOnlyList<HistoryLine>> ScanAsync(IReadOnlyCollection<string> tags, DateTimeOffset until, int most) =>
            Task.FromResult<IReadOnlyList<HistoryLine>>([]);

        public Task<LoggedDecision?> FindAsync(IReadOnlyCollection<string> tags, string transaction) => Task.FromResult<LoggedDecision?>(null);

        public Task<int> DropAnswersAsync(DateTimeOffset before, int most) => Task.FromResult(0);

        public Task<int> DeleteAsync(DateTimeOffset before, int most) => Task.FromResult(0);
    }
}

/// <summary>Platforms that are told things, and are away as often as chance says.</summary>
internal sealed class SimulatedCallbacks : ICallbackSender
{
    public List<CallbackMessage> Delivered { get; } = [];

    /// <summary>Whether nobody takes the message that comes now.</summary>
    public Func<bool> IsAway { get; set; } = () => false;

    public Task<CallbackOutcome> SendAsync(CallbackMessage message, CancellationToken cancellationToken)
    {
        if (IsAway())
            return Task.FromResult(CallbackOutcome.Failed);
        Delivered.Add(message);
        return Task.FromResult(CallbackOutcome.Delivered);
    }
}

internal sealed class NoKeySets : IKeySetSource
{
    public Task<string> FetchAsync(Uri address, CancellationToken cancellationToken) => throw new IOException("There is no network here.");
}

internal sealed class SimulatedDeadlines(SimulatedDisk disk) : IDeadlines
{
    private readonly Dictionary<string, DateTimeOffset> _deadlines = [];

    public Task SetAsync(string key, DateTimeOffset due) => disk.CallAsync("set deadline", () => _deadlines[key] = due);

    public Task<IReadOnlyList<Deadline>> PassedAsync(DateTimeOffset now, int most) => disk.CallAsync<IReadOnlyList<Deadline>>(
        "find deadlines",
        () => [.. _deadlines.Where(entry => entry.Value <= now).OrderBy(entry => entry.Value).Take(most).Select(entry => new Deadline(entry.Key, entry.Value))]);

    public Task RemoveAsync(Deadline deadline) => disk.CallAsync(
        "remove deadline", () => _deadlines.GetValueOrDefault(deadline.Key) == deadline.Due && _deadlines.Remove(deadline.Key));
}

/// <summary>Chance that replays.</summary>
internal sealed class SeededRandom(Random random) : IRandomSource
{
    public void Fill(Span<byte> bytes) => random.NextBytes(bytes);
}
