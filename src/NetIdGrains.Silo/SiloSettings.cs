using NetIdGrains.Hosting;

namespace NetIdGrains.Silo;

/// <summary>What a silo is told: what every process is, and the cluster beside it.</summary>
internal sealed class SiloSettings : HostSettings
{
    private static readonly string[] KnownSections =
        ["Urls", "Register:", "HolderCheck:", "Authority:", "Cluster:", "Logging:", "Telemetry:", "Kestrel:", "AllowedHosts"];

    private SiloSettings(IConfiguration configuration, bool isDevelopment)
        : base(configuration, isDevelopment)
    {
    }

    public static IEnumerable<string> UnknownIn(IReadOnlyList<string> arguments) => UnknownIn(arguments, KnownSections);

    /// <exception cref="SettingsException">One or more settings are not fit to serve with.</exception>
    public static SiloSettings Read(IConfiguration configuration, IHostEnvironment environment) =>
        Read(() => new SiloSettings(configuration, environment.IsDevelopment()), settings => settings.Faults());
}
