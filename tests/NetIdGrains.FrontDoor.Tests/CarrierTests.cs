using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Each way in which a citizen can be asked, from its beginning to its end.</summary>
public sealed class CarrierTests
{
    private const string Password = "24681357";

    [Fact]
    public async Task A6_1_Scan_who_asks_what_and_why_is_shown_signed_and_answered_once()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        using var created = await shop.BeginAsync(body);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var begun = await created.JsonAsync();
        var transaction = (string)begun["transaction_id"]!;
        Assert.Equal("pending", (string?)begun["status"]);
        Assert.EndsWith($"/v1/requests/{transaction}", (string?)begun["request"], StringComparison.Ordinal);
        using (var again = await shop.BeginAsync(body))
            Assert.Equal((HttpStatusCode.OK, transaction), (again.StatusCode, (string?)(await again.JsonAsync())["transaction_id"]));

        var request = (await wallet.LookAsync(transaction))!;
        Assert.Equal(("The shop", "Login", "Contract with the user", "A video call", "R01"), (
            (string?)request["platform_name"], (string?)request["purpose"], (string?)request["legal_basis"], (string?)request["alternative"], (string?)request["mode"]));
        var waiting = shop.PollAsync(transaction, wait: 25);
        var approval = await wallet.SignCommandAsync("approve", DevelopmentWallet.ApproveBody(request));
        Assert.Equal("approved", (string?)(await wallet.DecideAsync(transaction, approval).JsonAsync())["status"]);
        var answer = await waiting.JsonAsync();
        Assert.Equal(("approved", "pass"), ((string?)answer["status"], (string?)answer["result"]));
        Assert.NotNull(answer["platform_identifier"]);
        Assert.Equal(answer.ToJsonString(), (await shop.PollAsync(transaction).JsonAsync()).ToJsonString());

