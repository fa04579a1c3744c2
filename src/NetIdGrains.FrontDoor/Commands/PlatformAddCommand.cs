using System.CommandLine;
using System.Text.Json;
using NetIdGrains.Authority;
using NetIdGrains.Client;
using NetIdGrains.Credentials;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary><c>platform add</c>: registers and approves in one.</summary>
internal static class PlatformAddCommand
{
    private const string Reason = "Registered by the operator";

    public static Command New()
    {
        var (id, reason, by) = (PlatformCommand.Id(), PlatformCommand.Reason(Reason), PlatformCommand.By());
        var file = new Option<FileInfo?>("--file") { Description = "The whole registration as JSON, with or without its keys: docs/platforms.md shows one" };
        var quick = new QuickRegistration();
        var keys = new Option<FileInfo?>("--keys") { Description = "Its public keys: a file with a JWK set" };
        var newKey = new Option<FileInfo?>("--new-key")
        {
            Description = "Instead of --keys: makes a P-256 key, and one to seal to if a service asks for fields, and writes them, private, to this new file",
        };
        var add = PlatformCommand.Passing(new Command("add", "Register a relying platform") { id, file, keys, newKey, reason, by });
        quick.AddTo(add);
        add.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var platform = parsed.GetValue(id)!;
                var registration = parsed.GetValue(file) is { } given ? await ReadAsync(given, quick.GivenIn(parsed)) : quick.Read(parsed, platform);
                var newKeyFile = parsed.GetValue(newKey);
                using var made = MakeKeys(registration, parsed.GetValue(keys), newKeyFile, platform);
                var jwks = made?.ToPublicKeys() ?? await ReadKeysAsync(parsed.GetValue(keys));
                var whole = jwks is null ? registration : registration with { Keys = JsonSerializer.Deserialize<JsonElement>(jwks) };
                var body = new OperatorRegistration(whole, parsed.GetValue(reason)!, parsed.GetValue(by)!);
                var request = new OperatorRequest(
                    HttpMethod.Put, $"platforms/{platform}", body, $"Platform {platform} is registered. It authenticates with private_key_jwt at /v1/token.")
                {
                    OnSuccess = () => made is null ? Task.CompletedTask : WriteAsync(newKeyFile!, made),
                };
                return await OperatorSocket.SendAsync(request, PlatformCommand.Settings(parsed), cancellation);
            }
            catch (SettingsException exception)
            {
                await Console.Error.WriteLineAsync(exception.Message);
                return 1;
            }
        });
        return add;
    }

    private static async Task<RegistrationDocument> ReadAsync(FileInfo file, IReadOnlyList<string> beside)
    {
        if (beside.Count > 0)
            throw new SettingsException($"--file holds the whole registration: put into it what {string.Join(", ", beside)} would say, and leave that out here.");
        try
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file.FullName));
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsException($"{file.FullName} is no registration: it is no JSON object.");
            var (fault, registration) = StrictObject.Read<RegistrationDocument>(json.RootElement.Clone(), WireJson.Options);
            return registration ?? throw new SettingsException($"{file.FullName} is no registration: {RefusalTable.Entries[fault.Refusal].Title} {fault.Detail}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingsException($"{file.FullName} is not there, or is no JSON: {exception.Message}");
        }
    }

    /// <summary>What --new-key asks for; null where the keys are there already. Whichever way they come, they come one way.</summary>
    private static PlatformCredentials? MakeKeys(RegistrationDocument registration, FileInfo? keys, FileInfo? newKey, string platform)
    {
        var ways = new[] { keys is not null, newKey is not null, registration.Keys is not null || registration.KeysAddress is not null };
        if (ways.Count(isGiven => isGiven) != 1)
        {
            throw new SettingsException(ways[2]
                ? "The file says which keys it has: leave out --keys and --new-key, or keys and keys_address in the file."
                : "Give either --keys with the platform's JWK set, or --new-key with a file to write a new private key to.");
        }

        if (keys is { Exists: false })
            throw new SettingsException($"{keys.FullName} is not there.");
        if (newKey is { Exists: true } or { Directory.Exists: false })
            throw new SettingsException($"{newKey.FullName} is there already, or its folder is not; name a new file.");
        if (newKey is null)
            return null;
        var isGivenFields = registration.Services.Any(service => service.Fields is { Count: > 0 });
        return isGivenFields ? PlatformCredentials.Create(platform) : new PlatformCredentials(platform, P256Signer.Create());
    }

    /// <summary>A private key that was handed about is nobody's alone any more, and it is not read on.</summary>
    private static async Task<string?> ReadKeysAsync(FileInfo? file)
    {
        if (file is null)
            return null;
        try
        {
            var text = await File.ReadAllTextAsync(file.FullName);
            using var set = JsonDocument.Parse(text);
            return HasPrivate(set.RootElement)
                ? throw new SettingsException($"{file.FullName} holds private keys. Register the public ones: platform public-keys --key {file.Name} prints them.")
                : text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingsException($"{file.FullName} cannot be read, or is no JSON.");
        }
    }

    private static bool HasPrivate(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.TryGetProperty("d", out _) || (json.TryGetProperty("keys", out var keys) && HasPrivate(keys)),
        JsonValueKind.Array => json.EnumerateArray().Any(HasPrivate),
        _ => false,
    };

    /// <summary>Written once the platform is registered: a refusal leaves no key behind.</summary>
    private static async Task WriteAsync(FileInfo newKey, PlatformCredentials made)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(newKey.FullName, options);
        var keys = JsonSerializer.Deserialize<JsonElement>(made.ToPrivateKeys()).GetProperty("keys");
        await file.WriteAsync(keys.GetArrayLength() == 1 ? keys[0].GetRawText() : made.ToPrivateKeys());
    }
}
