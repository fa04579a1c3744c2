using System.CommandLine;
using System.Net.Http.Json;
using System.Net.Sockets;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary><c>platform add</c>: registers a relying party, with a running authority or, when none runs, with its data.</summary>
internal static class PlatformCommand
{
    public static Command New()
    {
        var id = new Argument<string>("id") { Description = "The platform's id: lower-case letters, digits, hyphens" };
        var name = Text("--name", "The legal entity");
        var purpose = Text("--purpose", "What it verifies for; stands in every receipt");
        var legalBasis = Text("--legal-basis", "By what right; stands in every receipt");
        var alternative = Text("--alternative", "The other lawful way to verify that it offers (it must offer one)");
        var sector = new Option<string?>("--sector") { Description = "Whom its per-platform identifiers are for; its own id if left out" };
        var keys = new Option<FileInfo?>("--keys") { Description = "Its public keys: a file with a JWK set" };
        var newKey = new Option<FileInfo?>("--new-key") { Description = "Instead of --keys: makes a P-256 key and writes the private JWK to this new file" };
        var add = new Command("add", "Register a relying platform") { id, name, purpose, legalBasis, alternative, sector, keys, newKey };
        add.TreatUnmatchedTokensAsErrors = false;
        add.SetAction(async (parsed, cancellation) =>
        {
            var newKeyFile = parsed.GetValue(newKey);
            using var signer = newKeyFile is null ? null : P256Signer.Create();
            if (await KeysAsync(parsed.GetValue(keys), newKeyFile, signer) is not { } jwks)
                return 1;
            var platform = parsed.GetValue(id)!;
            return await SendAsync(
                platform,
                new PlatformRequest(
                    parsed.GetValue(name)!,
                    jwks,
                    parsed.GetValue(purpose)!,
                    parsed.GetValue(legalBasis)!,
                    parsed.GetValue(alternative)!,
                    parsed.GetValue(sector) ?? platform),
                [.. parsed.UnmatchedTokens],
                () => newKeyFile is null ? Task.CompletedTask : WriteKeyAsync(newKeyFile, signer!),
                cancellation);
        });
        return new Command("platform", "Relying platforms") { add };
    }

    private static Option<string> Text(string name, string description) => new(name) { Description = description, Required = true };

    private static async Task<string?> KeysAsync(FileInfo? keys, FileInfo? newKey, P256Signer? signer)
    {
        if ((keys is null) == (newKey is null))
        {
            await Console.Error.WriteLineAsync("Give either --keys with the platform's JWK set, or --new-key with a file to write a new private key to.");
            return null;
        }

        if (keys is { Exists: false } || newKey is { Exists: true } or { Directory.Exists: false })
        {
            await Console.Error.WriteLineAsync(
                keys is null ? $"{newKey!.FullName} is there already, or its folder is not; name a new file." : $"{keys.FullName} is not there.");
            return null;
        }

        return keys is null ? $$"""{"keys":[{{signer!.PublicKey.ToJwk()}}]}""" : await File.ReadAllTextAsync(keys.FullName);
    }

    /// <summary>Written once the platform is registered: a refusal leaves no key behind.</summary>
    private static async Task WriteKeyAsync(FileInfo newKey, P256Signer signer)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(newKey.FullName, options);
        await file.WriteAsync(signer.ToPrivateJwk());
    }

    /// <summary>One way for both cases: over the operator's socket, of the running authority or of one begun just for this.</summary>
    private static async Task<int> SendAsync(
        string platform, PlatformRequest request, string[] settings, Func<Task> onSuccess, CancellationToken cancellationToken)
    {
        try
        {
            if (FrontDoorSettings.UnknownIn(settings).ToList() is { Count: > 0 } unknown)
                throw new SettingsException(string.Join(Environment.NewLine, unknown));
            var socket = FrontDoorApp.OperatorSocketOf(settings);
            var isRunning = await IsAnsweredAsync(socket);
            if (!isRunning && !FrontDoorSettings.IsInitialised(Path.GetDirectoryName(socket)!))
                throw new SettingsException($"No authority has its data in {Path.GetDirectoryName(socket)}. Start it first, or name its directory with --Data.");
            await using var app = isRunning
                ? null
                : await FrontDoorApp.BuildAsync([.. settings, "--Logging:LogLevel:Default", "Error"], onlyOperator: true);
            if (app is not null)
                await app.StartAsync(cancellationToken);
            using var client = Client(socket);
            using var response = await client.PutAsJsonAsync(
                $"http://operator/operator/platforms/{platform}", request, FrontDoorJson.Options, cancellationToken);
            if (response.IsSuccessStatusCode)
                await onSuccess();
            return await ReportAsync(platform, response);
        }
        catch (Exception exception) when (ServeCommand.IsForTheOperator(exception))
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<int> ReportAsync(string platform, HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            Console.WriteLine($"Platform {platform} is registered. It authenticates with private_key_jwt at /v1/token.");
            return 0;
        }

        await Console.Error.WriteLineAsync($"Not registered: {await response.Content.ReadAsStringAsync()}");
        return 1;
    }

    private static async Task<bool> IsAnsweredAsync(string socket)
    {
        try
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static HttpClient Client(string socket) => new(Handler(socket));

    /// <summary>Speaks HTTP over a socket file.</summary>
    public static SocketsHttpHandler Handler(string socket) => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    };
}
