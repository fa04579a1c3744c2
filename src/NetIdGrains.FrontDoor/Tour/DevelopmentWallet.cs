using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// The citizen's side over real HTTP: a device key, a key per certificate, and what they sign. The tour and the tests hold it; a person's
/// wallet does the same.
/// </summary>
/// <param name="http">To the authority.</param>
/// <param name="time">The device's clock.</param>
/// <param name="guardian">Whose device this is, when it is what they hold for a child.</param>
public sealed partial class DevelopmentWallet(HttpClient http, TimeProvider time, DevelopmentWallet? guardian = null) : IDisposable
{
    private readonly List<P256Signer> _holders = [];
    private CertificateBatch<P256Signer> _batch = new([], []);
    private JsonObject? _metadata;

    /// <summary>What the wallets of the tour and the tests choose.</summary>
    public const string Password = "24681357";

    public P256Signer DeviceKey { get; } = P256Signer.Create();

    public IReadOnlyList<P256Signer> HolderKeys => _holders;

    public string? NetId { get; private set; }

    public string? Device { get; private set; }

    /// <summary>To be kept apart from the phone.</summary>
    public string? FreezeCode { get; private set; }

    public IReadOnlyList<string> Certificates { get; private set; } = [];

    public async Task<string> IssuerAsync()
    {
        _metadata ??= (await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!;
        return (string)_metadata["issuer"]!;
    }


    /// <summary>Shows a platform the one certificate that it ever gets to see, for one verification.</summary>
    public string Present(string platform, string sequenceNumber, string nonce, params IEnumerable<string> disclose)
    {
        var holder = _batch.For(platform) ?? throw new InvalidOperationException("Every certificate was spent on some platform.");
        return HolderPresentation.Create(Certificates[_holders.IndexOf(holder)], disclose, platform, $"{sequenceNumber}.{nonce}", time.GetUtcNow(), holder);
    }

    /// <summary>
    /// What a wallet seals to the authority for one verification or application: through a platform by this context, otherwise by the id.
    /// </summary>
    public async Task<string> SealFactorsAsync(string context, string? password = null, byte[]? face = null) =>
        SealedFactors.Seal(await AuthorityKeyAsync("factors_key"), new Factors(password, face), context, new SystemRandomSource());

    /// <summary>Looks at what is asked; null if there is nothing to see.</summary>
    public async Task<JsonObject?> LookAsync(string transaction)
    {
        using var response = await http.GetAsync($"/v1/requests/{transaction}");
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonObject>() : null;
    }

    /// <summary>The body of the command <c>approve</c> for all that is asked, for a test to spoil before it is signed.</summary>
    public static JsonObject ApproveBody(JsonObject request, string? factors = null)
    {
        var body = new JsonObject
        {
            ["transaction"] = (string?)request["transaction_id"],
            ["platform"] = (string?)request["platform"],
            ["service"] = (string?)request["service"],
            ["purpose"] = (string?)request["purpose"],
            ["mode"] = (string?)request["mode"],
            ["fields"] = new JsonArray([.. request["fields"]!.AsArray().Select(field => (JsonNode)(string)field!["field"]!)]),
            ["predicates"] = request["predicates"]!.DeepClone(),
        };
        if (factors is not null)
            body["factors"] = SealedFactors.DigestOf(factors);
        return body;
    }

    public Task<HttpResponseMessage> DecideAsync(string transaction, string command, string? factors = null) =>
        http.PutAsync($"/v1/requests/{transaction}", Jose(factors is null ? command : $"{command}~{factors}"));

    /// <summary>Looks, shows the citizen, and approves all of it.</summary>
    public async Task<HttpResponseMessage> ApproveAsync(string transaction, string? password = null, byte[]? face = null)
    {
        var request = await LookAsync(transaction) ?? throw new InvalidOperationException("There is nothing to approve.");
        var factors = password is null && face is null ? null : await SealFactorsAsync(transaction, password, face);
        return await DecideAsync(transaction, await SignCommandAsync("approve", ApproveBody(request, factors)), factors);
    }

    public async Task<HttpResponseMessage> DenyAsync(string transaction) =>
        await DecideAsync(transaction, await SignCommandAsync("deny", new JsonObject { ["transaction"] = transaction }));

    /// <summary>What the wallet shows at a counter now.</summary>
    public async Task<string> ShowQrAsync() =>
        ChangingQr.Create(await AuthorityKeyAsync("counter_key"), Device!, DeviceKey, time.GetUtcNow(), new SystemRandomSource());

    public P256Signer NewHolderKey()
    {
        _holders.Add(P256Signer.Create());
        return _holders[^1];
    }

    /// <summary>What an application has brought.</summary>
    public void Keep(JsonObject issued)
    {
        (NetId, Device, FreezeCode) = ((string?)issued["net_id"], (string?)issued["device"], (string?)issued["freeze_code"]);
        Certificates = [.. issued["certificates"]!.AsArray().Select(certificate => (string)certificate!)];

        // An application handed in again brings other certificates for the same keys: what a platform has seen stays its own.
        _batch = new CertificateBatch<P256Signer>(_holders.Take(Certificates.Count).Except(_batch.Spent.Values), _batch.Spent);
    }

    public static string NewNonce() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        DeviceKey.Dispose();
        _holders.ForEach(key => key.Dispose());
    }

    private async Task<HpkePublicKey> AuthorityKeyAsync(string name)
    {
        _metadata ??= (await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!;
        return HpkePublicKey.TryFromBytes(Convert.FromBase64String((string)_metadata[name]!), out var key)
            ? key
            : throw new InvalidOperationException("The authority publishes a key that is none.");
    }

    private static StringContent Jose(string jws) => new(jws, Encoding.ASCII, "application/jose");
}
