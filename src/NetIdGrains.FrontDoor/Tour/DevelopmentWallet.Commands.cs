using System.Text.Json.Nodes;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>The commands that its citizen gives.</summary>
public sealed partial class DevelopmentWallet
{
    /// <summary>A guardian signs with their own device, and says for which child.</summary>
    public async Task<string> SignCommandAsync(string command, JsonObject? body = null, string? nonce = null)
    {
        var signer = guardian ?? this;
        return SignedCommand.Sign(
            command,
            body ?? [],
            await IssuerAsync(),
            nonce ?? NewNonce(),
            signer.Device!,
            time.GetUtcNow(),
            signer.DeviceKey,
            guardian is null ? null : Device);
    }

    public Task<HttpResponseMessage> SendAsync(string command) => http.PostAsync("/v1/commands", Jose(command));

    public async Task<HttpResponseMessage> ExecuteAsync(string command, JsonObject? body = null) => await SendAsync(await SignCommandAsync(command, body));

    /// <summary>A command that the device alone may not give: the password goes beside it, sealed for its nonce.</summary>
    public async Task<HttpResponseMessage> ExecuteWithPasswordAsync(
        string command, JsonObject? body = null, string password = Password, string? newPassword = null, string? nonce = null) =>
        await SendAsync(await SignWithPasswordAsync(command, body, password, newPassword, nonce));

    public async Task<string> SignWithPasswordAsync(
        string command, JsonObject? body = null, string password = Password, string? newPassword = null, string? nonce = null)
    {
        nonce ??= NewNonce();
        var factors = SealedFactors.Seal(
            await AuthorityKeyAsync("factors_key"), new Factors(password, Face: null, newPassword), nonce, new SystemRandomSource());
        body ??= [];
        body["factors"] = SealedFactors.DigestOf(factors);
        return $"{await SignCommandAsync(command, body, nonce)}~{factors}";
    }

    /// <summary>The commands that issue: refill adds certificates, renew and change-net-id give up what was there.</summary>
    public async Task<HttpResponseMessage> IssueAsync(string command, int certificates, string? password = null)
    {
        var (nonce, issuer, now) = (NewNonce(), await IssuerAsync(), time.GetUtcNow());
        var added = Enumerable.Range(0, certificates).Select(_ => P256Signer.Create()).ToList();
        _holders.AddRange(added);
        var body = new JsonObject
        {
            ["holder_key_proofs"] = new JsonArray([.. added.Select(key => (JsonNode)KeyProof.Create(issuer, nonce, now, key))]),
        };
        var response = password is null
            ? await SendAsync(await SignCommandAsync(command, body, nonce))
            : await ExecuteWithPasswordAsync(command, body, password, nonce: nonce);
        if (!response.IsSuccessStatusCode)
        {
            _holders.RemoveRange(_holders.Count - added.Count, added.Count);
            return response;
        }

        await response.Content.LoadIntoBufferAsync();
        var issued = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        NetId = (string?)issued["net_id"];
        Certificates = [.. Certificates, .. issued["certificates"]!.AsArray().Select(certificate => (string)certificate!)];
        _batch = command == "refill"
            ? new CertificateBatch<P256Signer>(_batch.Unspent.Concat(added), _batch.Spent)
            : new CertificateBatch<P256Signer>(added, []);
        return response;
    }

    /// <summary>Another device of this citizen, by this one and the password; it has no certificates yet.</summary>
    public async Task<(HttpResponseMessage Response, DevelopmentWallet Added)> AddDeviceAsync(string password = Password)
    {
        var (added, nonce) = (new DevelopmentWallet(http, time), NewNonce());
        var body = new JsonObject { ["device_key_proof"] = KeyProof.Create(await IssuerAsync(), nonce, time.GetUtcNow(), added.DeviceKey) };
        var response = await ExecuteWithPasswordAsync("add-device", body, password, nonce: nonce);
        if (response.IsSuccessStatusCode)
        {
            await response.Content.LoadIntoBufferAsync();
            (added.Device, added.NetId) = ((string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["device"], NetId);
        }

        return (response, added);
    }
}
