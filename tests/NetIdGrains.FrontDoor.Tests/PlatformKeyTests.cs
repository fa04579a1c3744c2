using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>How a platform's keys come and go, and what is left to a platform that goes.</summary>
public sealed class PlatformKeyTests : IDisposable
{
    private readonly P256Signer _first = P256Signer.Create();
    private readonly P256Signer _second = P256Signer.Create();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task A_key_set_that_is_none_or_has_a_bad_key_in_it_is_refused()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var good = _first.PublicKey.ToJwk();
        var (x, y) = (Text(good, "x"), Text(good, "y"));
        var ones = Base64Url.EncodeToString(Enumerable.Repeat((byte)1, 32).ToArray());
        string[] bad =
        [
            "\"none\"", "5", "[]", "{}", """{"keys":[]}""", """{"keys":{}}""", """{"keys":"none"}""", """{"keys":[{}]}""", """{"keys":[5]}""", """{"keys":["none"]}""",
            Keys($$"""{"kty":"oct","k":"{{ones}}"}"""), Keys(good, $$"""{"kty":"oct","k":"{{ones}}"}"""),
            Keys($$"""{"kty":"EC","crv":"P-256","x":"{{ones}}","y":"{{ones}}"}"""), Keys(good, $$"""{"kty":"EC","crv":"P-256","x":"{{ones}}","y":"{{ones}}"}"""),
            Keys($$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{x}}"}"""), Keys($$"""{"kty":"EC","crv":"P-256","x":"{{x}}"}"""),
            Keys($$"""{"kty":"EC","crv":"P-256","x":"{{x[..20]}}","y":"{{y}}"}"""), Keys($$"""{"kty":"EC","crv":"P-256","x":"not base64url!","y":"{{y}}"}"""),
            Keys($$"""{"kty":"EC","crv":"P-384","x":"{{x}}","y":"{{y}}"}"""), Keys($$"""{"kty":"EC","crv":"secp256k1","x":"{{x}}","y":"{{y}}"}"""),
            Keys($$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}","use":"enc"}"""), // nothing to sign with
            Keys(_first.ToPrivateJwk()), Keys(good, _second.ToPrivateJwk()),
            Keys($$"""{"kty":"OKP","crv":"Ed25519","x":"{{x}}"}"""),
            Keys(Rsa(1024)), Keys($$"""{"kty":"RSA","e":"AQAB"}"""), Keys("""{"kty":"RSA","n":"AQAB","e":"AQAB"}"""),
        ];
        List<string> taken = [];
        foreach (var keys in bad)
        {
            var document = TestOperator.Document("shop", _first.PublicKey);
            document["keys"] = JsonNode.Parse(keys);
            using var response = await officer.RegisterAsync("shop", TestOperator.Handed(document));
            if (!(await response.Content.ReadAsStringAsync()).Contains("platform-keys-invalid", StringComparison.Ordinal))
                taken.Add($"{(int)response.StatusCode} {keys}");
        }

        Assert.Empty(taken);
        var rsa = TestOperator.Document("shop", _first.PublicKey);
        rsa["keys"] = JsonNode.Parse(Keys(Rsa(2048), good));
        Assert.True((await officer.RegisterAsync("shop", TestOperator.Handed(rsa))).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A7_1_A_platform_that_has_left_may_ask_about_identifiers_it_holds_for_90_days_and_nothing_else()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:LogRetention", "200.00:00:00");
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var another = await authority.EnrolAsync(Persons.Adults[1]);
        var shop = await authority.PlatformAsync("shop");
        var identifier = (string)(await shop.VerifyAsync(wallet).JsonAsync())["platform_identifier"]!;
        await shop.SendAsync(HttpMethod.Post, "/v1/platform/leave", JsonContent.Create(new { })).IsRefusedAsync(Refusal.FieldMissing);
        await LeaveAsync(shop, "").IsRefusedAsync(Refusal.FieldInvalid);
        Assert.Equal("left", (string?)(await LeaveAsync(shop, "We close").JsonAsync())["registration"]!["status"]);
        Assert.Equal("left", (string?)(await LeaveAsync(shop, "We close again").JsonAsync())["registration"]!["status"]);
        authority.Time.Advance(TimeSpan.FromSeconds(1));

        await shop.VerifyAsync(wallet).IsRefusedAsync(Refusal.PlatformLeft);
        await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).IsRefusedAsync(Refusal.PlatformLeft);
        await shop.VerifyCodeAsync(wallet.NetId!, "12345678").IsRefusedAsync(Refusal.PlatformLeft);
        Assert.Equal("pass", (string?)(await AskAgainAsync(shop, wallet, identifier).JsonAsync())["result"]);
        var stranger = await AskAgainAsync(shop, another, identifier).JsonAsync();
        Assert.Equal(("fail", null), ((string?)stranger["result"], (string?)stranger["platform_identifier"]));
        var left = await authority.Http.GetAsync("/v1/platforms/shop").JsonAsync();
        Assert.Equal(("left", "We close"), ((string?)left["status"], (string?)left["changes"]!.AsArray()[^1]!["reason"]));

        authority.Time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMinutes(1));
        shop = await authority.PlatformAsync("shop");
        var begun = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        begun["platform_identifier"] = identifier;
        var transaction = (string)(await shop.BeginAsync(begun).JsonAsync())["transaction_id"]!;
        Assert.True((bool)(await wallet.LookAsync(transaction))!["reverification"]!);
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction).JsonAsync())["status"]);
        var polled = await shop.PollAsync(transaction).JsonAsync();
        Assert.Equal(("pass", null), ((string?)polled["result"], (string?)polled["platform_identifier"]));

        authority.Time.Advance(TimeSpan.FromMinutes(1));
        await shop.BeginAsync(begun).IsRefusedAsync(Refusal.PlatformNotApproved);
        await shop.AuthenticateAsync().IsRefusedAsync(Refusal.PlatformNotApproved);
        var ended = await authority.Http.GetAsync("/v1/platforms/shop").JsonAsync();
        Assert.Equal("ended", (string?)ended["status"]);
        Assert.Equal(((DateTimeOffset)left["since"]!).AddDays(90), (DateTimeOffset)ended["since"]!);
    }

    [Fact]
    public async Task Keys_that_were_replaced_are_good_for_a_day()
    {
        await using var authority = await TestAuthority.StartAsync();
        var (before, after) = await TwoKeysAsync(authority, Set(_first));
        await after.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);
        await ReplaceAsync(before, new JsonObject()).IsRefusedAsync(Refusal.PlatformKeysInvalid);
        await ReplaceAsync(before, new JsonObject { ["keys"] = new JsonObject() }).IsRefusedAsync(Refusal.PlatformKeysInvalid);
        await ReplaceAsync(before, new JsonObject { ["keys_address"] = "https://10.0.0.1/" }).IsRefusedAsync(Refusal.PlatformAddressInvalid);
        Assert.True((await ReplaceAsync(before, new JsonObject { ["keys"] = Set(_second) })).IsSuccessStatusCode);
        Assert.True((await after.AuthenticateAsync()).IsSuccessStatusCode);
        authority.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        Assert.True((await before.AuthenticateAsync()).IsSuccessStatusCode);
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        await before.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);
        Assert.True((await after.AuthenticateAsync()).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_leaked_key_removed_in_one_call_takes_its_assertions_and_within_one_lease_its_tokens_along(bool byOperator)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var (good, leaked) = await TwoKeysAsync(authority, Set(_first, _second));
        Assert.True((await leaked.AuthenticateAsync()).IsSuccessStatusCode);
        Assert.True((await leaked.SendAsync(HttpMethod.Get, "/v1/platform")).IsSuccessStatusCode);
        Task<HttpResponseMessage> RemoveAsync(string thumbprint) => byOperator
            ? officer.RemoveKeyAsync("shop", thumbprint)
            : good.SendAsync(HttpMethod.Delete, $"/v1/platform/keys/{thumbprint}");
        await RemoveAsync("not-a-thumbprint").IsRefusedAsync(Refusal.FieldInvalid);
        for (var time = 0; time < 2; time++)
            Assert.Equal(_second.PublicKey.Thumbprint, (string?)(await RemoveAsync(_second.PublicKey.Thumbprint).JsonAsync())["removed_keys"]!.AsArray().Single());

        await leaked.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        await leaked.SendAsync(HttpMethod.Get, "/v1/platform").IsRefusedAsync(Refusal.AccessTokenInvalid);
        Assert.True((await good.SendAsync(HttpMethod.Get, "/v1/platform")).IsSuccessStatusCode);
        Assert.True((await good.AuthenticateAsync()).IsSuccessStatusCode);

        // Nor does it come back with a set that has it again.
        Assert.True((await ReplaceAsync(good, new JsonObject { ["keys"] = Set(_second, _first), })).IsSuccessStatusCode);
        await leaked.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);
        await officer.RemoveKeyAsync("nobody", _second.PublicKey.Thumbprint).IsRefusedAsync(Refusal.PlatformUnknown);
    }

    [Fact]
    public async Task Keys_kept_elsewhere_are_fetched_again_for_an_unknown_key_and_kept_while_their_server_is_away()
    {
        RequestDelegate answer = OutsideServer.Json(Set(_first).ToJsonString());
        await using var server = await OutsideServer.StartAsync(context => answer(context));
        await using var authority = await TestAuthority.StartAsync();
        var (before, after) = await TwoKeysAsync(authority, null, $"{server.Address("/keys")}");
        Assert.Single(server.Requests);
        answer = OutsideServer.Json(Set(_second).ToJsonString());
        await after.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);
        Assert.Single(server.Requests); // made-up keys do not make us fetch
        authority.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await after.AuthenticateAsync()).IsSuccessStatusCode);
        Assert.Equal(2, server.Requests.Count);
        await before.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);

        RequestDelegate[] useless =
        [
            OutsideServer.Status(500), OutsideServer.Redirect, OutsideServer.Json("no json"), OutsideServer.Json("""{"keys":[]}"""),
            OutsideServer.Json(Set(_first).ToJsonString(), contentType: "text/html"),
            OutsideServer.Json($$"""{"pad":"{{new string('x', 70_000)}}",{{Set(_first).ToJsonString()[1..]}}"""),
            OutsideServer.Json(Keys(_first.ToPrivateJwk())),
        ];
        foreach (var away in useless)
        {
            answer = away;
            authority.Time.Advance(TimeSpan.FromMinutes(11));
            var asked = server.Requests.Count;
            Assert.True((await after.AuthenticateAsync()).IsSuccessStatusCode);
            Assert.Equal(asked + 1, server.Requests.Count);
            await before.AuthenticateAsync().IsRefusedAsync(Refusal.AssertionInvalid);
            Assert.Equal(asked + 1, server.Requests.Count); // nor do they while there is nothing to be had
        }

        answer = OutsideServer.Json(Set(_first).ToJsonString());
        authority.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await before.AuthenticateAsync()).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Keys_that_nobody_has_ever_got_are_no_reason_to_ask_for_them_at_every_assertion()
    {
        RequestDelegate answer = OutsideServer.Status(503);
        await using var server = await OutsideServer.StartAsync(context => answer(context));
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var shop = await RegisteredAsync(authority, officer, null, $"{server.Address("/keys")}");
        for (var time = 0; time < 5; time++)
        {
            using var refused = await shop.AuthenticateAsync();
            Assert.NotNull(refused.Headers.RetryAfter);
            await Task.FromResult(refused).IsRefusedAsync(Refusal.PlatformKeysUnavailable);
        }

        Assert.Single(server.Requests);
        answer = OutsideServer.Json(Set(_first).ToJsonString());
        authority.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await shop.AuthenticateAsync()).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_callback_secret_is_renewed_and_shown_to_its_platform_alone()
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await authority.PlatformAsync("shop", document => document with { CallbackAddress = "https://shop.example/hook" });
        var bank = await authority.PlatformAsync("bank", document => document with { CallbackAddress = "https://bank.example/hook" });
        Assert.Null((await (await authority.PlatformAsync("school")).SendAsync(HttpMethod.Get, "/v1/platform").JsonAsync())["callback_secret"]);
        async Task<string> SecretAsync(DevelopmentPlatform platform, bool renewed = false) => (string)(await platform.SendAsync(
            renewed ? HttpMethod.Post : HttpMethod.Get, renewed ? "/v1/platform/callback-secret" : "/v1/platform").JsonAsync())["callback_secret"]!;

        var first = await SecretAsync(shop);
        Assert.StartsWith("whsec_", first, StringComparison.Ordinal);
        Assert.Equal(first, await SecretAsync(shop));
        var second = await SecretAsync(shop, renewed: true);
        Assert.Equal(second, await SecretAsync(shop));
        Assert.Equal(3, new[] { first, second, await SecretAsync(bank) }.Distinct().Count());
        Assert.DoesNotContain("whsec_", await authority.Http.GetStringAsync("/v1/platforms/shop"), StringComparison.Ordinal);
        Assert.DoesNotContain(second, authority.Logs.Text, StringComparison.Ordinal);
    }

    /// <summary>One platform as whoever has its first key, with a token, and as whoever has its second.</summary>
    private async Task<(DevelopmentPlatform First, DevelopmentPlatform Second)> TwoKeysAsync(TestAuthority authority, JsonObject? keys, string? address = null)
    {
        using var officer = new TestOperator(authority);
        var first = await RegisteredAsync(authority, officer, keys, address);
        Assert.True((await first.AuthenticateAsync()).IsSuccessStatusCode);
        return (first, new DevelopmentPlatform(authority.Http, "shop", _second, authority.Time));
    }

    private async Task<DevelopmentPlatform> RegisteredAsync(TestAuthority authority, TestOperator officer, JsonObject? keys, string? address)
    {
        var document = TestOperator.Document("shop", _first.PublicKey);
        document.Remove("keys");
        (document[keys is null ? "keys_address" : "keys"], var body) = (keys ?? (JsonNode?)address, document);
        Assert.True((await officer.RegisterAsync("shop", TestOperator.Handed(body))).IsSuccessStatusCode);
        return new DevelopmentPlatform(authority.Http, "shop", _first, authority.Time);
    }

    private static Task<HttpResponseMessage> AskAgainAsync(DevelopmentPlatform platform, DevelopmentWallet wallet, string identifier)
    {
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present(platform.Id, sequence, nonce));
        body["platform_identifier"] = identifier;
        return platform.VerifyAsync(JsonContent.Create(body));
    }

    private static Task<HttpResponseMessage> LeaveAsync(DevelopmentPlatform platform, string reason) =>
        platform.SendAsync(HttpMethod.Post, "/v1/platform/leave", JsonContent.Create(new JsonObject { ["reason"] = reason }));

    private static Task<HttpResponseMessage> ReplaceAsync(DevelopmentPlatform platform, JsonObject body) =>
        platform.SendAsync(HttpMethod.Put, "/v1/platform/keys", JsonContent.Create(body));

    private static JsonObject Set(params IEnumerable<P256Signer> keys) =>
        new() { ["keys"] = new JsonArray([.. keys.Select(key => JsonNode.Parse(key.PublicKey.ToJwk()))]) };

    private static string Keys(params IEnumerable<string> keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    private static string Text(string jwk, string member) => (string)JsonNode.Parse(jwk)![member]!;

    private static string Rsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}""";
    }
}
