using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>All settings, read and checked as a whole before anything starts; each fault says how to mend it.</summary>
internal sealed class FrontDoorSettings
{
    private FrontDoorSettings(IConfiguration configuration, bool isDevelopment)
    {
        Authority = configuration.GetSection("Authority").Get<AuthorityOptions>() ?? new AuthorityOptions();
        DataPath = configuration["Data"] ?? "data";
        RegisterAddress = configuration["Register:Address"];
        RegisterTimeout = configuration.GetValue("Register:Timeout", TimeSpan.FromSeconds(3));
        IsDevelopment = isDevelopment;
    }

    public AuthorityOptions Authority { get; }

    public string DataPath { get; }

    /// <summary>The socket file through which the operator's commands reach a running authority.</summary>
    public string OperatorSocket => Path.Combine(Path.GetFullPath(DataPath), "operator.sock");

    private string? RegisterAddress { get; }

    private TimeSpan RegisterTimeout { get; }

    private bool IsDevelopment { get; }

    /// <exception cref="SettingsException">One or more settings are not fit to serve with.</exception>
    public static FrontDoorSettings Read(IConfiguration configuration, IHostEnvironment environment)
    {
        try
        {
            var settings = new FrontDoorSettings(configuration, environment.IsDevelopment());
            string[] faults = [.. settings.Authority.Faults(), .. settings.RegisterFaults()];
            return faults.Length == 0 ? settings : throw new SettingsException(string.Join(Environment.NewLine, faults));
        }
        catch (InvalidOperationException exception)
        {
            throw new SettingsException(exception.Message); // a value that does not parse; the message names the setting
        }
    }

    public IPopulationRegister NewRegister(TimeProvider time) => RegisterAddress is null
        ? CsvPopulationRegister.Load(CsvPopulationRegister.DevelopmentFile)
        : new HttpPopulationRegister(new HttpClient { BaseAddress = new Uri(RegisterAddress), MaxResponseContentBufferSize = 64 * 1024 }, RegisterTimeout, time);

    private IEnumerable<string> RegisterFaults()
    {
        if (RegisterAddress is null && !IsDevelopment)
            yield return "Register:Address is not set. Outside development the constructed persons are not served; set it, or ASPNETCORE_ENVIRONMENT=Development.";
        if (RegisterAddress is not null && !IsSafe(RegisterAddress))
            yield return "Register:Address must be an absolute https URI ending in / (http only to this machine): document numbers go there.";
        if (RegisterTimeout < TimeSpan.FromMilliseconds(10) || RegisterTimeout > TimeSpan.FromSeconds(15))
            yield return "Register:Timeout must be between 00:00:00.010 and 00:00:15.";
    }

    private static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && address.EndsWith('/')
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));
}

/// <summary>The settings are not fit to serve with; the message says what to mend.</summary>
internal sealed class SettingsException(string message) : Exception(message);
