using Microsoft.Extensions.Configuration;
using NetIdGrains.Authority;

namespace NetIdGrains.Hosting;

/// <summary>What every process of an authority is told alike, read and checked as a whole before anything starts; each fault says how to mend it.</summary>
public abstract class HostSettings
{
    private static readonly string[] RegisterSettings = ["Address", "Token", "Timeout"];

    private readonly IReadOnlyList<string> _unknownOfRegister;
    private readonly string? _registerAddress;
    private readonly string? _registerToken;
    private readonly TimeSpan _registerTimeout;

    protected HostSettings(IConfiguration configuration, bool isDevelopment)
    {
        Authority = Section<AuthorityOptions>(configuration, "Authority") ?? new AuthorityOptions();
        HolderCheck = Section<HolderCheckOptions>(configuration, "HolderCheck");
        Telemetry = Section<TelemetrySettings>(configuration, "Telemetry") ?? new TelemetrySettings();
        _registerAddress = configuration["Register:Address"];
        _registerToken = configuration["Register:Token"];
        _registerTimeout = configuration.GetValue("Register:Timeout", TimeSpan.FromSeconds(3));
        _unknownOfRegister = [.. configuration.GetSection("Register").GetChildren().Select(setting => setting.Key)
            .Except(RegisterSettings, StringComparer.OrdinalIgnoreCase)];
        IsDevelopment = isDevelopment;
        if (isDevelopment)
        {
            Authority.AllowAddressesOnThisMachine();
            Authority.AllowDevelopmentApplications();
        }
    }

    public AuthorityOptions Authority { get; }

    /// <summary>Null where no holder check is configured.</summary>
    public HolderCheckOptions? HolderCheck { get; }

    public TelemetrySettings Telemetry { get; }

    protected bool IsDevelopment { get; }

    public IPopulationRegister NewRegister(TimeProvider time) => _registerAddress is null
        ? CsvPopulationRegister.Load(CsvPopulationRegister.DevelopmentFile)
        : new HttpPopulationRegister(new Uri(_registerAddress), _registerToken, _registerTimeout, time);

    /// <summary>A base address that what is not for everybody may be sent to.</summary>
    public static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && address.EndsWith('/')
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));

    /// <summary>What stands on the command line beside a command: settings we know, each with a value. A slip of the finger is no setting.</summary>
    public static IEnumerable<string> UnknownIn(IReadOnlyList<string> arguments, IReadOnlyList<string> knownSections)
    {
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (!knownSections.Any(known => arguments[index].StartsWith($"--{known}", StringComparison.OrdinalIgnoreCase)) || index + 1 == arguments.Count)
                yield return $"{arguments[index]} is no command, and no setting with a value. Settings are given as --Name value; docs/operating.md lists them.";
        }
    }

    /// <exception cref="SettingsException">One or more settings are not fit to serve with.</exception>
    public static T Read<T>(Func<T> make, Func<T, IEnumerable<string>> faultsOf)
    {
        try
        {
            var settings = make();
            string[] faults = [.. faultsOf(settings)];
            return faults.Length == 0 ? settings : throw new SettingsException(string.Join(Environment.NewLine, faults));
        }
        catch (InvalidOperationException exception)
        {
            // A value that does not parse, or a name that is none; the message says which.
            throw new SettingsException($"{exception.Message} docs/operating.md lists the settings, their values and the form of durations.");
        }
    }

    /// <exception cref="InvalidOperationException">A value does not parse, or a name is none; the message says which.</exception>
    public static T? Section<T>(IConfiguration configuration, string name) =>
        configuration.GetSection(name).Get<T>(binder => binder.ErrorOnUnknownConfiguration = true);

    public virtual IEnumerable<string> Faults() =>
        [.. Authority.Faults(), .. RegisterFaults(), .. HolderCheck?.Faults() ?? [], .. ServingFaults(), .. Telemetry.Faults()];

    private IEnumerable<string> RegisterFaults()
    {
        foreach (var unknown in _unknownOfRegister)
            yield return $"Register:{unknown} is no setting. There are Register:{string.Join(", Register:", RegisterSettings)}.";
        if (_registerAddress is null && !IsDevelopment)
            yield return "Register:Address is not set. Outside development the constructed persons are not served; set it, or ASPNETCORE_ENVIRONMENT=Development.";
        if (_registerAddress is not null && !IsSafe(_registerAddress))
            yield return "Register:Address must be an absolute https URI ending in / (http only to this machine): document numbers go there.";
        if (_registerTimeout < TimeSpan.FromMilliseconds(10) || _registerTimeout > TimeSpan.FromSeconds(15))
            yield return "Register:Timeout must be between 00:00:00.010 and 00:00:15.";
    }

    private IEnumerable<string> ServingFaults()
    {
        if (!IsDevelopment && !Authority.Issuer.StartsWith("https://", StringComparison.Ordinal))
            yield return "Authority:Issuer is not set to an https address. Outside development it must be your own: it stands in all that is signed.";
        if (!IsDevelopment && Authority is { Readers: null, TypedDocuments: not true })
            yield return "Authority:Readers is not set: nobody could apply. Set it, or Authority:TypedDocuments=true to have documents typed in unread.";
        if (HolderCheck is null && Authority.HolderCheckAtApplication is null or HolderCheckPolicy.Required)
            yield return "HolderCheck:Address is not set: nobody could apply. Set it, or Authority:HolderCheckAtApplication=WhenAvailable to do without faces.";
    }
}

/// <summary>The settings are not fit to serve with; the message says what to mend.</summary>
public sealed class SettingsException(string message) : Exception(message);
