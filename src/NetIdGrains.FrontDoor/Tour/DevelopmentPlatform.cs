using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>A relying platform's side over real HTTP: <c>private_key_jwt</c>, a token bound to a key, verifications.</summary>
public sealed class DevelopmentPlatform(HttpClient http, string id, P256Signer key, TimeProvider time)
{
    public const string Service = "login";
    private string? _token;

    public string Id => id;

    /// <summary>What its own requests are proved by (RFC 9449); here the same key that signs assertions.</summary>
    public ISigner ProofKey { get; set; } = key;

    /// <summary>A company with one service, which may ask for everything that needs no law; what a test changes before it hands it in.</summary>
    internal static RegistrationDocument Registration(string id, IVerificationKey key, JsonObject? encryptionKey = null)
    {
        var keys = new JsonArray(JsonNode.Parse(key.ToJwk()));
        if (encryptionKey is not null)
            keys.Add(encryptionKey.DeepClone());
        var service = new ServiceDocument(
            Service, "Login", "contract", "Contract with the user", "A video call", Modes.All, Predicates: Predicates.All);
        return new RegistrationDocument(
            $"The {id}",
            "company",
            $"help@{id}.example",
            [service],
            System.Text.Json.JsonSerializer.SerializeToElement(new JsonObject { ["keys"] = keys }),
            Sector: id,
            Quota: 10_000);
    }

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

    /// <summary>RFC 9449 §4.2, for one request.</summary>
    public string Proof(HttpMethod method, string path, string? token = null) => DpopProof.Create(
        method.Method, new Uri(http.BaseAddress!, path).AbsoluteUri, time.GetUtcNow(), DevelopmentWallet.NewNonce(), ProofKey, token);

    public async Task<HttpResponseMessage> AskForTokenAsync(string assertion, string grantType = "client_credentials", string? proof = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = grantType,
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = assertion,
            }),
        };
        request.Headers.Add("DPoP", proof ?? Proof(HttpMethod.Post, "/v1/token"));
        return await http.SendAsync(request);
    }

    public async Task<HttpResponseMessage> AuthenticateAsync()
    {
        var metadata = (await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!;
        var response = await AskForTokenAsync(Assertion($"{metadata["issuer"]}{metadata["token_endpoint"]}"));
        await response.Content.LoadIntoBufferAsync();
        if (response.IsSuccessStatusCode)
            _token = (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["access_token"];
        return response;
    }

    /// <summary>Any request of a platform, with its token and a fresh proof.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body = null, string? token = null, string? proof = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var used = token ?? _token;
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", used);
        request.Headers.Add("DPoP", proof ?? Proof(method, path, used));
        return await http.SendAsync(request);
    }

    /// <summary>The body of a verification, for a test to spoil before it is sent.</summary>
    public static JsonObject VerificationBody(string sequenceNumber, string nonce, string presentation, string mode = "R01") => new()
    {
        ["service"] = Service,
        ["sequence_number"] = sequenceNumber,
        ["mode"] = mode,
        ["nonce"] = nonce,
        ["presentation"] = presentation,
    };

    public Task<HttpResponseMessage> VerifyAsync(HttpContent body, string? token = null) => SendAsync(HttpMethod.Post, "/v1/verifications", body, token);

    /// <summary>Asks a wallet for a presentation and the authority what it is worth.</summary>
    public Task<HttpResponseMessage> VerifyAsync(DevelopmentWallet wallet, string? sequenceNumber = null)
    {
        var (sequence, nonce) = (sequenceNumber ?? NewSequenceNumber(), DevelopmentWallet.NewNonce());
        return VerifyAsync(JsonContent.Create(VerificationBody(sequence, nonce, wallet.Present(id, sequence, nonce))));
    }

    /// <summary>The body of a verification that the citizen decides in their wallet.</summary>
    public static JsonObject TransactionBody(string sequenceNumber, string carrier = "scan", string mode = "R01") => new()
    {
        ["service"] = Service,
        ["sequence_number"] = sequenceNumber,
        ["mode"] = mode,
        ["carrier"] = carrier,
    };

    public Task<HttpResponseMessage> BeginAsync(JsonObject body) => SendAsync(HttpMethod.Post, "/v1/transactions", JsonContent.Create(body));

    public Task<HttpResponseMessage> PollAsync(string transaction, int wait = 0) =>
        SendAsync(HttpMethod.Get, $"/v1/transactions/{transaction}{(wait > 0 ? $"?wait={wait}" : "")}");

    public Task<HttpResponseMessage> VerifyCodeAsync(string netId, string code, string? sequenceNumber = null) =>
        SendAsync(HttpMethod.Post, "/v1/code-verifications", JsonContent.Create(new JsonObject
        {
            ["service"] = Service,
            ["sequence_number"] = sequenceNumber ?? NewSequenceNumber(),
            ["net_id"] = netId,
            ["code"] = code,
        }));

    public static string NewSequenceNumber() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
}
