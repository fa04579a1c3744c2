using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// The citizen's side over real HTTP: a device key, a key per certificate, and what they sign. The tour and the tests hold it; a person's
/// wallet does the same.
/// </summary>
public sealed class DevelopmentWallet(HttpClient http, TimeProvider time) : IDisposable
{
    private readonly List<P256Signer> _holders = [];
    private CertificateBatch<P256Signer> _batch = new([], []);
    private string? _issuer;

    public P256Signer DeviceKey { get; } = P256Signer.Create();

    public IReadOnlyList<P256Signer> HolderKeys => _holders;

    public string? NetId { get; private set; }

    public string? Device { get; private set; }

    public IReadOnlyList<string> Certificates { get; private set; } = [];

    public async Task<string> IssuerAsync() =>
        _issuer ??= (string)(await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!["issuer"]!;

    /// <summary>The hash of the notice to agree to.</summary>
    public async Task<string> NoticeHashAsync()
    {
        using var response = await http.GetAsync("/v1/notice");
        return response.Headers.GetValues("Notice-Hash").Single();
    }

    public async Task<string> BeginApplicationAsync()
    {
        using var response = await http.PostAsync("/v1/applications", null);
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["application"]!;
    }

    /// <summary>The body of the command <c>apply</c>, for a test to spoil before it is signed.</summary>
    public async Task<JsonObject> ApplyBodyAsync(string application, string number, string name, string password, int certificates)
    {
        while (_holders.Count < certificates)
            _holders.Add(P256Signer.Create());
        var (issuer, now) = (await IssuerAsync(), time.GetUtcNow());
        return new JsonObject
        {
            ["notice"] = await NoticeHashAsync(),
            ["consents"] = new JsonArray("application", "document-number"),
            ["document"] = new JsonObject { ["kind"] = "resident-id", ["number"] = number, ["name"] = name },
            ["password"] = password,
            ["device_key"] = JsonNode.Parse(DeviceKey.PublicKey.ToJwk()),
            ["holder_key_proofs"] = new JsonArray([.. _holders.Take(certificates)
                .Select(key => (JsonNode)KeyProof.Create(issuer, application, now, key))]),
        };
    }

    public async Task<string> SignApplyAsync(string application, JsonObject body) => SignedCommand.Sign(
        "apply", body, await IssuerAsync(), application, DeviceKey.PublicKey.Thumbprint, time.GetUtcNow(), DeviceKey);

    public async Task<HttpResponseMessage> SubmitAsync(string application, string command)
    {
        var response = await http.PutAsync($"/v1/applications/{application}", Jose(command));
        if (response.IsSuccessStatusCode)
            await KeepAsync(response);
        return response;
    }

    /// <summary>Applies from beginning to end.</summary>
    public async Task<HttpResponseMessage> ApplyAsync(string number, string name, string password = "24681357", int certificates = 1)
    {
        var application = await BeginApplicationAsync();
        return await SubmitAsync(application, await SignApplyAsync(application, await ApplyBodyAsync(application, number, name, password, certificates)));
    }

    public async Task<string> SignCommandAsync(string command, JsonObject? body = null, string? nonce = null) => SignedCommand.Sign(
        command, body ?? [], await IssuerAsync(), nonce ?? NewNonce(), Device!, time.GetUtcNow(), DeviceKey);

    public Task<HttpResponseMessage> SendAsync(string command) => http.PostAsync("/v1/commands", Jose(command));

    public async Task<HttpResponseMessage> ExecuteAsync(string command) => await SendAsync(await SignCommandAsync(command));

    /// <summary>Shows a platform the one certificate that it ever gets to see, for one verification.</summary>
    public string Present(string platform, string sequenceNumber, string nonce, params IEnumerable<string> disclose)
    {
        var holder = _batch.For(platform) ?? throw new InvalidOperationException("Every certificate was spent on some platform.");
        return HolderPresentation.Create(Certificates[_holders.IndexOf(holder)], disclose, platform, $"{sequenceNumber}.{nonce}", time.GetUtcNow(), holder);
    }

    public static string NewNonce() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        DeviceKey.Dispose();
        _holders.ForEach(key => key.Dispose());
    }

    private static StringContent Jose(string jws) => new(jws, Encoding.ASCII, "application/jose");

    private async Task KeepAsync(HttpResponseMessage response)
    {
        await response.Content.LoadIntoBufferAsync();
        var issued = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        (NetId, Device) = ((string?)issued["net_id"], (string?)issued["device"]);
        Certificates = [.. issued["certificates"]!.AsArray().Select(certificate => (string)certificate!)];

        // An application handed in again brings other certificates for the same keys: what a platform has seen stays its own.
        _batch = new CertificateBatch<P256Signer>(_holders.Take(Certificates.Count).Except(_batch.Spent.Values), _batch.Spent);
    }
}
