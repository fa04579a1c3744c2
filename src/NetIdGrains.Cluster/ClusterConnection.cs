using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Cluster;

/// <summary>Whether any silo can be reached. While none can, it goes on knocking: nothing else does, once callers are turned away.</summary>
public sealed class ClusterConnection(IServiceProvider services, TimeProvider time) :
    BackgroundService, IClusterConnectionStatusObserver, IClientConnectionRetryFilter
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private volatile int _gateways;

    public bool IsUp => _gateways > 0;

    /// <summary>Never given up: a front door may be started before any silo is.</summary>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenTries, time);
        return await timer.WaitForNextTickAsync(cancellationToken);
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
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            // still nobody there; a call that a lost connection has cancelled must not end the knocking, and with it the host
        }
    }
}
