using Microsoft.Extensions.Diagnostics.HealthChecks;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine;
using NetIdGrains.Hosting;
using Orleans;
using Orleans.Storage;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// The grains inside this process, on SQLite: the one file here that knows the engine. On a first run it makes the keys and the databases
/// and then marks the directory; from then on whatever is missing is an error.
/// </summary>
internal static class EmbeddedHost
{
    public static async Task AddEngineAsync(this WebApplicationBuilder builder, FrontDoorSettings settings, TimeProvider time)
    {
        if (builder.Configuration.GetSection("Cluster").Exists())
            throw new SettingsException("Cluster is for a front door that is built with Engine=Orleans. This one has its grains inside: leave it out.");
        var random = new SystemRandomSource();
        var directory = new DataDirectory(settings.DataPath);
        builder.Services.AddSingleton(_ => directory).AddHostedService<DataOwner>();
        try
        {
            var grains = directory.OpenDatabase("grains.db", SqliteGrainStorage.Layout);
            var dataKeys = directory.OpenDatabase("keys.db", SqliteDataKeyStore.Layout);
            var log = directory.OpenDatabase("authentication-log.db", SqliteAuthenticationLog.Layout);
            var vault = OpenVault(directory, settings.Authority.Suite, random);
            var keys = await AuthorityKeys.LoadAsync(vault, await RootCertificateAsync(directory, vault, random, time));
            directory.MarkInitialised(time.GetUtcNow());

            builder.Services
                .AddAuthority(settings.Authority, keys, random)
                .AddSingleton<IKeyVault>(vault)
                .AddSingleton<IWorkingKeySource, RandomWorkingKeySource>()
                .AddSingleton<IDataKeyStore>(new SqliteDataKeyStore(dataKeys))
                .AddSingleton<IAuthenticationLog>(new SqliteAuthenticationLog(log))
                .AddSingleton<IDeadlines>(new SqliteDeadlines(log))
                .AddSingleton<IPopulationRegister>(provider => settings.NewRegister(provider.GetRequiredService<TimeProvider>()))
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Identity, new SqliteGrainStorage(grains, StateJson.Options))
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Platforms, new SqliteGrainStorage(grains, StateJson.Options))
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Verifications, new SqliteGrainStorage(grains, StateJson.Options))
                .AddKeyedSingleton<IGrainStorage>(StorageNames.StatusLists, new SqliteGrainStorage(grains, StateJson.Options))
                .AddKeyedSingleton<IGrainStorage>(StorageNames.Supervision, new SqliteGrainStorage(grains, StateJson.Options))
                .AddKeyedSingleton<IGrainStorage>("Default", new SqliteGrainStorage(grains, StateJson.Options))
                .AddEmbeddedEngine(options => options.GrainAssemblies.Add(typeof(CitizenGrain).Assembly))
                .AddHostedService<Startup>()
                .AddHealthChecks().AddCheck("stores", () => Answer(grains, dataKeys, log), [MetadataApi.ReadyTag]);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>What begins when the grains can run.</summary>
    private sealed class Startup(IGrainFactory grains) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => RetentionGrain.Of(grains).Start();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static FileKeyVault OpenVault(DataDirectory directory, CryptoSuite suite, IRandomSource random)
    {
        var path = Path.Combine(directory.Path, "vault.json");
        if (!directory.IsInitialised && !File.Exists(path))
            FileKeyVault.Create(path, suite, random);
        return FileKeyVault.Open(path, suite, random);
    }

    /// <summary>Kept beside the data, not a secret: made once, since everybody who verifies offline holds a copy of it.</summary>
    private static async Task<byte[]> RootCertificateAsync(DataDirectory directory, IKeyVault vault, IRandomSource random, TimeProvider time)
    {
        var path = Path.Combine(directory.Path, "root-certificate.der");
        if (File.Exists(path))
        {
            var stored = await File.ReadAllBytesAsync(path);
            return await AuthorityKeys.IsRootCertificateOfAsync(vault, stored)
                ? stored
                : throw new DataDirectoryException($"{path} is not the certificate of this vault's root key. Restore the two together.");
        }

        if (directory.IsInitialised)
        {
            throw new DataDirectoryException(
                $"{path} is missing. Restore it: verifiers everywhere hold a copy of what /.well-known/netid-authority serves.");
        }

        var certificate = await AuthorityKeys.CreateRootCertificateAsync(vault, random, time.GetUtcNow());
        directory.WriteDurably("root-certificate.der", certificate);
        return certificate;
    }

    private static HealthCheckResult Answer(params ReadOnlySpan<SqliteDatabase> databases)
    {
        foreach (var database in databases)
            database.Read(session => session.First("SELECT 1", row => row.GetInt64(0)));
        return HealthCheckResult.Healthy();
    }

    /// <summary>
    /// Makes the container own the directory: what it has resolved it disposes, last of all, so that the databases close cleanly after the
    /// engine has stopped.
    /// </summary>
    private sealed class DataOwner(DataDirectory directory) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) =>
            directory.IsInitialised ? Task.CompletedTask : throw new InvalidOperationException("The data directory was never initialised.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
