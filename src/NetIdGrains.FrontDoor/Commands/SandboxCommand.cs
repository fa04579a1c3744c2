using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using NetIdGrains.Authority;
using NetIdGrains.Client;
using NetIdGrains.Hosting;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary><c>sandbox</c>: an authority to develop against, with a platform registered and people who answer by themselves.</summary>
internal static class SandboxCommand
{
    public static Command New()
    {
        var keyFile = new Option<FileInfo>("--key-file")
        {
            Description = "The private keys of the platform demo; made if not there",
            DefaultValueFactory = _ => new FileInfo(Path.Combine("sandbox", "demo.jwks")),
        };
        var redirect = Address("--redirect", "Where demo's wallets on the same device lead back to", "http://127.0.0.1:5090/back");
        var callback = Address("--callback", "Where demo is told of ends", "http://127.0.0.1:5090/callback");
        var command = new Command("sandbox", "An authority in a scratch directory, a platform and personas that answer by themselves: docs/platforms.md")
        {
            keyFile, redirect, callback,
        };
        command.TreatUnmatchedTokensAsErrors = false; // settings go on to the authority
        command.SetAction((parsed, cancellation) => RunAsync(
            new SandboxOptions(parsed.GetValue(keyFile)!, parsed.GetValue(redirect)!, parsed.GetValue(callback)!), [.. parsed.UnmatchedTokens], cancellation));
        return command;
    }

    private static async Task<int> RunAsync(SandboxOptions options, string[] settings, CancellationToken cancellationToken)
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Development");
        var scratch = ValueOf(settings, "--Data") is null ? Directory.CreateTempSubdirectory("netid-sandbox-").FullName : null;
        try
        {
            if (FrontDoorSettings.UnknownIn(settings).ToList() is { Count: > 0 } unknown)
                throw new SettingsException(string.Join(Environment.NewLine, unknown));
            var data = ValueOf(settings, "--Data") ?? Path.Combine(scratch!, "data");
            if (FrontDoorSettings.IsInitialised(data))
                throw new SettingsException($"{data} has an authority's data already, and no persona's wallet would fit it: name a new directory.");
            var address = AddressOf(ValueOf(settings, "--Urls") ?? FrontDoorApp.DefaultAddress);
            using var credentials = await SandboxPlatform.KeysAsync(options.KeyFile);
            await ServeAsync(options, credentials, data, address, settings, cancellationToken);
            return 0;
        }
        catch (Exception exception) when (ServeCommand.IsForTheOperator(exception))
        {
            await Console.Error.WriteLineAsync(ServeCommand.Words(exception));
            return 1;
        }
        finally
        {
            if (scratch is not null)
                Directory.Delete(scratch, recursive: true);
        }
    }

    private static async Task ServeAsync(
        SandboxOptions options, PlatformCredentials credentials, string data, string address, string[] settings, CancellationToken cancellationToken)
    {
        var token = Fresh.Nonce();
        await using var faces = HolderCheckCommand.Build("http://127.0.0.1:0", token);
        await faces.StartAsync(cancellationToken);
        string[] all =
        [
            "--Logging:LogLevel:Default", "Warning", "--HolderCheck:Address", $"{faces.Urls.Single()}/", "--HolderCheck:Token", token,
            "--Authority:Issuer", address, .. settings, "--Data", data, "--Urls", address,
        ];
        using var personas = new Personas(FrontDoorSettings.SocketIn(data), TimeProvider.System);
        await using var app = await FrontDoorApp.BuildAsync(all);
        app.MapSandbox(personas);
        await app.StartAsync(cancellationToken);
        await RegisterAsync(app, SandboxPlatform.Registration(credentials, options));
        await personas.EnrolAsync(SandboxPlatform.Id);
        SandboxWords.Say(ServeCommand.Addresses(app).Single(), ValueOf(settings, "--Data"), options, personas);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task RegisterAsync(WebApplication app, RegistrationDocument registration)
    {
        var answer = await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>(SandboxPlatform.Id).Register(
            new RegisterPlatform(registration.ToRegistration(SandboxPlatform.Id), new Attribution("For trials in the sandbox", "sandbox")));
        if (answer.Value is null)
            throw new SettingsException($"The platform {SandboxPlatform.Id} cannot be registered so: {RefusalTable.Entries[answer.Refusal].Title}");
    }

    /// <summary>
    /// One address of this machine: whoever can reach the sandbox can act for its personas. A free port is looked for here, because the issuer is
    /// named by it before anything listens; and one that is taken is told before anything is made.
    /// </summary>
    private static string AddressOf(string urls)
    {
        if (!Uri.TryCreate(urls, UriKind.Absolute, out var uri) || uri.Scheme != "http" || !uri.IsLoopback || uri.PathAndQuery != "/")
            throw new SettingsException(
                $"Urls: {urls} is not one http address of this machine, such as {FrontDoorApp.DefaultAddress}; the sandbox listens nowhere else.");
        using var probe = new TcpListener(uri.HostNameType == UriHostNameType.IPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, uri.Port);
        try
        {
            probe.Start();
        }
        catch (SocketException)
        {
            throw new SettingsException($"Another program listens at {urls} already. Name another address, such as --Urls http://127.0.0.1:5086.");
        }

        return uri.Port != 0 ? uri.GetLeftPart(UriPartial.Authority) : $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    private static string? ValueOf(string[] settings, string name)
    {
        var index = Array.FindLastIndex(settings, setting => setting.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : settings.ElementAtOrDefault(index + 1);
    }

    private static Option<string> Address(string name, string description, string otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };
}
