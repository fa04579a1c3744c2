using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using NetIdGrains.Cluster;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using NetIdGrains.Silo;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.ClusterTests;

/// <summary>
/// Silos and front doors as they are started, in this process: log, data keys and what is published in Azurite, grain state in an account that outlives
/// the silos. Who is in the cluster is known to the first silo alone, so that one must be there.
/// </summary>
internal sealed class Processes(Azurite azurite) : IAsyncDisposable
{
    private readonly string _membership = azurite.NewAccount();
    private readonly string _log = azurite.NewAccount();
    private readonly string _keys = azurite.NewAccount();
    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-cluster-").FullName;
    private readonly MemoryAccount _account = new();
    private readonly List<WebApplication> _running = [];
    private readonly List<(int Silo, int Gateway)> _ports = [.. Enumerable.Range(0, 3).Select(_ => (FreePort(), FreePort()))];
    private int _made;

    static Processes() => Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Development");

    /// <summary>What both kinds are told.</summary>
    private string[] Common =>
    [
        "--Authority:Issuer", "http://127.0.0.1:5080", "--Authority:PasswordRounds", "1000",
        "--Cluster:Membership:ConnectionString", _membership, "--Cluster:Vault:File", Path.Combine(_scratch, "vault.json"),
        "--Cluster:ClusterId", Path.GetFileName(_scratch), "--Urls", "http://127.0.0.1:0",
    ];

    /// <summary>Whether grain state can neither be read nor written.</summary>
    public bool IsStorageAway
    {
        set => _account.IsAway = value;
    }

    public async Task<WebApplication> StartSiloAsync(int number)
    {
        var silo = await SiloApp.BuildAsync(
            [
                .. Common, "--Cluster:Log:ConnectionString", _log, "--Cluster:Keys:ConnectionString", _keys,
                "--Cluster:Grains:a:ConnectionString", "kept in memory", "--Cluster:Address", "127.0.0.1",
                "--Cluster:SiloPort", $"{_ports[number].Silo}", "--Cluster:GatewayPort", $"{_ports[number].Gateway}",
            ],
            configure: builder =>
            {
                builder.Logging.ClearProviders();
                builder.UseOrleans(orleans => orleans.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, _ports[0].Silo)).UseInMemoryReminderService());
                builder.Services.AddKeyedSingleton<IGrainStorage>(ClusterHosting.TablesOf("a"), _account);
                builder.Services.AddKeyedSingleton<IGrainStorage>(ClusterHosting.BlobsOf("a"), _account);
            });
        return await StartedAsync(silo);
    }

    /// <param name="silos">Whose gateways it knows.</param>
    /// <param name="isWaitedFor">False to have it while it still looks for silos.</param>
    /// <param name="settings">What is otherwise.</param>
    public async Task<(WebApplication App, HttpClient Http)> StartFrontDoorAsync(int[] silos, bool isWaitedFor = true, params string[] settings)
    {
        var port = FreePort();
        var app = await FrontDoorApp.BuildAsync(
            [.. Common, "--Data", Path.Combine(_scratch, $"door{_made++}"), "--Urls", $"http://127.0.0.1:{port}", .. settings],
            configure: builder =>
            {
                builder.Logging.ClearProviders();
                builder.UseOrleansClient(client => client.UseStaticClustering(
                    [.. silos.Select(silo => new IPEndPoint(IPAddress.Loopback, _ports[silo].Gateway))]));
            });
        var started = StartedAsync(app);
        if (isWaitedFor)
            await started;
        return (app, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });
    }

    public async Task StopAsync(WebApplication app)
    {
        _running.Remove(app);
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _running.AsEnumerable().Reverse().ToList())
            await StopAsync(app);
        Directory.Delete(_scratch, recursive: true);
    }

    private async Task<WebApplication> StartedAsync(WebApplication app)
    {
        _running.Add(app);
        await app.StartAsync();
        return app;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
