using System.Security.Cryptography;
using System.Text.Json;
using NetIdGrains.Authority;
using NetIdGrains.Client;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary>The relying party that the sandbox has registered, for a developer to be.</summary>
internal static class SandboxPlatform
{
    public const string Id = "demo";

    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>All modes and predicates for a login; and fields, for a service that a law makes hold them.</summary>
    public static RegistrationDocument Registration(PlatformCredentials credentials, SandboxOptions options) => new(
        "Demo Ltd",
        "company",
        "help@demo.example",
        [
            new ServiceDocument("login", "Login", "contract", "Contract with the user", "A video call", Modes.All, Predicates: Predicates.All),
            new ServiceDocument(
                "kyc",
                "Opening an account",
                "statutory-obligation",
                "Example Act on Accounts, article 7",
                "At the counter, with the document",
                [.. Modes.All.Where(mode => mode != Modes.NetIdAndCode)],
                [Field("name", required: true), Field("document_kind"), Field("document_number", required: true), Field("birth_date")]),
        ],
        JsonSerializer.Deserialize<JsonElement>(credentials.ToPublicKeys()),
        Sector: Id,
        CallbackAddress: options.Callback,
        RedirectAddresses: [options.Redirect]);

    /// <summary>Keys that an earlier sandbox has written are used again, so that a program goes on working; others are made.</summary>
    /// <exception cref="SettingsException">A file is there that holds no private keys.</exception>
    public static async Task<PlatformCredentials> KeysAsync(FileInfo file)
    {
        if (file.Exists)
        {
            try
            {
                return PlatformCredentials.Parse(Id, await File.ReadAllTextAsync(file.FullName));
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                throw new SettingsException($"{file.FullName} holds no private keys: {exception.Message} Move it away, or name another file with --key-file.");
            }
        }

        var credentials = PlatformCredentials.Create(Id);
        file.Directory!.Create();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OnlyMine;
        await using var written = new StreamWriter(file.FullName, options);
        await written.WriteAsync(credentials.ToPrivateKeys());
        return credentials;
    }

    private static FieldDocument Field(string field, bool required = false) => new(
        field, "Example Act on Accounts", "Article 7", "Whoever opens an account for a customer records who the customer is.", required);
}

/// <param name="KeyFile">Where the platform's private keys are, or will be.</param>
/// <param name="Redirect">Where a wallet on the same device leads back to.</param>
/// <param name="Callback">Where the platform is told of ends.</param>
internal sealed record SandboxOptions(FileInfo KeyFile, string Redirect, string Callback);
