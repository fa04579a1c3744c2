using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Storage;

namespace NetIdGrains.Cluster;

/// <summary>The two kinds of process of a cluster: a silo, in which grains run, and whoever calls them from outside.</summary>
public static class ClusterHosting
{
    /// <summary>Readable by anyone or rewritten whole, and larger than a table's row may be; everything else is in tables.</summary>
    private static readonly string[] InBlobs = [StorageNames.StatusLists];

    private static readonly string[] InTables =
        [StorageNames.Identity, StorageNames.Platforms, StorageNames.Verifications, StorageNames.Supervision, "Default"];

    public static string TablesOf(string account) => $"tables-{account}";

    public static string BlobsOf(string account) => $"blobs-{account}";

    /// <exception cref="SettingsException">One or more settings are not fit to serve with.</exception>
    public static ClusterSettings ReadCluster(this IConfiguration configuration, bool isSilo, bool isDevelopment) => HostSettings.Read(
        () => HostSettings.Section<ClusterSettings>(configuration, ClusterSettings.Section) ?? new ClusterSettings(),
        settings => settings.Faults(isSilo, isDevelopment));

    /// <summary>A silo with the authority's grains and all that they need; where clustering was said before, that counts.</summary>
    public static async Task AddSiloAsync(this IHostApplicationBuilder builder, HostSettings host, ClusterSettings settings, TimeProvider time)
    {
        var random = new SystemRandomSource();
        var (membership, log, keys) = (settings.Membership!.OpenTables(), settings.Log!.OpenTables(), settings.Keys!.OpenTables());
        var (entries, deadlines, dataKeys) = (new TableAuthenticationLog(log), new TableDeadlines(log), new TableDataKeyStore(keys));
        var published = new TablePublished(membership);
        await Task.WhenAll(
            entries.PrepareAsync(default), deadlines.PrepareAsync(default), dataKeys.PrepareAsync(default), published.PrepareAsync(default));
        var vault = settings.Vault.Open(host.Authority.Suite, random, builder.Environment.IsDevelopment());
        var authority = await LoadAsync(published, vault, random, time);
        HideGrainIds(builder.Logging);
        builder.Services
            .AddAuthority(host.Authority, authority, random)
            .AddSingleton<IKeyVault>(vault)
            .AddSingleton<IWorkingKeySource, RandomWorkingKeySource>()
            .AddSingleton<IDataKeyStore>(dataKeys)
            .AddSingleton<IAuthenticationLog>(entries)
            .AddSingleton<IDeadlines>(deadlines)
            .AddSingleton(published)
            .AddSingleton<IPopulationRegister>(provider => host.NewRegister(provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new CurrentShardMap(_ => MapAsync(published, settings.Grains.Keys), provider.GetRequiredService<TimeProvider>()));
        foreach (var name in InTables)
            builder.Services.AddKeyedSingleton<IGrainStorage>(name, (provider, _) => Sharded(provider, settings, TablesOf));
        foreach (var name in InBlobs)
            builder.Services.AddKeyedSingleton<IGrainStorage>(name, (provider, _) => Sharded(provider, settings, BlobsOf));
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = settings.CallTimeout);
            silo.Configure<EndpointOptions>(options =>
            {
                (options.SiloPort, options.GatewayPort) = (settings.SiloPort, settings.GatewayPort);
                if (settings.Address is { } address)
                    options.AdvertisedIPAddress = IPAddress.Parse(address);
            });
            silo.AddStartupTask((services, _) => RetentionGrain.Of(services.GetRequiredService<IGrainFactory>()).Start());
            if (!IsSaid(silo.Services, typeof(IMembershipTable)))
                silo.UseProviders(settings);
        });
    }

    /// <summary>A process outside the silos that calls their grains; where clustering was said before, that counts.</summary>
    public static async Task AddClusterClientAsync(this IHostApplicationBuilder builder, HostSettings host, ClusterSettings settings, TimeProvider time)
    {
        var random = new SystemRandomSource();
        var published = new TablePublished(settings.Membership!.OpenTables());
        await published.PrepareAsync(default);
        var vault = settings.Vault.Open(host.Authority.Suite, random, builder.Environment.IsDevelopment());
        HideGrainIds(builder.Logging);
        builder.Services
            .AddAuthorityClient(host.Authority, await LoadAsync(published, vault, random, time), random)
            .AddSingleton<IPopulationRegister>(provider => host.NewRegister(provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ClusterConnection>().AddSingleton<IClusterConnectionStatusObserver>(provider => provider.GetRequiredService<ClusterConnection>())
            .AddSingleton<IClientConnectionRetryFilter>(provider => provider.GetRequiredService<ClusterConnection>())
            .AddHostedService(provider => provider.GetRequiredService<ClusterConnection>())
            .Configure<HostOptions>(options => options.ServicesStartConcurrently = true); // it answers, if only that the cluster is away
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = settings.CallTimeout);
            if (!IsSaid(client.Services, typeof(IGatewayListProvider)))
                client.UseProviders(settings);
        });
    }

    private static bool IsSaid(IServiceCollection services, Type service) => services.Any(known => known.ServiceType == service);

    /// <summary>Made by whoever is first, and the same for all from then on.</summary>
    private static async Task<AuthorityKeys> LoadAsync(TablePublished published, IKeyVault vault, IRandomSource random, TimeProvider time)
    {
        var root = await published.FindRootCertificateAsync()
            ?? await published.KeepRootCertificateAsync(await AuthorityKeys.CreateRootCertificateAsync(vault, random, time.GetUtcNow()));
        return await AuthorityKeys.IsRootCertificateOfAsync(vault, root)
            ? await AuthorityKeys.LoadAsync(vault, root)
            : throw new SettingsException("Cluster:Vault is not the vault of this cluster: the root certificate in Cluster:Membership is of another.");
    }

    /// <summary>Without a map there is nothing to spread: a cluster begins with one account, and with two somebody must have said which has what.</summary>
    private static async Task<ShardMap> MapAsync(TablePublished published, Dictionary<string, StorageAccount>.KeyCollection accounts) =>
        await published.FindShardMapAsync(accounts)
        ?? (accounts.Count == 1 ? ShardMap.Of(accounts.Single()) : throw new IOException("There are several accounts for grains and no shard map is published."));

    private static ShardedGrainStorage Sharded(IServiceProvider provider, ClusterSettings settings, Func<string, string> nameOf) => new(
        provider.GetRequiredService<CurrentShardMap>(),
        settings.Grains.Keys.ToDictionary(
            account => account, IGrainStorage (account) => new AccountStorage(provider.GetRequiredKeyedService<IGrainStorage>(nameOf(account)))));

    /// <summary>Orleans' log lines name grains, and the name of a grain may be somebody's Net ID. What is left is who is in the cluster, and how it does.</summary>
    private static void HideGrainIds(ILoggingBuilder logging) => logging
        .AddFilter("Orleans", LogLevel.None)
        .AddFilter("Orleans.Runtime.MembershipService", LogLevel.Warning)
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Warning)
        .AddFilter("Polly", LogLevel.None); // it tells of each placement, and of each that failed
}
