using NetIdGrains.Hosting;
using Orleans.Hosting;

namespace NetIdGrains.Cluster;

/// <summary>
/// A build without Orleans' providers on Azure Storage and its TLS, which not every package source has: all else is compiled and tested without them.
/// </summary>
internal static class ClusterProviders
{
    public static void UseProviders(this ISiloBuilder silo, ClusterSettings settings) => throw Missing(silo, settings);

    public static void UseProviders(this IClientBuilder client, ClusterSettings settings) => throw Missing(client, settings);

    private static SettingsException Missing(object builder, ClusterSettings settings) => new(
        $"This build has no providers for {builder.GetType().Name}s on Azure Storage, which {settings.ClusterId} needs. Build it without Providers=None.");
}
