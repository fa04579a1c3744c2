using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>A constructed person with a wallet in this process, who answers by themselves.</summary>
/// <param name="name">As the sandbox's addresses have it.</param>
/// <param name="about">What it shows a developer.</param>
/// <param name="isWilling">Whether it says yes to platforms.</param>
/// <param name="guardian">Whose parent is enrolled too: applies for a child under 14, or confirms.</param>
internal sealed class Persona(
    ConstructedPerson person, string name, string about, bool isWilling, DevelopmentWallet wallet, TimeProvider time, PersonaGuardian? guardian = null) : IDisposable
{
    private const string Password = "24681357";
    private const int Certificates = 10;

    private readonly Lock _gate = new();
    private byte[] _codeSecret = [];

    public string Name => name;

    public string About => about;

    public bool IsWilling => isWilling;

    public string NetId => wallet.NetId!;

    /// <summary>Applies, and opens the mode of Net ID and code.</summary>
    /// <exception cref="InvalidOperationException">The authority refused.</exception>
    public async Task EnrolAsync()
    {
        if (guardian is not null)
        {
            using var first = await guardian.Wallet.ApplyAsync(guardian.Person.Number, guardian.Person.Name, Password);
            await MustAsync(first);
        }

        using (var applied = await wallet.ApplyAsync(person.Number, person.Name, Password, Certificates, person.Kind, guardian?.Wallet))
            await MustAsync(applied);
        using var opened = await wallet.ExecuteAsync("open-codes");
        await MustAsync(opened);
        _codeSecret = Convert.FromBase64String((string)(await opened.Content.ReadFromJsonAsync<JsonObject>())!["code_secret"]!);
    }

    /// <summary>A5-2: the guardian agrees that the child uses this platform, for a year.</summary>
    public async Task ConsentAsync(string platform)
    {
        var body = new JsonObject { ["platform"] = platform, ["fields"] = new JsonArray(), ["until"] = time.GetUtcNow().AddDays(365) };
        using var standing = await wallet.ExecuteAsync("consent-for-ward", body);
        await MustAsync(standing);
    }

    public async Task CancelAsync()
    {
        using var left = await wallet.ExecuteWithPasswordAsync("cancel");
        await MustAsync(left);
    }

    public async Task FreezeAsync()
    {
        using var frozen = await wallet.ExecuteAsync("freeze");
        await MustAsync(frozen);
    }

    /// <summary>What a wallet hands a platform for a direct verification; without a mode, or in R01, it seals nothing.</summary>
    public async Task<(string Presentation, string? Factors)> PresentAsync(string platform, string sequenceNumber, string nonce, string? mode)
    {
        string presentation;
        lock (_gate)
            presentation = wallet.Present(platform, sequenceNumber, nonce);
        var (password, face) = FactorsOf(mode);
        return (presentation, password is null && face is null
            ? null
            : await wallet.SealFactorsAsync(VerificationRules.FactorsContext(platform, sequenceNumber, nonce), password, face));
    }

    /// <summary>Looks at what is asked and decides; null when there is nothing to see.</summary>
    public async Task<HttpResponseMessage?> AnswerAsync(string transaction)
    {
        if (await wallet.LookAsync(transaction) is not { } request)
            return null;
        if (!isWilling)
            return await wallet.DenyAsync(transaction);
        var (password, face) = FactorsOf((string?)request["mode"]);
        return await wallet.ApproveAsync(transaction, password, face);
    }

    public Task<string> ShowQrAsync() => wallet.ShowQrAsync();

    /// <summary>What the device shows beside the Net ID for half a minute; good once.</summary>
    public string Code() => DynamicPassword.CodeAt(_codeSecret, time.GetUtcNow());

    public void Dispose()
    {
        wallet.Dispose();
        guardian?.Wallet.Dispose();
    }

    public override string ToString() => name;

    private static async Task MustAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"A persona of the sandbox was refused: {await response.Content.ReadAsStringAsync()}");
    }

    private (string? Password, byte[]? Face) FactorsOf(string? mode) => mode is null || !Modes.All.Contains(mode)
        ? (null, null)
        : (Modes.NeedsPassword(mode) ? Password : null, Modes.NeedsFace(mode) ? DevelopmentFace.Png(person.Number) : null);
}

/// <summary>A person of the development register (region codes that do not exist: nobody's number), adult, with a card that never expires.</summary>
internal sealed record ConstructedPerson(string Number, string Name, string Kind = "resident-id")
{
    public override string ToString() => "sealed";
}

internal sealed record PersonaGuardian(ConstructedPerson Person, DevelopmentWallet Wallet);
