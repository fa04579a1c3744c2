using Microsoft.Extensions.Diagnostics.HealthChecks;
using NetIdGrains.Cluster;

namespace NetIdGrains.FrontDoor;

/// <summary>The grains in silos elsewhere: the one file here that knows the engine. Nothing is stored here but the operator's socket.</summary>
internal static class ClusterHost
{
    public static async Task AddEngineAsync(this WebApplicationBuilder builder, FrontDoorSettings settings, TimeProvider time)
    {
        var cluster = builder.Configuration.ReadCluster(isSilo: false, builder.Environment.IsDevelopment());
        MakeOperatorsDirectory(settings.DataPath);
        await builder.AddClusterClientAsync(settings, cluster, time);
        builder.Services.AddSingleton<IAvailability>(provider => new Silos(provider.GetRequiredService<ClusterConnection>()));
        builder.Services.AddHealthChecks().AddCheck<SilosCheck>("silos", tags: [MetadataApi.ReadyTag]);
    }

    private static void MakeOperatorsDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private sealed class Silos(ClusterConnection connection) : IAvailability
    {
        public bool IsUp => connection.IsUp;
    }

    private sealed class SilosCheck(ClusterConnection connection) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(connection.IsUp ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No silo can be reached."));
    }
}
