using System.CommandLine;
using System.Text.Json;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary><c>platform add</c>: registers and approves in one.</summary>
internal static class PlatformAddCommand
{
    private const string Reason = "Registered by the operator";

    public static Command New()
    {
        var (id, reason, by) = (PlatformCommand.Id(), PlatformCommand.Reason(Reason), PlatformCommand.By());
        var file = new Option<FileInfo?>("--file") { Description = "The whole registration as JSON, but for its keys: docs/platforms.md shows one" };
        var quick = new QuickRegistration();
        var keys = new Option<FileInfo?>("--keys") { Description = "Its public keys: a file with a JWK set" };
        var newKey = new Option<FileInfo?>("--new-key") { Description = "Instead of --keys: makes a P-256 key and writes the private JWK to this new file" };
        var add = PlatformCommand.Passing(new Command("add", "Register a relying platform") { id, file, keys, newKey, reason, by });
        quick.AddTo(add);
        add.SetAction(async (parsed, cancellation) =>
        {
            var (newKeyFile, platform) = (parsed.GetValue(newKey), parsed.GetValue(id)!);
            using var signer = newKeyFile is null ? null : P256Signer.Create();
            if (await KeysAsync(parsed.GetValue(keys), newKeyFile, signer) is not { } jwks)
                return 1;
            var registration = parsed.GetValue(file) is { } given ? await ReadAsync(given) : quick.Read(parsed, platform);
            if (registration is null)
                return 1;
            var body = new OperatorRegistration(registration with { Keys = jwks }, parsed.GetValue(reason)!, parsed.GetValue(by)!);
            var request = new OperatorRequest(
                HttpMethod.Put, $"/{platform}", body, $"Platform {platform} is registered. It authenticates with private_key_jwt at /v1/token.")
            {
                OnSuccess = () => newKeyFile is null ? Task.CompletedTask : WriteKeyAsync(newKeyFile, signer!),
            };
            return await OperatorSocket.SendAsync(request, [.. parsed.UnmatchedTokens], cancellation);
        });
        return add;
    }

    private static async Task<RegistrationDocument?> ReadAsync(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize<RegistrationDocument>(await File.ReadAllTextAsync(file.FullName), WireJson.Options);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            await Console.Error.WriteLineAsync($"{file.FullName} is not there, or is no registration: {exception.Message}");
            return null;
        }
    }

    private static async Task<JsonElement?> KeysAsync(FileInfo? keys, FileInfo? newKey, P256Signer? signer)
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

        try
        {
            var jwks = keys is null ? $$"""{"keys":[{{signer!.PublicKey.ToJwk()}}]}""" : await File.ReadAllTextAsync(keys.FullName);
            return JsonDocument.Parse(jwks).RootElement;
        }
        catch (JsonException)
        {
            await Console.Error.WriteLineAsync($"{keys!.FullName} is no JSON.");
            return null;
        }
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
}

/// <summary>A platform with one service, by options: enough to begin with.</summary>
internal sealed class QuickRegistration
{
    private readonly Option<string?> _name = Text("--name", "The legal entity");
    private readonly Option<string> _kind = Text("--kind", "company, government or organisation", "company");
    private readonly Option<string?> _contact = Text("--contact", "Whom citizens turn to; public");
    private readonly Option<string> _service = Text("--service", "The id of its one service", "login");
    private readonly Option<string?> _purpose = Text("--purpose", "What it verifies for; stands in every receipt");
    private readonly Option<string> _basis = Text("--basis", "The kind of its legal basis: consent, contract, statutory-obligation, statutory-duty", "contract");
    private readonly Option<string?> _legalBasis = Text("--legal-basis", "By what right; stands in every receipt");
    private readonly Option<string?> _alternative = Text("--alternative", "The other lawful way to verify that it offers (it must offer one)");
    private readonly Option<string[]> _modes = new("--mode")
    {
        Description = "What it may ask for: R01 (by default), R02, R03, R04, NetIdAndCode; may stand several times",
    };

    private readonly Option<string?> _sector = Text("--sector", "Whom its per-platform identifiers are for; its own id if left out");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _name, _kind, _contact, _service, _purpose, _basis, _legalBasis, _alternative, _modes, _sector })
            command.Add(option);
    }

    /// <summary>Null, and the reason said, when something is missing.</summary>
    public RegistrationDocument? Read(ParseResult parsed, string platform)
    {
        var missing = new[] { _name, _contact, _purpose, _legalBasis, _alternative }.Where(option => parsed.GetValue(option) is null).ToList();
        if (missing.Count > 0)
        {
            Console.Error.WriteLine($"Missing: {string.Join(", ", missing.Select(option => option.Name))}; or give --file with the whole registration.");
            return null;
        }

        var service = new ServiceDocument(
            parsed.GetValue(_service)!,
            parsed.GetValue(_purpose)!,
            parsed.GetValue(_basis)!,
            parsed.GetValue(_legalBasis)!,
            parsed.GetValue(_alternative)!,
            parsed.GetValue(_modes) is { Length: > 0 } modes ? modes : ["R01"]);
        return new RegistrationDocument(
            parsed.GetValue(_name)!, parsed.GetValue(_kind)!, parsed.GetValue(_contact)!, [service], Sector: parsed.GetValue(_sector) ?? platform);
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<string> Text(string name, string description, string otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };
}
