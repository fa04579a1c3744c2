using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Cluster;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;

namespace NetIdGrains.ClusterTests;

/// <summary>
/// The authority's grains on several silos: log, data keys and deadlines in Azurite's tables, grain state sharded over two accounts in memory that are
/// as strict about ETags as Azure's, and outlive any silo.
/// </summary>
internal sealed class AuthorityCluster : IAsyncDisposable
{
    /// <summary>Silos are configured by type, so what they share is found here: one cluster at a time.</summary>
    private static AuthorityCluster? s_current;

    private readonly Dictionary<string, IGrainStorage> _accounts = new() { ["a"] = new MemoryAccount(), ["b"] = new MemoryAccount() };

    /// <summary>One for all clusters of these tests, as they share the tables in which keys lie that it has wrapped.</summary>
    private static readonly FileKeyVault s_vault = NewVault();

    private readonly TableServiceClient _tables;
    private AuthorityKeys? _keys;

    private AuthorityCluster(TableServiceClient tables) => _tables = tables;

    public TestCluster Cluster { get; private set; } = null!;

    public AuthorityOptions Options { get; } = NewOptions();

    /// <summary>What each silo reads.</summary>
    public ShardMap Map { get; set; } = ShardMap.Of("a");

    public IReadOnlyCollection<string> Accounts => _accounts.Keys;

    public static async Task<AuthorityCluster> StartAsync(TableServiceClient tables, short silos)
    {
        var cluster = new AuthorityCluster(tables);
        var root = await AuthorityKeys.CreateRootCertificateAsync(s_vault, new SystemRandomSource(), TimeProvider.System.GetUtcNow());
        cluster._keys = await AuthorityKeys.LoadAsync(s_vault, root);
        await new TableAuthenticationLog(tables).PrepareAsync(CancellationToken.None);
        await new TableDataKeyStore(tables).PrepareAsync(CancellationToken.None);
        await new TableDeadlines(tables).PrepareAsync(CancellationToken.None);
        s_current = cluster;
        var builder = new TestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.AddSiloBuilderConfigurator<Silo>();
        cluster.Cluster = builder.Build();
        await cluster.Cluster.DeployAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

    private static FileKeyVault NewVault()
    {
        var (scratch, random) = (Directory.CreateTempSubdirectory("netid-vault-").FullName, new SystemRandomSource());
        FileKeyVault.Create(Path.Combine(scratch, "vault.json"), CryptoSuite.International, random);
        var vault = FileKeyVault.Open(Path.Combine(scratch, "vault.json"), CryptoSuite.International, random);
        Directory.Delete(scratch, recursive: true);
        return vault;
    }

    private static AuthorityOptions NewOptions()
    {
        var options = new AuthorityOptions { PasswordRounds = 1 };
        options.AllowDevelopmentApplications();
        return options;
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            var shared = s_current!;
            siloBuilder.UseInMemoryReminderService();
            // A silo that was killed is known to be dead soon: a test waits for it.
            siloBuilder.Configure<ClusterMembershipOptions>(options => (options.ProbeTimeout, options.NumMissedProbesLimit, options.NumVotesForDeathDeclaration,
                options.TableRefreshTimeout) = (TimeSpan.FromMilliseconds(500), 2, 1, TimeSpan.FromSeconds(2)));
            siloBuilder.Services
                .AddSingleton(TimeProvider.System)
                .AddAuthority(shared.Options, shared._keys!, new SystemRandomSource())
                .AddSingleton<IKeyVault>(s_vault)
                .AddSingleton<IWorkingKeySource, RandomWorkingKeySource>()
                .AddSingleton<IDataKeyStore>(new TableDataKeyStore(shared._tables))
                .AddSingleton<IAuthenticationLog>(new TableAuthenticationLog(shared._tables))
                .AddSingleton<IDeadlines>(new TableDeadlines(shared._tables))
                .AddSingleton<IPopulationRegister>(CsvPopulationRegister.Load(CsvPopulationRegister.DevelopmentFile))
                .AddSingleton<IKeySetSource, NoOutside>()
                .AddSingleton<ICallbackSender, NoOutside>();
            var storage = new ShardedGrainStorage(new CurrentShardMap(_ => Task.FromResult(shared.Map), TimeProvider.System), shared._accounts);
            foreach (var name in (string[])
                [StorageNames.Identity, StorageNames.Platforms, StorageNames.Verifications, StorageNames.StatusLists, StorageNames.Supervision, "Default"])
                siloBuilder.Services.AddKeyedSingleton<IGrainStorage>(name, storage);
        }
    }

    private sealed class NoOutside : IKeySetSource, ICallbackSender
    {
        public Task<string> FetchAsync(Uri address, CancellationToken cancellationToken) => throw new IOException("There is no network here.");

        public Task<CallbackOutcome> SendAsync(CallbackMessage message, CancellationToken cancellationToken) => Task.FromResult(CallbackOutcome.Failed);
    }
}
