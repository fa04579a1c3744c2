using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetIdGrains.EmbeddedEngine;
using Orleans;
using Orleans.Storage;

namespace NetIdGrains.Contract;

/// <summary>Where the contract runs: here, the embedded engine.</summary>
public sealed class ContractCluster
{
    private readonly IHost _host;

    private ContractCluster(IHost host) => _host = host;

    public static TimeSpan ReminderPeriod { get; } = TimeSpan.FromMilliseconds(200);

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<ContractCluster> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddEmbeddedEngine(options =>
        {
            options.GrainAssemblies.Add(typeof(ContractCluster).Assembly);
            options.ResponseTimeout = TimeSpan.FromSeconds(1);
            (options.CollectionAge, options.CollectionQuantum) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
            options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100);
        });
        builder.Services.AddKeyedSingleton<IGrainStorage, ContractStorage>("contract");
        builder.Services.AddKeyedSingleton<IGrainStorage, ContractStorage>("Default");
        var host = builder.Build();
        await host.StartAsync();
        return new ContractCluster(host);
    }

    public Task StopAsync() => _host.StopAsync();
}
