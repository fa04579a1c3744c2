using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace NetIdGrains.Contract;

/// <summary>Where the contract runs: here, one Orleans silo and a client of it.</summary>
public sealed class ContractCluster
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(2);
    private readonly TestCluster _cluster;

    private ContractCluster(TestCluster cluster) => _cluster = cluster;

    public static TimeSpan ReminderPeriod { get; } = TimeSpan.FromMilliseconds(200);

    public IGrainFactory Grains => _cluster.GrainFactory;

    public static async Task<ContractCluster> StartAsync()
    {
        var builder = new TestClusterBuilder(initialSilosCount: 1);
        builder.Options.ConfigureFileLogging = false;
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Client>();
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new ContractCluster(cluster);
    }

    /// <summary>Stops the silo alone: its clients stay, to see what their calls come to.</summary>
    public Task StopAsync() => _cluster.Primary!.StopSiloAsync(stopGracefully: true);

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.UseInMemoryReminderService();
            siloBuilder.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
            siloBuilder.Configure<GrainCollectionOptions>(options =>
                (options.CollectionAge, options.CollectionQuantum) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
            siloBuilder.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            siloBuilder.Services.AddKeyedSingleton<IGrainStorage, ContractStorage>("contract");
            siloBuilder.Services.AddKeyedSingleton<IGrainStorage, ContractStorage>("Default");
        }
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
    }
}
