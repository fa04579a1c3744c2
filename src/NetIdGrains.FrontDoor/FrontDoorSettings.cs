using System.Text;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>All settings, read and checked as a whole before anything starts; each fault says how to mend it.</summary>
internal sealed class FrontDoorSettings
{
    private const int LongestSocketPath = 107;
    private static readonly string[] RegisterSettings = ["Address", "Token", "Timeout"];

    private static readonly string[] KnownSections =
        ["Urls", "Data", "Register:", "HolderCheck:", "Authority:", "Logging:", "Telemetry:", "Kestrel:", "AllowedHosts"];

    private readonly IReadOnlyList<string> _unknownOfRegister;
    private readonly string[] _urls;

    private FrontDoorSettings(IConfiguration configuration, bool isDevelopment)
    {
        Authority = configuration.GetSection("Authority").Get<AuthorityOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new AuthorityOptions();
        HolderCheck = configuration.GetSection("HolderCheck").Get<HolderCheckOptions>(binder => binder.ErrorOnUnknownConfiguration = true);
        Telemetry = configuration.GetSection("Telemetry").Get<TelemetrySettings>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new TelemetrySettings();
        DataPath = DataPathIn(configuration);
        RegisterAddress = configuration["Register:Address"];
        RegisterToken = configuration["Register:Token"];
        RegisterTimeout = configuration.GetValue("Register:Timeout", TimeSpan.FromSeconds(3));
        _unknownOfRegister = [.. configuration.GetSection("Register").GetChildren().Select(setting => setting.Key)
            .Except(RegisterSettings, StringComparer.OrdinalIgnoreCase)];
        _urls = configuration["Urls"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        IsDevelopment = isDevelopment;
        if (isDevelopment)
        {
            if (configuration["Authority:Issuer"] is null && IssuerOf(_urls.Length == 0 ? FrontDoorApp.DefaultAddress : _urls[0]) is { } listening)
                Authority.Issuer = listening;
            Authority.AllowAddressesOnThisMachine();
            Authority.AllowDevelopmentApplications();
        }

        HasKestrelEndpoints = configuration.GetSection("Kestrel:Endpoints").Exists();
    }

    public AuthorityOptions Authority { get; }

    /// <summary>Null where no holder check is configured.</summary>
    public HolderCheckOptions? HolderCheck { get; }

    public TelemetrySettings Telemetry { get; }

    public string DataPath { get; }

    /// <summary>The socket file through which the operator's commands reach a running authority.</summary>
    public string OperatorSocket => SocketIn(DataPath);

    private string? RegisterAddress { get; }

    private string? RegisterToken { get; }

    private TimeSpan RegisterTimeout { get; }

    private bool IsDevelopment { get; }

    private bool HasKestrelEndpoints { get; }

    public static string DataPathIn(IConfiguration configuration) => configuration["Data"] ?? "data";

    public static string SocketIn(string dataPath) => Path.Combine(Path.GetFullPath(dataPath), "operator.sock");

    /// <summary>Whether an authority has ever kept its data there.</summary>
    public static bool IsInitialised(string dataPath) => File.Exists(Path.Combine(dataPath, "initialised"));

    /// <summary>What stands on the command line beside a command: settings we know, each with a value. A slip of the finger is no setting.</summary>
    public static IEnumerable<string> UnknownIn(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (!KnownSections.Any(known => arguments[index].StartsWith($"--{known}", StringComparison.OrdinalIgnoreCase)) || index + 1 == arguments.Count)
                yield return $"{arguments[index]} is no command, and no setting with a value. Settings are given as --Name value; docs/operating.md lists them.";
        }
    }

    /// <exception cref="SettingsException">One or more settings are not fit to serve with.</exception>
    public static FrontDoorSettings Read(IConfiguration configuration, IHostEnvironment environment)
    {
        try
        {
            var settings = new FrontDoorSettings(configuration, environment.IsDevelopment());
            string[] faults =
            [
                .. settings.Authority.Faults(), .. settings.RegisterFaults(), .. settings.HolderCheck?.Faults() ?? [], .. settings.PlaceFaults(),
                .. settings.Telemetry.Faults(),
            ];
            return faults.Length == 0 ? settings : throw new SettingsException(string.Join(Environment.NewLine, faults));
        }
        catch (InvalidOperationException exception)
        {
            // A value that does not parse, or a name that is none; the message says which.
            throw new SettingsException($"{exception.Message} docs/operating.md lists the settings, their values and the form of durations.");
        }
    }

    public IPopulationRegister NewRegister(TimeProvider time) => RegisterAddress is null
        ? CsvPopulationRegister.Load(CsvPopulationRegister.DevelopmentFile)
        : new HttpPopulationRegister(new Uri(RegisterAddress), RegisterToken, RegisterTimeout, time);

    private IEnumerable<string> RegisterFaults()
    {
        foreach (var unknown in _unknownOfRegister)
            yield return $"Register:{unknown} is no setting. There are Register:{string.Join(", Register:", RegisterSettings)}.";
        if (RegisterAddress is null && !IsDevelopment)
            yield return "Register:Address is not set. Outside development the constructed persons are not served; set it, or ASPNETCORE_ENVIRONMENT=Development.";
        if (RegisterAddress is not null && !IsSafe(RegisterAddress))
            yield return "Register:Address must be an absolute https URI ending in / (http only to this machine): document numbers go there.";
        if (RegisterTimeout < TimeSpan.FromMilliseconds(10) || RegisterTimeout > TimeSpan.FromSeconds(15))
            yield return "Register:Timeout must be between 00:00:00.010 and 00:00:15.";
    }

    private IEnumerable<string> PlaceFaults()
    {
        if (!IsDevelopment && !Authority.Issuer.StartsWith("https://", StringComparison.Ordinal))
            yield return "Authority:Issuer is not set to an https address. Outside development it must be your own: it stands in all that is signed.";
        if (!IsDevelopment && Authority is { Readers: null, TypedDocuments: not true })
            yield return "Authority:Readers is not set: nobody could apply. Set it, or Authority:TypedDocuments=true to have documents typed in unread.";
        if (HolderCheck is null && Authority.HolderCheckAtApplication is null or HolderCheckPolicy.Required)
            yield return "HolderCheck:Address is not set: nobody could apply. Set it, or Authority:HolderCheckAtApplication=WhenAvailable to do without faces.";
        foreach (var url in _urls.Where(url => !IsAddress(url)))
            yield return $"Urls: {url} is no address to listen on. Give http or https ones, separated by semicolons, such as http://127.0.0.1:5080.";
        if (Encoding.UTF8.GetByteCount(OperatorSocket) > LongestSocketPath)
            yield return $"Data lies too deep: {OperatorSocket} is longer than the {LongestSocketPath} bytes a socket's path may have.";
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

    /// <summary>A base address that what is not for everybody may be sent to.</summary>
    public static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && address.EndsWith('/')
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));
}

/// <summary>The settings are not fit to serve with; the message says what to mend.</summary>
internal sealed class SettingsException(string message) : Exception(message);
