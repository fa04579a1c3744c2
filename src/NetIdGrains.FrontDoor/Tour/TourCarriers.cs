using System.Text.Json.Nodes;
using System.Web;
using NetIdGrains.Client;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>The chapter of the story in which the citizen is asked, by each carrier, and decides in the wallet.</summary>
internal sealed class TourCarriers(TourReport report, TimeProvider time)
{
    public const string RedirectAddress = "https://shop.example/back";

    private const string Password = "24681357";

    public async Task TellAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        await ScanAsync(wallet, shop);
        await SameDeviceAsync(wallet, shop);
        await CounterAsync(wallet, shop);
        await CodeAsync(wallet, shop);
    }

    private async Task ScanAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        report.Step("The shop shows a QR; the citizen scans it, sees who asks what and why, and approves with the password");
        var begun = await BeginAsync(shop, body => body["mode"] = "R02");
        var transaction = (string)begun["transaction_id"]!;
        var request = (await wallet.LookAsync(((string)begun["request"]!).Split('/')[^1]))!;
        report.Shows(
            "the wallet shows the shop, its purpose, its legal basis and the other way that it offers",
            ((string?)request["platform_name"], (string?)request["purpose"], (string?)request["legal_basis"], (string?)request["alternative"])
                == ("The shop", "Login", "Contract with the user", "A video call"));
        using var wrong = await wallet.ApproveAsync(transaction, "86429753");
        report.Shows("with a wrong password it is not approved", await wrong.IsRefusedAsync("password-wrong"));
        var waiting = shop.PollAsync(transaction, wait: 25);
        using var approved = await wallet.ApproveAsync(transaction, Password);
        var answer = await (await waiting).ReadAsync();
        report.Shows(
            "the shop, which was waiting, has the answer: key and password",
            (string?)answer["result"] == "pass" && answer["assurance"]!.AsArray().Count == 2);
        var other = (string)(await BeginAsync(shop))["transaction_id"]!;
        using var denied = await wallet.DenyAsync(other);
        var refused = await (await shop.PollAsync(other)).ReadAsync();
        report.Shows("what the citizen denies is over, and a no", ((string?)refused["status"], (string?)refused["result"]) == ("denied", "fail"));
    }

    private async Task SameDeviceAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        report.Step("On the phone itself: a link to the wallet, and back to the browser that began");
        var (mine, stranger) = (ReturnSecret.Create(), ReturnSecret.Create());
        var begun = await BeginAsync(shop, body =>
        {
            (body["carrier"], body["redirect_address"], body["code_challenge"], body["state"]) = ("same-device", RedirectAddress, mine.Challenge, "cart-7");
        });
        var transaction = (string)begun["transaction_id"]!;
        var approved = await (await wallet.ApproveAsync(transaction)).ReadAsync();
        var brought = HttpUtility.ParseQueryString(new Uri((string)approved["redirect"]!).Query);
        report.Shows(
            "the wallet leads back to the registered address, with a code and the shop's own state",
            brought["state"] == "cart-7" && brought["code"] is not null);
        Task<HttpResponseMessage> ReturnAsync(ReturnSecret secret) => shop.SendAsync(
            HttpMethod.Post,
            $"/v1/transactions/{transaction}/return",
            JsonContent.Create(new JsonObject { ["code"] = brought["code"], ["code_verifier"] = secret.Verifier }));
        using var elsewhere = await ReturnAsync(stranger);
        report.Shows("another browser with the same link gets nothing", await elsewhere.IsRefusedAsync("return-invalid"));
        report.Shows("the browser that began gets the answer", (string?)(await (await ReturnAsync(mine)).ReadAsync())["result"] == "pass");
        using var unregistered = await shop.BeginAsync(Body(body =>
        {
            (body["carrier"], body["redirect_address"], body["code_challenge"]) = ("same-device", "https://elsewhere.example/", mine.Challenge);
        }));
        report.Shows("an address that is not registered is led back to by no wallet", await unregistered.IsRefusedAsync("redirect-not-registered"));
    }

    private async Task CounterAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        report.Step("At a counter the wallet shows a QR that changes");
        var (shown, next) = (await wallet.ShowQrAsync(), await wallet.ShowQrAsync());
        report.Shows($"{shown.Length} characters, and no two have anything in common", shown != next && !shown[5..30].Equals(next[5..30], StringComparison.Ordinal));
        void AtCounter(JsonObject body) => (body["carrier"], body["qr"]) = ("counter", shown);
        var begun = await BeginAsync(shop, AtCounter);
        report.Shows("the counter waits for the citizen", (string?)begun["status"] == "pending");
        var waiting = await (await wallet.ExecuteAsync("waiting")).ReadAsync();
        var transaction = (string)waiting["waiting"]!.AsArray().Single()!;
        using var approved = await wallet.ApproveAsync(transaction);
        report.Shows("who confirms in the wallet", (string?)(await (await shop.PollAsync(transaction)).ReadAsync())["result"] == "pass");
        using var again = await shop.BeginAsync(Body(AtCounter));
        report.Shows("a QR is good once", await again.IsRefusedAsync("qr-reused"));
    }

    private async Task CodeAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        report.Step("With no wallet at hand: the Net ID, and the eight digits that a device shows");
        var opened = await (await wallet.ExecuteAsync("open-codes")).ReadAsync();
        var code = DynamicPassword.CodeAt(Convert.FromBase64String((string)opened["code_secret"]!), time.GetUtcNow());
        report.Shows("yes", (string?)(await (await shop.VerifyCodeAsync(wallet.NetId!, code)).ReadAsync())["result"] == "pass");
        report.Shows("a code is good once", (string?)(await (await shop.VerifyCodeAsync(wallet.NetId!, code)).ReadAsync())["result"] == "fail");
        using var closed = await wallet.ExecuteAsync("close-codes");
        report.Shows("and the citizen can close this way, and nothing else", closed.IsSuccessStatusCode);
    }

    private static async Task<JsonObject> BeginAsync(DevelopmentPlatform platform, Action<JsonObject>? change = null) =>
        await (await platform.BeginAsync(Body(change ?? (_ => { })))).ReadAsync();

    private static JsonObject Body(Action<JsonObject> change)
    {
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        change(body);
        return body;
    }
}
