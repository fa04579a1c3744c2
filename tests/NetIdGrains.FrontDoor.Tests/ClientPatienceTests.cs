using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Client;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What the platform's library does when answers are lost, late, or no.</summary>
public sealed class ClientPatienceTests : IAsyncLifetime
{
    private const string Verifications = "/v1/verifications";
    private const string Unavailable = "urn:netidgrains:problem:unavailable";
    private readonly InterceptedHttp _wire = new();
    private readonly PlatformCredentials _shop = PlatformCredentials.Create("shop");
    private TestAuthority _authority = null!;
    private DevelopmentWallet _wallet = null!;
    private HurriedTime _time = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        _wallet = await _authority.EnrolAsync(Persons.Adults[0]);
        _time = new HurriedTime(_authority.Time);
        _http = new HttpClient(_wire) { BaseAddress = _authority.Http.BaseAddress };
        using var key = P256Signer.Create();
        var registration = DevelopmentPlatform.Registration("shop", key.PublicKey) with { Keys = JsonSerializer.Deserialize<JsonElement>(_shop.ToPublicKeys()) };
        registration = registration with { Services = [registration.Services[0] with { Modes = ["R01"] }] };
        await _authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>("shop")
            .Register(new RegisterPlatform(registration.ToRegistration("shop"), new Attribution("For a test", "test")));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _wallet.Dispose();
        _shop.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_under_the_same_number_with_another_proof()
    {
        using var client = new AuthorityClient(_http, _shop, _time);
        string? first = null;
        _wire.Between = (path, count, pass) => path == Verifications && count == 1 ? LoseAsync(pass) : pass();
        async Task<HttpResponseMessage> LoseAsync(Func<Task<HttpResponseMessage>> pass)
        {
            first = (string?)(await pass().JsonAsync())["transaction_id"];
            throw new HttpRequestException("The connection broke.");
        }

        var verification = (await client.VerifyAsync(Presented())).OrThrow();
        Assert.Equal((true, first), (verification.Passed, verification.TransactionId));
        var sent = _wire.Sent.Where(request => request.Line.EndsWith(Verifications, StringComparison.Ordinal)).ToList();
        Assert.Equal((2, 1, 2), (sent.Count, sent.DistinctBy(request => request.Body).Count(), sent.DistinctBy(request => request.Proof).Count()));
    }

