namespace NetIdGrains.Hosting;

/// <summary>Where metrics, traces and logs go (OTLP over HTTP), under <c>Telemetry</c>; without an address nowhere.</summary>
public sealed class TelemetrySettings
{
    /// <summary>The collector's base address, ending in a slash: <c>v1/metrics</c>, <c>v1/traces</c> and <c>v1/logs</c> are below it.</summary>
    public string? Endpoint { get; set; }

    /// <summary>How often metrics are sent.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Which part of requests is traced.</summary>
    public double TraceRatio { get; set; } = 0.01;

    public IEnumerable<string> Faults()
    {
        if (Endpoint is not null && !HostSettings.IsSafe(Endpoint))
            yield return "Telemetry:Endpoint must be an absolute https URI ending in / (http only to this machine); leave it out to send nothing.";
        if (Period < TimeSpan.FromSeconds(1) || Period > TimeSpan.FromHours(1))
            yield return "Telemetry:Period must be between 00:00:01 and 01:00:00; leave it out for a minute.";
        if (TraceRatio is not (>= 0 and <= 1))
            yield return "Telemetry:TraceRatio must be between 0 and 1; leave it out for 0.01.";
    }
}
