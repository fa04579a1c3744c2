using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using Orleans;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;
using Orleans.Storage;

namespace NetIdGrains.Cluster;

/// <summary>Orleans' own providers on Azure Storage, and its TLS: all that is wanted of them is said here.</summary>
internal static class ClusterProviders
{
    public static void UseProviders(this ISiloBuilder silo, ClusterSettings settings)
    {
        var membership = settings.Membership!.OpenTables();
        silo.UseAzureStorageClustering(options => (options.TableServiceClient, options.TableName) = (membership, "silos"));
        silo.UseAzureTableReminderService(options =>
            options.Configure(reminders => (reminders.TableServiceClient, reminders.TableName) = (membership, "reminders")));
        foreach (var (name, account) in settings.Grains)
        {
            var serializer = new StateJsonSerializer();
            silo.AddAzureTableGrainStorage(ClusterHosting.TablesOf(name), (AzureTableStorageOptions options) =>
            {
                (options.TableServiceClient, options.TableName, options.GrainStorageSerializer) = (account.OpenTables(), "grains", serializer);
                options.DeleteStateOnClear = true; // what is given up leaves no row behind
            });
            silo.AddAzureBlobGrainStorage(ClusterHosting.BlobsOf(name), (AzureBlobStorageOptions options) =>
                (options.BlobServiceClient, options.ContainerName, options.GrainStorageSerializer) = (account.OpenBlobs(), "grains", serializer));
        }

        if (settings.Tls is { } tls)
            silo.UseTls(tls.LoadOwn(), options => Demand(options, tls));
    }

    public static void UseProviders(this IClientBuilder client, ClusterSettings settings)
    {
        var membership = settings.Membership!.OpenTables();
        client.UseAzureStorageClustering(options => (options.TableServiceClient, options.TableName) = (membership, "silos"));
        if (settings.Tls is { } tls)
            client.UseTls(tls.LoadOwn(), options => Demand(options, tls));
    }

    /// <summary>Both sides show a certificate of the cluster's own authority, or nothing is said.</summary>
    private static void Demand(TlsOptions options, TlsSettings tls)
    {
        var authority = tls.LoadAuthority();
        (options.RemoteCertificateMode, options.ClientCertificateMode) = (RemoteCertificateMode.RequireCertificate, RemoteCertificateMode.RequireCertificate);
        options.RemoteCertificateValidation = (certificate, _, _) => TlsSettings.IsOfCluster(certificate, authority, TimeProvider.System.GetUtcNow());
    }
}
