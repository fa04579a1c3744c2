using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>RFC 9449 over HTTP: a token is worth nothing without its key, and a proof nothing but for its one request.</summary>
public sealed class DpopTests : IDisposable
{
    private const string Resource = "/v1/platform";
    private const string TokenPath = "/v1/token";
    private const string Issuer = "http://localhost:5080";
    private readonly P256Signer _key = P256Signer.Create();
    private readonly P256Signer _other = P256Signer.Create();

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Proofs_at_a_resource_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        var (shop, token) = await WithTokenAsync(authority);
        var another = (string)(await shop.AskForTokenAsync(shop.Assertion($"{Issuer}{TokenPath}")).JsonAsync())["access_token"]!;
        var at = $"{authority.Http.BaseAddress}v1/platform";
        var now = authority.Time.GetUtcNow();
        string Proof(
            string method = "GET", string? uri = null, string? ath = null, TimeSpan age = default, ISigner? key = null, string? jti = null, bool withToken = true) =>
            DpopProof.Create(method, uri ?? at, authority.Time.GetUtcNow() - age, jti ?? DevelopmentWallet.NewNonce(), key ?? _key, withToken ? ath ?? token : null);
        Task Refused(Refusal refusal, string scheme, string used, params string[] proofs) => SendAsync(authority, $"{scheme} {used}", proofs).IsRefusedAsync(refusal);

