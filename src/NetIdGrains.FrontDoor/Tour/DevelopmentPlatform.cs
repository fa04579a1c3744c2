using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>A relying platform's side over real HTTP: <c>private_key_jwt</c>, a token, verifications.</summary>
public sealed class DevelopmentPlatform(HttpClient http, string id, P256Signer key, TimeProvider time)
{
    private string? _token;

    public string Id => id;

    /// <summary>RFC 7523 §3.</summary>
    public string Assertion(string audience, TimeSpan? lifetime = null)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = id,
            Audience = audience,
            Expires = time.GetUtcNow().UtcDateTime + (lifetime ?? TimeSpan.FromMinutes(2)),
            Claims = new Dictionary<string, object> { ["sub"] = id, ["jti"] = DevelopmentWallet.NewNonce() },
            SigningCredentials = new SigningCredentials(new JsonWebKey(key.ToPrivateJwk()), SecurityAlgorithms.EcdsaSha256),
        });
    }

    public Task<HttpResponseMessage> AskForTokenAsync(string assertion, string grantType = "client_credentials") => http.PostAsync(
        "/v1/token",
        new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = grantType,
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        }));

    public async Task<HttpResponseMessage> AuthenticateAsync()
    {
        var metadata = (await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!;
        var response = await AskForTokenAsync(Assertion($"{metadata["issuer"]}{metadata["token_endpoint"]}"));
        await response.Content.LoadIntoBufferAsync();
        if (response.IsSuccessStatusCode)
            _token = (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["access_token"];
        return response;
    }

    /// <summary>The body of a verification, for a test to spoil before it is sent.</summary>
    public static JsonObject VerificationBody(string sequenceNumber, string nonce, string presentation, string mode = "R01") => new()
    {
        ["sequence_number"] = sequenceNumber,
        ["mode"] = mode,
        ["nonce"] = nonce,
        ["presentation"] = presentation,
    };

    public async Task<HttpResponseMessage> VerifyAsync(HttpContent body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/verifications") { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? _token);
        return await http.SendAsync(request);
    }

    /// <summary>Asks a wallet for a presentation and the authority what it is worth.</summary>
    public Task<HttpResponseMessage> VerifyAsync(DevelopmentWallet wallet, string? sequenceNumber = null)
    {
        var (sequence, nonce) = (sequenceNumber ?? NewSequenceNumber(), DevelopmentWallet.NewNonce());
        return VerifyAsync(JsonContent.Create(VerificationBody(sequence, nonce, wallet.Present(id, sequence, nonce))));
    }

    public static string NewSequenceNumber() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
}
