// OAuth by openid-client against the real front door: a platform's engineer may bring any client that speaks the standards.
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Interop.Tests;

public sealed class OAuthTests(Node node) : IAsyncLifetime
{
    private readonly string scratch = Directory.CreateTempSubdirectory("netid-interop-").FullName;
    private WebApplication? authority;

    public async ValueTask InitializeAsync()
    {
        authority = await FrontDoorApp.BuildAsync(
            ["--Data", Path.Combine(scratch, "data"), "--Urls", "http://127.0.0.1:0"], configure: builder => builder.Logging.ClearProviders());
        await authority.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await authority!.StopAsync();
        await authority.DisposeAsync();
        Directory.Delete(scratch, recursive: true);
    }

    [Fact]
    public async Task Openid_client_gets_a_bound_token_and_uses_it()
    {
        using var key = P256Signer.Create();
        await RegisterAsync("shop", key);
        var answer = await node.AskAsync("oauth", "ask", Request("shop", key, "/v1/platform", "/v1/transactions/unknown"));
        Assert.Null(answer.Text("refused"));
        Assert.Equal("dpop", answer.Text("tokenType"), ignoreCase: true);
        var answers = answer.GetProperty("answers");
        Assert.Equal(200, answers[0].GetProperty("status").GetInt32());
        Assert.Equal("shop", answers[0].GetProperty("body").GetProperty("registration").GetProperty("id").GetString());
        Assert.Equal("urn:netidgrains:problem:transaction-unknown", answers[1].GetProperty("body").GetProperty("type").GetString());
        Assert.Equal(401, answer.GetProperty("bearer").GetInt32()); // the token without its key is worth nothing
    }

    [Fact]
    public async Task Openid_client_reads_a_refusal_as_the_standard_has_it()
    {
        using var key = P256Signer.Create();
        using var other = P256Signer.Create();
        await RegisterAsync("shop", key);
        Assert.NotNull((await node.AskAsync("oauth", "ask", Request("shop", other, "/v1/platform"))).Text("refused"));
    }

    private JsonObject Request(string id, P256Signer key, params string[] paths) => new()
    {
        ["base"] = ServeCommand.Addresses(authority!).Single(),
        ["issuer"] = "http://localhost:5080",
        ["id"] = id,
        ["privateJwk"] = JsonNode.Parse(key.ToPrivateJwk()),
        ["paths"] = new JsonArray([.. paths.Select(path => (JsonNode)path)]),
    };

    private async Task RegisterAsync(string id, P256Signer key)
    {
        using var http = new HttpClient(OperatorSocket.Handler(authority!.Services.GetRequiredService<FrontDoorSettings>().OperatorSocket));
        var registration = new OperatorRegistration(DevelopmentPlatform.Registration(id, key.PublicKey), "For a test", "test");
        using var response = await http.PutAsJsonAsync($"http://operator/operator/platforms/{id}", registration, WireJson.Options);
        response.EnsureSuccessStatusCode();
    }
}
