using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace NetIdGrains.Hosting;

/// <summary>Sends metrics, traces and logs to the operator's collector.</summary>
public static class TelemetryExport
{
    /// <summary>Of the platform below us: routes by their patterns, memory, threads, connections.</summary>
    private static readonly string[] Meters =
        [AuthorityMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Microsoft.Orleans"];

    /// <param name="builder">The process that is built.</param>
    /// <param name="settings">Where to.</param>
    /// <param name="service">What this process is, <c>netid-front-door</c> or <c>netid-silo</c>.</param>
    public static void AddTelemetry(this IHostApplicationBuilder builder, TelemetrySettings settings, string service)
    {
        if (settings.Endpoint is not { } endpoint)
            return;
        var collector = new Uri(endpoint);
        builder.Services.AddHostedService(_ => new Exporters(collector, settings, service));
        builder.Logging.AddOpenTelemetry(logs => logs
            .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService(service))
            .AddOtlpExporter(exporter => SendTo(exporter, new Uri(collector, "v1/logs"))));
    }

    private static void SendTo(OtlpExporterOptions exporter, Uri address) => (exporter.Endpoint, exporter.Protocol) = (address, OtlpExportProtocol.HttpProtobuf);

    /// <summary>Begins when the host does, and sends what is left when it stops.</summary>
    private sealed class Exporters(Uri collector, TelemetrySettings settings, string service) : IHostedService
    {
        private MeterProvider? _metrics;
        private TracerProvider? _traces;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService(service))
                .AddMeter(Meters)
                .AddOtlpExporter((exporter, reader) =>
                {
                    SendTo(exporter, new Uri(collector, "v1/metrics"));
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.Period.TotalMilliseconds;
                })
                .Build();
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => resource.AddService(service))
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
