using NetIdGrains.Authority;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace NetIdGrains.FrontDoor;

/// <summary>Sends metrics, traces and logs to the operator's collector.</summary>
internal static class TelemetryExport
{
    /// <summary>Of the platform below us: routes by their patterns, memory, threads, connections.</summary>
    private static readonly string[] Meters =
        [AuthorityMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Microsoft.Orleans"];

    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetrySettings settings)
    {
        if (settings.Endpoint is not { } endpoint)
            return;
        var collector = new Uri(endpoint);
        builder.Services.AddHostedService(_ => new Exporters(collector, settings));
        builder.Logging.AddOpenTelemetry(logs => logs
            .SetResourceBuilder(Service(ResourceBuilder.CreateDefault()))
            .AddOtlpExporter(exporter => SendTo(exporter, new Uri(collector, "v1/logs"))));
    }

    private static ResourceBuilder Service(ResourceBuilder resource) => resource.AddService("netid-front-door");

    private static void SendTo(OtlpExporterOptions exporter, Uri address) => (exporter.Endpoint, exporter.Protocol) = (address, OtlpExportProtocol.HttpProtobuf);

    /// <summary>Begins when the host does, and sends what is left when it stops.</summary>
    private sealed class Exporters(Uri collector, TelemetrySettings settings) : IHostedService
    {
        private MeterProvider? _metrics;
        private TracerProvider? _traces;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => Service(resource))
                .AddMeter(Meters)
                .AddOtlpExporter((exporter, reader) =>
                {
                    SendTo(exporter, new Uri(collector, "v1/metrics"));
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.Period.TotalMilliseconds;
                })
                .Build();
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => Service(resource))
                .AddSource(AuthorityMetrics.Name)
                .SetSampler(new TraceIdRatioBasedSampler(settings.TraceRatio))
                .AddOtlpExporter(exporter => SendTo(exporter, new Uri(collector, "v1/traces")))
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _metrics?.Dispose();
            _traces?.Dispose();
            return Task.CompletedTask;
        }
    }
}