        await SendAsync(authority, null).IsRefusedAsync(Refusal.AccessTokenInvalid);
        await Refused(Refusal.AccessTokenInvalid, "Bearer", token, Proof());
        await Refused(Refusal.AccessTokenInvalid, "Bearer", token);
        await Refused(Refusal.AccessTokenInvalid, "DPoP", "guessed", Proof());
        await Refused(Refusal.AccessTokenInvalid, "DPoP", token[..^4] + "AAAA", Proof());
        await Refused(Refusal.DpopProofInvalid, "DPoP", token);
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(), Proof());
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, $"{Proof()}, {Proof()}");
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, "no jws");
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Made("JWT", "ES256", at, token, now));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Made("dpop+jwt", "HS256", at, token, now));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Made("dpop+jwt", "none", at, token, now));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Made("dpop+jwt", "ES256", at, token, now, signer: _other));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(key: _other)); // a good proof, of a key that the token is not bound to
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(method: "POST"));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(uri: $"{at}/keys"));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(uri: "https://elsewhere.example/v1/platform"));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(withToken: false));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(ath: another));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(age: TimeSpan.FromSeconds(-60)));
        await Refused(Refusal.DpopProofInvalid, "DPoP", token, Proof(age: TimeSpan.FromMinutes(2)));
        await AcceptedAsync(authority, token, Proof(age: TimeSpan.FromSeconds(-8)));
        await AcceptedAsync(authority, token, Proof(age: TimeSpan.FromSeconds(50)));
        await AcceptedAsync(authority, token, Made("dpop+jwt", "ES256", at, token, now)); // what the refused ones were spoiled from
        var once = Proof(jti: "once");
        await AcceptedAsync(authority, token, once);
        await Refused(Refusal.DpopProofReplayed, "DPoP", token, once);
        await Refused(Refusal.DpopProofReplayed, "DPoP", token, Proof(jti: "once")); // signed anew, and not a new one
        await AcceptedAsync(authority, token, Proof());
        using var refused = await SendAsync(authority, $"DPoP {token}");
        Assert.Equal("DPoP error=\"invalid_dpop_proof\"", refused.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Proofs_at_the_token_endpoint_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        var (shop, _) = await WithTokenAsync(authority);
        var at = $"{authority.Http.BaseAddress}v1/token";
        var assertion = shop.Assertion($"{Issuer}{TokenPath}"); // what a bad proof came with is not used up
        string Proof(string method = "POST", string? uri = null, TimeSpan age = default, string? jti = null) =>
            DpopProof.Create(method, uri ?? at, authority.Time.GetUtcNow() - age, jti ?? DevelopmentWallet.NewNonce(), _key);
        Task Refused(Refusal refusal, params string[] proofs) => AskAsync(authority, assertion, proofs).IsRefusedAsync(refusal);

        await AskAsync(authority, "no jwt").IsRefusedAsync(Refusal.AssertionInvalid);
        await Refused(Refusal.DpopProofInvalid);
        await Refused(Refusal.DpopProofInvalid, Proof(), Proof());
        await Refused(Refusal.DpopProofInvalid, Made("JWT", "ES256", at, null, authority.Time.GetUtcNow(), method: "POST"));
        await Refused(Refusal.DpopProofInvalid, Proof(method: "GET"));
        await Refused(Refusal.DpopProofInvalid, Proof(uri: $"{authority.Http.BaseAddress}v1/platform"));
        await Refused(Refusal.DpopProofInvalid, Proof(age: TimeSpan.FromSeconds(-60)));
        await Refused(Refusal.DpopProofInvalid, Proof(age: TimeSpan.FromMinutes(2)));
        var once = Proof(age: TimeSpan.FromSeconds(-8));
        Assert.Equal("DPoP", (string?)(await AskAsync(authority, assertion, once).JsonAsync())["token_type"]);
        await Refused(Refusal.DpopProofReplayed, once);
        await Refused(Refusal.AssertionReplayed, Proof());
    }

    // Where we are known to be and where we know that we listen, and never where a request says that it went.
    [Fact]
    public async Task A_proof_is_for_our_address_and_none_that_a_Host_header_makes_up()
    {
        await using var authority = await TestAuthority.StartAsync();
        var (_, token) = await WithTokenAsync(authority);
        string For(string uri) => DpopProof.Create("GET", uri, authority.Time.GetUtcNow(), DevelopmentWallet.NewNonce(), _key, token);
        await AcceptedAsync(authority, token, For($"{Issuer}{Resource}"));
        await AcceptedAsync(authority, token, For($"{authority.Http.BaseAddress}v1/platform"));
        await AcceptedAsync(authority, token, For($"{Issuer}{Resource}?with=a#query")); // §4.2: without them
        using (var response = await SendAsync(authority, $"DPoP {token}", [For("http://evil.example/v1/platform")], host: "evil.example"))
            await Task.FromResult(response).IsRefusedAsync(Refusal.DpopProofInvalid);
        using (var response = await SendAsync(authority, $"DPoP {token}", [For($"{Issuer}{Resource}")], host: "evil.example"))
            Assert.True(response.IsSuccessStatusCode);
    }

    private static async Task AcceptedAsync(TestAuthority authority, string token, string proof)
    {
        using var response = await SendAsync(authority, $"DPoP {token}", proof);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> SendAsync(TestAuthority authority, string? authorization, params string[] proofs) =>
        SendAsync(authority, authorization, proofs, host: null);

    private static async Task<HttpResponseMessage> SendAsync(TestAuthority authority, string? authorization, string[] proofs, string? host)
    {
        // Written by hand: a client of .NET would join two headers of one name.
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(authority.Http.BaseAddress!.Host, authority.Http.BaseAddress.Port);
        await using var stream = connection.GetStream();
        var lines = new List<string> { $"GET {Resource} HTTP/1.1", $"Host: {host ?? authority.Http.BaseAddress.Authority}", "Connection: close" };
        if (authorization is not null)
            lines.Add($"Authorization: {authorization}");
        lines.AddRange(proofs.Select(proof => $"DPoP: {proof}"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return Read(await reader.ReadToEndAsync());
    }

    private static HttpResponseMessage Read(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        foreach (var line in lines[1..].Select(line => line.Split(": ", 2)))
            response.Headers.TryAddWithoutValidation(line[0], line[1]);
        var body = text[(end + 4)..];
        response.Content = new StringContent(
            body.Contains('{', StringComparison.Ordinal) ? body[body.IndexOf('{', StringComparison.Ordinal)..(body.LastIndexOf('}') + 1)] : "");
        return response;
    }

    private static async Task<HttpResponseMessage> AskAsync(TestAuthority authority, string assertion, params string[] proofs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TokenPath)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = assertion,
            }),
        };
        foreach (var proof in proofs)
            request.Headers.Add("DPoP", proof);
        return await authority.Http.SendAsync(request);
    }

    private async Task<(DevelopmentPlatform Platform, string Token)> WithTokenAsync(TestAuthority authority)
    {
        using var officer = new TestOperator(authority);
        (await officer.RegisterAsync("shop", TestOperator.Handed(TestOperator.Document("shop", _key.PublicKey)))).EnsureSuccessStatusCode();
        var shop = new DevelopmentPlatform(authority.Http, "shop", _key, authority.Time);
        return (shop, (string)(await shop.AskForTokenAsync(shop.Assertion($"{Issuer}{TokenPath}")).JsonAsync())["access_token"]!);
    }

    /// <summary>A proof made by hand, so that what no library would make can be in it.</summary>
    private string Made(string type, string algorithm, string uri, string? token, DateTimeOffset now, P256Signer? signer = null, string method = "GET")
    {
        var header = new JsonObject { ["typ"] = type, ["alg"] = algorithm, ["jwk"] = JsonNode.Parse(_key.PublicKey.ToJwk()) };
        var claims = new JsonObject { ["jti"] = DevelopmentWallet.NewNonce(), ["htm"] = method, ["htu"] = uri, ["iat"] = now.ToUnixTimeSeconds() };
        if (token is not null)
            claims["ath"] = Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        var signed = $"{Encoded(header)}.{Encoded(claims)}";
        return $"{signed}.{Base64Url.EncodeToString((signer ?? _key).Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encoded(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