        Assert.Equal("approved", (string?)(await wallet.DecideAsync(transaction, approval).JsonAsync())["status"]); // its answer was lost
        await wallet.DenyAsync(transaction).IsRefusedAsync(Refusal.TransactionEnded);
        await shop.SendAsync(HttpMethod.Delete, $"/v1/transactions/{transaction}").IsRefusedAsync(Refusal.TransactionEnded);
        body["mode"] = "R02";
        await shop.BeginAsync(body).IsRefusedAsync(Refusal.SequenceNumberUsed);
        Assert.Equal((string?)answer["platform_identifier"], (string?)(await shop.VerifyAsync(wallet).JsonAsync())["platform_identifier"]);
    }

    [Fact]
    public async Task A_verification_ends_once_denied_cancelled_or_expired()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var denied = await BeginAsync(shop);
        Assert.Equal("denied", (string?)(await wallet.DenyAsync(denied).JsonAsync())["status"]);
        await wallet.ApproveAgainAsync(denied).IsRefusedAsync(Refusal.TransactionEnded);
        var cancelled = await BeginAsync(shop);
        Assert.Equal("cancelled", (string?)(await shop.SendAsync(HttpMethod.Delete, $"/v1/transactions/{cancelled}").JsonAsync())["status"]);
        await wallet.ApproveAgainAsync(cancelled).IsRefusedAsync(Refusal.TransactionEnded);
        var expired = await BeginAsync(shop);
        authority.Time.Advance(TimeSpan.FromMinutes(5));
        await wallet.ApproveAgainAsync(expired).IsRefusedAsync(Refusal.TransactionEnded);
        shop = await authority.PlatformAsync("shop");
        foreach (var (transaction, status) in new[] { (denied, "denied"), (cancelled, "cancelled"), (expired, "expired") })
        {
            var answer = await shop.PollAsync(transaction).JsonAsync();
            Assert.Equal((status, "fail"), ((string?)answer["status"], (string?)answer["result"]));
            Assert.Null(answer["platform_identifier"]);
        }
    }

    [Theory]
    [InlineData("R02", true, false)]
    [InlineData("R01", false, false)]
    public async Task Modes_take_exactly_the_factors_they_need(string mode, bool password, bool face)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var transaction = await BeginAsync(shop, mode);
        await wallet.ApproveAsync(transaction, password ? null : Password).IsRefusedAsync(password ? Refusal.FactorsMissing : Refusal.FactorsInvalid);
        await wallet.ApproveAsync(transaction, password ? Password : null, [1]).IsRefusedAsync(Refusal.FactorsInvalid);
        if (password)
            await wallet.ApproveAsync(transaction, "11223344").IsRefusedAsync(Refusal.PasswordWrong);
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction, password ? Password : null).JsonAsync())["status"]);
        var answer = await shop.PollAsync(transaction).JsonAsync();
        Assert.Equal("pass", (string?)answer["result"]);
        Assert.Equal([.. Modes.Assurance(mode)], answer["assurance"]!.AsArray().Select(proved => (string)proved!));
        Assert.False(face);
    }

    [Fact]
    public async Task A_secret_is_told_again_while_its_command_is_fresh_and_not_for_ever()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var opening = await wallet.SignCommandAsync("open-codes");
        var secret = (string?)(await wallet.SendAsync(opening).JsonAsync())["code_secret"];
        Assert.Equal(secret, (string?)(await wallet.SendAsync(opening).JsonAsync())["code_secret"]); // its answer was lost
        authority.Time.Advance(TimeSpan.FromMinutes(8));
        await wallet.SendAsync(opening).IsRefusedAsync(Refusal.CommandStale);
    }

    [Fact]
    public async Task A_repeat_tries_no_password_again()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        async Task<JsonObject> BodyAsync(string password)
        {
            var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
            var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce), "R02");
            body["factors"] = await wallet.SealFactorsAsync(VerificationRules.FactorsContext("shop", sequence, nonce), password);
            return body;
        }

        var wrong = await BodyAsync("11223344");
        for (var repeat = 0; repeat < 20; repeat++)
            Assert.Equal("fail", (string?)(await shop.VerifyAsync(JsonContent.Create(wrong)).JsonAsync())["result"]);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(JsonContent.Create(await BodyAsync(Password))).JsonAsync())["result"]);
    }

    [Fact]
    public async Task Same_device_the_answer_comes_with_the_browser_that_began()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop", document => document with { RedirectAddresses = ["https://shop.example/back"] });
        const string Verifier = "a secret that only this browser has, long enough";
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "same-device");
        body["redirect_address"] = "https://shop.example/back";
        body["state"] = "s 1";
        body["code_challenge"] = System.Buffers.Text.Base64Url.EncodeToString(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Verifier)));
        var transaction = (string)(await shop.BeginAsync(body).JsonAsync())["transaction_id"]!;
        var redirect = new Uri((string)(await wallet.ApproveAsync(transaction).JsonAsync())["redirect"]!);
        Assert.StartsWith("https://shop.example/back?", redirect.AbsoluteUri, StringComparison.Ordinal);
        var query = System.Web.HttpUtility.ParseQueryString(redirect.Query);
        Assert.Equal((transaction, "s 1"), (query["transaction_id"], query["state"]));
        var polled = await shop.PollAsync(transaction).JsonAsync();
        Assert.Equal(("returning", null), ((string?)polled["status"], (string?)polled["result"]));

        Task<HttpResponseMessage> Return(string code, string verifier) => shop.SendAsync(
            HttpMethod.Post, $"/v1/transactions/{transaction}/return", JsonContent.Create(new JsonObject { ["code"] = code, ["code_verifier"] = verifier }));
        await Return(query["code"]!, "the secret of another browser").IsRefusedAsync(Refusal.ReturnInvalid);
        await Return("guessed", Verifier).IsRefusedAsync(Refusal.ReturnInvalid);
        var answer = await Return(query["code"]!, Verifier).JsonAsync();
        Assert.Equal(("approved", "pass"), ((string?)answer["status"], (string?)answer["result"]));
        Assert.Equal(answer.ToJsonString(), (await shop.PollAsync(transaction).JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task Counter_a_changing_qr_is_good_once_and_the_citizen_confirms_or_did_before()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var counter = await authority.PlatformAsync("counter");
        JsonObject Body(string qr)
        {
            var made = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "counter");
            made["qr"] = qr;
            return made;
        }

        var qr = await wallet.ShowQrAsync();
        var body = Body(qr);
        var begun = await counter.BeginAsync(body).JsonAsync();
        Assert.Equal("pending", (string?)begun["status"]);
        Assert.Equal((string?)begun["transaction_id"], (string?)(await counter.BeginAsync(body).JsonAsync())["transaction_id"]);
        await counter.BeginAsync(Body(qr)).IsRefusedAsync(Refusal.QrReused);
        await counter.BeginAsync(Body("NID1:GUESSED")).IsRefusedAsync(Refusal.QrMalformed);
        var waiting = await wallet.ExecuteAsync("waiting").JsonAsync();
        Assert.Equal((string?)begun["transaction_id"], (string?)waiting["waiting"]!.AsArray().Single());
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync((string)begun["transaction_id"]!).JsonAsync())["status"]);

        (await wallet.ExecuteAsync("pre-approve")).Dispose();
        authority.Time.Advance(TimeSpan.FromSeconds(30));
        var atOnce = await counter.BeginAsync(Body(await wallet.ShowQrAsync())).JsonAsync();
        Assert.Equal(("approved", "pass"), ((string?)atOnce["status"], (string?)atOnce["result"]));
        authority.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("pending", (string?)(await counter.BeginAsync(Body(await wallet.ShowQrAsync())).JsonAsync())["status"]); // it was for one
        (await wallet.ExecuteAsync("pre-approve")).Dispose();
        authority.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("pending", (string?)(await counter.BeginAsync(Body(await wallet.ShowQrAsync())).JsonAsync())["status"]);
        var late = await wallet.ShowQrAsync();
        authority.Time.Advance(TimeSpan.FromSeconds(61));
        counter = await authority.PlatformAsync("counter");
        await counter.BeginAsync(Body(late)).IsRefusedAsync(Refusal.QrStale);
    }

    [Fact]
    public async Task A_net_id_with_a_code_is_good_once_and_guessing_closes_nothing_else()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        async Task<string?> VerifyAsync(string code) => (string?)(await shop.VerifyCodeAsync(wallet.NetId!, code).JsonAsync())["result"];
        var secret = Convert.FromBase64String((string)(await wallet.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        var code = DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow());
        Assert.Equal("pass", await VerifyAsync(code));
        Assert.Equal("fail", await VerifyAsync(code)); // RFC 6238 §5.2
        for (var guess = 0; guess < 10; guess++)
            Assert.Equal("fail", await VerifyAsync($"{guess:d8}"));
        authority.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("fail", await VerifyAsync(DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow())));
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]); // everything else goes on
        var transaction = await BeginAsync(shop, "R02");
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction, Password).JsonAsync())["status"]);
        var reopened = Convert.FromBase64String((string)(await wallet.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        Assert.Equal("fail", await VerifyAsync(DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow())));
        Assert.Equal("pass", await VerifyAsync(DynamicPassword.CodeAt(reopened, authority.Time.GetUtcNow())));
        authority.Time.Advance(TimeSpan.FromSeconds(60));
        var typed = await shop.VerifyCodeAsync(wallet.NetId!.ToLowerInvariant(), DynamicPassword.CodeAt(reopened, authority.Time.GetUtcNow())).JsonAsync();
        Assert.Equal("pass", (string?)typed["result"]); // as people type it
    }

    private static async Task<string> BeginAsync(DevelopmentPlatform platform, string mode = "R01") =>
        (string)(await platform.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: mode)).JsonAsync())["transaction_id"]!;
}

internal static class WalletActs
{
    /// <summary>Approves what this wallet once saw, though there may be nothing to see any more.</summary>
    public static async Task<HttpResponseMessage> ApproveAgainAsync(this DevelopmentWallet wallet, string transaction) => await wallet.DecideAsync(
        transaction,
        await wallet.SignCommandAsync("approve", new JsonObject
        {
            ["transaction"] = transaction,
            ["platform"] = "shop",
            ["service"] = "login",
            ["purpose"] = "Login",
            ["mode"] = "R01",
            ["fields"] = new JsonArray(),
            ["predicates"] = new JsonArray(),
        }));
}
