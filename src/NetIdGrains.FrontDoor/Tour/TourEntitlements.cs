using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>The chapter of the story in which platforms get what the law gives them, and no more.</summary>
internal sealed class TourEntitlements(HttpClient http, HttpClient operatorHttp, TourReport report, TimeProvider time)
{
    /// <summary>A little longer than a lease: what changes about a platform is known to every front door by then.</summary>
    private static readonly TimeSpan OneLease = TimeSpan.FromSeconds(1.2);

    /// <summary>A bank that a law makes record who its customers are.</summary>
    public static RegistrationDocument Bank(RegistrationDocument registration)
    {
        FieldDocument Field(string name, bool required) =>
            new(name, "Example Act on Accounts", "Article 7", "Whoever opens an account records the customer's name.", required);
        var account = new ServiceDocument(
            "account", "Opening an account", "statutory-obligation", "Example Act on Accounts, article 7", "At the counter, with the document", ["R01"],
            [Field("name", required: true), Field("birth_date", required: false)]);
        return registration with { Services = [.. registration.Services, account] };
    }

    public async Task TellAsync(DevelopmentWallet wallet, DevelopmentPlatform shop, DevelopmentPlatform bank, P256Signer bankEncryption, string name)
    {
        await DiscloseAsync(wallet, bank, bankEncryption, name);
        await AskTooMuchAsync(shop);
        await SuspendAsync(wallet, shop);
    }

    private async Task DiscloseAsync(DevelopmentWallet wallet, DevelopmentPlatform bank, P256Signer bankEncryption, string name)
    {
        report.Step("A law makes the bank record its customers' names; the citizen consents to each field apart");
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        (body["service"], body["fields"]) = ("account", new JsonArray("name", "birth_date"));
        var transaction = (string)(await (await bank.BeginAsync(body)).ReadAsync())["transaction_id"]!;
        var request = (await wallet.LookAsync(transaction))!;
        report.Shows(
            "the wallet shows for each field the statute, the article and what it says",
            request["fields"]!.AsArray().All(field => (string?)field!["article"] == "Article 7" && field["text"] is not null));
        var nothing = DevelopmentWallet.ApproveBody(request);
        nothing["fields"] = new JsonArray();
        using var refused = await wallet.DecideAsync(transaction, await wallet.SignCommandAsync("approve", nothing));
        report.Shows("the name cannot be left out: the law asks for it", await refused.IsRefusedAsync("required-field-refused"));
        var onlyName = DevelopmentWallet.ApproveBody(request);
        onlyName["fields"] = new JsonArray("name");
        using var approved = await wallet.DecideAsync(transaction, await wallet.SignCommandAsync("approve", onlyName));
        var answer = await (await bank.PollAsync(transaction)).ReadAsync();
        var isOpened = Jwe.TryDecrypt((string?)answer["identity"], bankEncryption.ToPrivateJwk(), out var plaintext);
        report.Shows("the birth date can, and the answer is yes all the same", (string?)answer["result"] == "pass");
        report.Shows(
            "sealed to the bank's key: the name, for this verification, and nothing else",
            isOpened && JsonNode.DeepEquals(JsonNode.Parse(plaintext), new JsonObject { ["name"] = name, ["transaction_id"] = transaction }));
        using var other = P256Signer.Create();
        report.Shows("no other key opens it", !Jwe.TryDecrypt((string?)answer["identity"], other.ToPrivateJwk(), out _));
    }

    private async Task AskTooMuchAsync(DevelopmentPlatform shop)
    {
        report.Step("The shop asks for a name, which no law gives it");
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        body["fields"] = new JsonArray("name");
        using var refused = await shop.BeginAsync(body);
        report.Shows("refused whole", await refused.IsRefusedAsync("beyond-entitlement"));
        await WaitAsync();
        using var own = await shop.SendAsync(HttpMethod.Get, "/v1/platform");
        var listed = await (await http.GetAsync("/v1/platforms/shop")).ReadAsync();
        report.Shows("and counted, where everyone can read it", (long?)listed["refused_asks"] == 1);
    }

    private async Task SuspendAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        report.Step("The operator suspends the shop, and lets it ask again");
        using var suspended = await ChangeAsync("suspended", "It asked for more than it may");
        await WaitAsync();
        using var refused = await shop.VerifyAsync(wallet);
        report.Shows("within a second it gets no answers", suspended.IsSuccessStatusCode && await refused.IsRefusedAsync("platform-not-approved"));
        var listed = await (await http.GetAsync("/v1/platforms/shop")).ReadAsync();
        report.Shows("the register says so, and why, and not who decided", (string?)listed["status"] == "suspended" && !listed.ToJsonString().Contains("\"by\""));
        using var approved = await ChangeAsync("approved", "It has mended its ways");
        await WaitAsync();
        report.Shows("then it does again", (string?)(await (await shop.VerifyAsync(wallet)).ReadAsync())["result"] == "pass");
    }

    private Task<HttpResponseMessage> ChangeAsync(string status, string reason) => operatorHttp.PostAsJsonAsync(
        "http://operator/operator/platforms/shop/status", new StatusDocument(status, reason, "tour"), WireJson.Options);

    private async Task WaitAsync()
    {
        using var timer = new PeriodicTimer(OneLease, time);
        await timer.WaitForNextTickAsync();
    }
}
