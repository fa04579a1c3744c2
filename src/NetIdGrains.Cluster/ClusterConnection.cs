using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Cluster;

/// <summary>Whether any silo can be reached. While none can, it goes on knocking: nothing else does, once callers are turned away.</summary>
public sealed class ClusterConnection(IServiceProvider services, TimeProvider time) : BackgroundService, IClusterConnectionStatusObserver
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private volatile int _gateways;

    public bool IsUp => _gateways > 0;

    public static async Task<bool> TryAgainAsync(Exception exception, CancellationToken cancellationToken)
    {
        await Task.Delay(BetweenTries, cancellationToken);
        return true;
    }

    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) =>
        _gateways = currentNumberOfGateways;

    public void NotifyClusterConnectionLost() => _gateways = 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenTries, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!IsUp)
                await KnockAsync(stoppingToken);
        }
    }

    private async Task KnockAsync(CancellationToken stoppingToken)
    {
        try
        {
            var grains = (IGrainFactory)services.GetService(typeof(IGrainFactory))!;
            await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // still nobody there
        }
    }
}
