using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NetIdGrains.Authority;
using NetIdGrains.Cluster;
using NetIdGrains.Credentials;
using NetIdGrains.Hosting;
using Orleans.Runtime;

namespace NetIdGrains.Silo;

/// <summary>One silo: the grains, and over HTTP nothing but whether it is alive and ready.</summary>
internal static class SiloApp
{
    private const string DefaultAddress = "http://127.0.0.1:5090";
    private const string ReadyTag = "ready";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = await BuildAsync(args);
            await app.StartAsync(cancellationToken);
            var silo = app.Services.GetRequiredService<ILocalSiloDetails>();
            Console.WriteLine($"The silo {silo.SiloAddress} has joined {silo.ClusterId}; its health is on {string.Join(" and ", app.Urls)}");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (exception is SettingsException or InvalidOperationException or IOException or OrleansException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <param name="args">Settings as <c>--Name value</c>; they go over files and environment.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <param name="configure">What is otherwise than the settings say, such as where logs go.</param>
    public static async Task<WebApplication> BuildAsync(string[] args, TimeProvider? time = null, Action<WebApplicationBuilder>? configure = null)
    {
        if (SiloSettings.UnknownIn(args).ToList() is { Count: > 0 } unknown)
            throw new SettingsException(string.Join(Environment.NewLine, unknown));
        KnownAnswers.Check(); // A13-1: an algorithm that answers otherwise stops the process here
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var settings = SiloSettings.Read(builder.Configuration, builder.Environment);
        var cluster = builder.Configuration.ReadCluster(isSilo: true, builder.Environment.IsDevelopment());
        // It would print the stack of a port in use before whoever started it can say so in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        configure?.Invoke(builder);
        builder.AddTelemetry(settings.Telemetry, "netid-silo");
        builder.Services.AddOutbound(builder.Environment.IsDevelopment()).AddHolderCheck(settings.HolderCheck)
            .AddContactGateway(settings.Authority.ContactGateway);
        // Grains are handed over one after the other: what is not by then is found in its storage.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        builder.Services.AddHealthChecks().AddCheck<StoresCheck>("stores", tags: [ReadyTag]);
        await builder.AddSiloAsync(settings, cluster, time ?? TimeProvider.System);
        builder.WebHost.UseUrls((builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? DefaultAddress).Split(';'));
        var app = builder.Build();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
        return app;
    }

    /// <summary>Ready means: it is active among the silos, and log, data keys and what the cluster has published answer.</summary>
    private sealed class StoresCheck(ISiloStatusOracle silos, IAuthenticationLog log, IDataKeyStore dataKeys, CurrentShardMap map) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (silos.CurrentStatus != SiloStatus.Active)
                return HealthCheckResult.Unhealthy("This silo is not active.");
            try
            {
                await Task.WhenAll(log.FindAsync("nobody", "nothing"), dataKeys.FindAsync("nothing"), map.ReadAsync().AsTask()).WaitAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (IOException)
            {
                return HealthCheckResult.Unhealthy("A store does not answer.");
            }
        }
    }
}
