using System.Text;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary>What a front door is told beside what every process is: where it listens and keeps what is its own.</summary>
internal sealed class FrontDoorSettings : HostSettings
{
    private const int LongestSocketPath = 107;

    private static readonly string[] KnownSections =
        ["Urls", "Data", "MostRequests", "Register:", "HolderCheck:", "Authority:", "Cluster:", "Logging:", "Telemetry:", "Kestrel:", "AllowedHosts"];

    private readonly string[] _urls;

    private FrontDoorSettings(IConfiguration configuration, bool isDevelopment)
        : base(configuration, isDevelopment)
    {
        DataPath = DataPathIn(configuration);
        MostRequests = configuration.GetValue("MostRequests", 5_000);
        _urls = configuration["Urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (isDevelopment && configuration["Authority:Issuer"] is null
            && IssuerOf(_urls.Length == 0 ? FrontDoorApp.DefaultAddress : _urls[0]) is { } listening)
            Authority.Issuer = listening;
        HasKestrelEndpoints = configuration.GetSection("Kestrel:Endpoints").Exists();
    }

    public string DataPath { get; }

    /// <summary>The socket file through which the operator's commands reach a running authority.</summary>
    public string OperatorSocket => SocketIn(DataPath);

    /// <summary>How many requests may be under way at once, those that wait for a decision among them.</summary>
    public int MostRequests { get; }

    private bool HasKestrelEndpoints { get; }

    public static string DataPathIn(IConfiguration configuration) => configuration["Data"] ?? "data";

    public static string SocketIn(string dataPath) => Path.Combine(Path.GetFullPath(dataPath), "operator.sock");

    /// <summary>Whether an authority has ever kept its data there.</summary>
    public static bool IsInitialised(string dataPath) => File.Exists(Path.Combine(dataPath, "initialised"));

    public static IEnumerable<string> UnknownIn(IReadOnlyList<string> arguments) => UnknownIn(arguments, KnownSections);

    /// <exception cref="SettingsException">One or more settings are not fit to serve with.</exception>
    public static FrontDoorSettings Read(IConfiguration configuration, IHostEnvironment environment) =>
        Read(() => new FrontDoorSettings(configuration, environment.IsDevelopment()), settings => settings.Faults());

    public override IEnumerable<string> Faults() => [.. base.Faults(), .. PlaceFaults()];

    private IEnumerable<string> PlaceFaults()
    {
        foreach (var url in _urls.Where(url => !IsAddress(url)))
            yield return $"Urls: {url} is no address to listen on. Give http or https ones, separated by semicolons, such as http://127.0.0.1:5080.";
        if (Encoding.UTF8.GetByteCount(OperatorSocket) > LongestSocketPath)
            yield return $"Data lies too deep: {OperatorSocket} is longer than the {LongestSocketPath} bytes a socket's path may have.";
        if (MostRequests is < 1 or > 100_000)
            yield return "MostRequests must be between 1 and 100000; leave it out for 5000.";
        if (HasKestrelEndpoints)
            yield return "Kestrel:Endpoints would replace the operator's socket. Set Urls instead, and certificates under Kestrel:Certificates.";
    }

    /// <summary>
    /// In development the authority is named by where it listens, so that what is signed for the address it prints is good: null where that is not
    /// known yet, or is no address at all.
    /// </summary>
    private static string? IssuerOf(string url)
    {
        if (!IsAddress(url) || BindingAddress.Parse(url) is not { IsUnixPipe: false, Port: not 0 } address)
            return null;
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}{address.PathBase}";
    }

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