    [Fact]
    public async Task Unavailable_is_waited_out_as_long_as_it_says_and_comes_out_when_patience_ends()
    {
        using var client = new AuthorityClient(_http, _shop, _time);
        _wire.Between = (path, count, pass) => path == Verifications && count <= 2 ? Answer(503, Unavailable, TimeSpan.FromSeconds(2)) : pass();
        Assert.True((await client.VerifyAsync(Presented())).OrThrow().Passed);
        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)], _time.Waits);
        _wire.Between = (path, _, pass) => path == Verifications ? Answer(503, Unavailable, TimeSpan.FromSeconds(2)) : pass();
        var before = _wire.Sent.Count;
        var refused = await client.VerifyAsync(Presented());
        Assert.Equal(("unavailable", true, 3), (refused.Problem!.Name, refused.Problem.IsRetryable, _wire.Sent.Count - before));
        _wire.Between = (path, _, pass) => path == Verifications ? Answer(503, Unavailable, TimeSpan.FromMinutes(1)) : pass();
        before = _wire.Sent.Count;
        Assert.Equal(TimeSpan.FromMinutes(1), (await client.VerifyAsync(Presented())).Problem!.RetryAfter);
        Assert.Equal(1, _wire.Sent.Count - before);
        _wire.Between = (path, _, pass) => path == Verifications ? Task.FromException<HttpResponseMessage>(new HttpRequestException("No route.")) : pass();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.VerifyAsync(Presented()));
    }

    [Fact]
    public async Task A_spent_quota_is_the_callers_to_wait_for_unless_it_chose_otherwise_and_then_once()
    {
        _wire.Between = (path, count, pass) =>
            path == Verifications && count != 3 ? Answer(429, ClientTests.RefusalType("quota-spent"), TimeSpan.FromSeconds(1)) : pass();
        using (var hasty = new AuthorityClient(_http, _shop, _time))
        {
            var refused = await hasty.VerifyAsync(Presented());
            Assert.Equal(("quota-spent", 429, TimeSpan.FromSeconds(1)), (refused.Problem!.Name, refused.Problem.Status, refused.Problem.RetryAfter));
            Assert.Empty(_time.Waits);
        }

        using var patient = new AuthorityClient(_http, _shop, _time, new ClientOptions { WaitsWhenLimited = true });
        Assert.True((await patient.VerifyAsync(Presented())).OrThrow().Passed);
        Assert.Equal([TimeSpan.FromSeconds(1)], _time.Waits);
        Assert.Equal("quota-spent", (await patient.VerifyAsync(Presented())).Problem!.Name);
        Assert.Equal(2, _time.Waits.Count);
    }

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_its_end_and_replaced_when_it_counts_no_more()
    {
        int Tokens() => _wire.Sent.Count(sent => sent.Line == "POST /v1/token");
        using var client = new AuthorityClient(_http, _shop, _time);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetAsync("none")));
        _authority.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.True((await client.VerifyAsync(Presented())).OrThrow().Passed);
        Assert.Equal(1, Tokens());
        _authority.Time.Advance(TimeSpan.FromSeconds(35));
        Assert.True((await client.VerifyAsync(Presented())).OrThrow().Passed);
        Assert.Equal(2, Tokens());
        _wire.Between = (path, count, pass) => path == Verifications && count == 3 ? Answer(401, ClientTests.RefusalType("access-token-invalid")) : pass();
        Assert.True((await client.VerifyAsync(Presented())).OrThrow().Passed);
        Assert.Equal(3, Tokens());
        _wire.Between = (path, _, pass) => path == Verifications ? Answer(401, ClientTests.RefusalType("access-token-invalid")) : pass();
        Assert.Equal("access-token-invalid", (await client.VerifyAsync(Presented())).Problem!.Name);
        Assert.Equal(4, Tokens());
    }

    [Fact]
    public async Task A_refusal_is_told_by_name_and_what_is_none_of_the_authoritys_has_no_name()
    {
        using var client = new AuthorityClient(_http, _shop, _time);
        Assert.Equal(("beyond-entitlement", 403), (await client.VerifyAsync(Presented() with { Mode = "R02" })).Problem is { } over ? (over.Name, over.Status) : default);
        _wire.Between = (path, _, pass) => path == Verifications
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<html>", null, "text/html") })
            : pass();
        Assert.Equal(("about:blank", 502), (await client.VerifyAsync(Presented())).Problem is { } proxy ? (proxy.Name, proxy.Status) : default);
        using var stranger = PlatformCredentials.Create("stranger");
        using var unknown = new AuthorityClient(_http, stranger, _time);
        var refused = await unknown.VerifyAsync(Presented());
        Assert.Equal("client-unknown", refused.Problem!.Name);
        Assert.Throws<InvalidOperationException>(refused.OrThrow);
    }

    [Fact]
    public void Credentials_are_read_as_they_are_written_and_show_no_secret_to_anyone()
    {
        var read = PlatformCredentials.Parse("shop", _shop.ToPrivateKeys());
        Assert.Equal(_shop.ToPublicKeys(), read.ToPublicKeys());
        Assert.DoesNotContain("\"d\"", _shop.ToPublicKeys(), StringComparison.Ordinal);
        Assert.Equal(["sig", "enc"], JsonNode.Parse(_shop.ToPublicKeys())!["keys"]!.AsArray().Select(key => (string)key!["use"]!));
        using var key = P256Signer.Create();
        Assert.Equal(key.PublicKey.Thumbprint, PlatformCredentials.Parse("shop", key.ToPrivateJwk()).SigningKey.PublicKey.Thumbprint);
        var sealedTo = JsonNode.Parse(_shop.ToPrivateKeys())!["keys"]![1]!.ToJsonString();
        foreach (var bad in new[] { "", "[]", """{"keys":[]}""", """{"keys":[1]}""", sealedTo })
            Assert.Throws<CryptographicException>(() => PlatformCredentials.Parse("shop", bad));
        Assert.Throws<ArgumentException>(() => PlatformCredentials.Parse("shop", key.PublicKey.ToJwk()));
    }

    private static Task<HttpResponseMessage> Answer(int status, string type, TimeSpan? retryAfter = null) =>
        Task.FromResult(InterceptedHttp.Refusal(status, type, retryAfter));

    private VerifyRequest Presented()
    {
        var (sequence, nonce) = (Fresh.SequenceNumber(), Fresh.Nonce());
        return new VerifyRequest("login", sequence, nonce, _wallet.Present("shop", sequence, nonce));
    }
}
