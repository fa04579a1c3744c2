using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A9-2: a consent for each thing, of one shape, seen by its citizen alone, and withdrawn as easily as it was given.</summary>
public sealed class ConsentTests
{
    /// <summary>Long enough to be found nowhere by chance.</summary>
    private const string Bank = "the-bank-of-these-tests";
    private const string Service = "opening-an-account";

    [Fact]
    public async Task A9_2_a_disclosure_makes_consents_of_one_shape_and_the_document_number_has_its_own()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var before = await ConsentsAsync(wallet);
        Assert.Equal(["application", "document-number"], before.Select(consent => (string)consent["purpose"]!));
        await DiscloseAsync(await BankAsync(authority), wallet);
        var given = (await ConsentsAsync(wallet))[2..];
        Assert.Equal(2, given.Length);
        Assert.Equal(["name", "birth_date"], Kinds(given[0]));
        Assert.Equal(["document_number"], Kinds(given[1]));
        var hash = await wallet.NoticeHashAsync();
        foreach (var consent in given)
        {
            Assert.Equal((hash, "Opening an account", Bank, Service), (
                (string?)consent["notice"], (string?)consent["purpose"], (string?)consent["platform"], (string?)consent["service"]));
            Assert.InRange((DateTimeOffset)consent["time"]!, authority.Time.GetUtcNow().AddMinutes(-1), authority.Time.GetUtcNow());
            Assert.Equal(
                ["id", "kinds", "notice", "platform", "purpose", "service", "time"], consent.Select(member => member.Key).Order(StringComparer.Ordinal));
        }

        Assert.Equal(
            ["id", "kinds", "notice", "purpose", "time"], before[0].Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(4, (await ConsentsAsync(wallet)).DistinctBy(consent => (string?)consent["id"]).Count());
    }

    [Fact]
    public async Task A9_2_and_PIPL_15_withdrawing_takes_one_command_and_again_changes_nothing()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var bank = await BankAsync(authority);
        await DiscloseAsync(bank, wallet);
        var name = (string)(await ConsentsAsync(wallet))[2]["id"]!;
        var withdrawn = (await WithdrawAsync(wallet, name).JsonAsync())["consents"]!.AsArray();
        Assert.NotNull(withdrawn.Single(consent => (string?)consent!["id"] == name)!["withdrawn"]);
        Assert.Single(withdrawn, consent => consent!["withdrawn"] is not null);
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(JsonNode.DeepEquals(withdrawn, (await WithdrawAsync(wallet, name).JsonAsync())["consents"]));
        await DiscloseAsync(bank, wallet); // what was given to a platform binds nothing that comes
        Assert.Equal("pass", (string?)(await bank.VerifyAsync(wallet).JsonAsync())["result"]);
    }

    [Fact]
    public async Task A9_2_without_a_consent_that_the_net_id_stands_on_nothing_passes_until_it_is_given_again()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var secret = Convert.FromBase64String((string)(await wallet.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        foreach (var purpose in (string[])["application", "document-number"])
        {
            await AllPassAsync(authority, shop, wallet, secret);
            var consent = (await ConsentsAsync(wallet)).Last(given => (string?)given["purpose"] == purpose);
            (await WithdrawAsync(wallet, (string)consent["id"]!)).Dispose();
            await NothingPassesAsync(authority, shop, wallet, secret);
            var again = new JsonObject { ["notice"] = await wallet.NoticeHashAsync(), ["purpose"] = purpose };
            var given = (await wallet.ExecuteAsync("give-consent", again).JsonAsync())["consents"]!.AsArray();
            Assert.Equal(Kinds(consent), Kinds(given[^1]!.AsObject()));
            Assert.Null(given[^1]!["withdrawn"]);
            var twice = (await wallet.ExecuteAsync("give-consent", again).JsonAsync())["consents"]!.AsArray();
            Assert.True(JsonNode.DeepEquals(given, twice), "Consenting to what is consented to makes another record.");
            authority.Time.Advance(TimeSpan.FromMinutes(8));
            shop = await authority.PlatformAsync("shop");
        }

        await AllPassAsync(authority, shop, wallet, secret);
    }

    public static TheoryData<string, string, string?, Refusal> BadBodies() => new()
    {
        { "withdraw-consent", """{}""", null, Refusal.FieldMissing },
        { "withdraw-consent", """{"consent":"X","more":1}""", null, Refusal.UnknownField },
        { "withdraw-consent", """{"consent":7}""", null, Refusal.FieldInvalid },
        { "withdraw-consent", """{"consent":"0000000000000000"}""", null, Refusal.ConsentUnknown },
        { "withdraw-consent", """{"consent":"ANOTHER"}""", "ANOTHER", Refusal.ConsentUnknown },
        { "give-consent", """{"notice":"NOTICE"}""", null, Refusal.FieldMissing },
        { "give-consent", """{"notice":"another","purpose":"none"}""", null, Refusal.NoticeNotCurrent },
        { "give-consent", """{"notice":"NOTICE","purpose":"none"}""", null, Refusal.ConsentUnknown },
        { "give-consent", """{"notice":"NOTICE","purpose":"Opening an account"}""", null, Refusal.ConsentUnknown },
        { "consents", """{"platform":"bank"}""", null, Refusal.UnknownField },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A9_2_what_is_no_consent_no_purpose_or_another_notice_is_refused_and_changes_nothing(
        string command, string body, string? another, Refusal refusal)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        if (another is not null)
        {
            using var stranger = await authority.EnrolAsync(Persons.Adults[1]);
            (await WithdrawAsync(stranger, (string)(await ConsentsAsync(stranger))[0]["id"]!)).Dispose();
            var given = new JsonObject { ["notice"] = await wallet.NoticeHashAsync(), ["purpose"] = "application" };
            (await stranger.ExecuteAsync("give-consent", given)).Dispose();
            body = body.Replace(another, (string)(await ConsentsAsync(stranger))[^1]["id"]!, StringComparison.Ordinal);
        }

        body = body.Replace("NOTICE", await wallet.NoticeHashAsync(), StringComparison.Ordinal);
        var before = authority.Rows("citizen");
        await wallet.ExecuteAsync(command, JsonNode.Parse(body)!.AsObject()).IsRefusedAsync(refusal);
        Assert.Equal(before, authority.Rows("citizen"));
        Assert.Equal(2, (await ConsentsAsync(wallet)).Length);
    }

    [Fact]
    public async Task A12_1_nobody_who_reads_the_records_learns_at_which_platform_somebody_was()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var bank = await BankAsync(authority);
        var scanned = await DiscloseAsync(bank, wallet);
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "counter");
        (body["service"], body["qr"]) = (Service, await wallet.ShowQrAsync());
        var atCounter = (string)(await bank.BeginAsync(body).JsonAsync())["transaction_id"]!;
        (await wallet.ApproveAsync(atCounter)).Dispose();
        var records = Encoding.UTF8.GetBytes(authority.Rows("citizen"));
        Assert.NotEmpty(IdentityScanner.FormsIn(records, wallet.NetId!)); // it does look at the citizen's record
        foreach (var trace in (string[])[Bank, Service, "Opening an account", scanned, atCounter, (string)body["sequence_number"]!])
            Assert.Empty(IdentityScanner.FormsIn(records, trace));
    }

    private static async Task AllPassAsync(TestAuthority authority, DevelopmentPlatform shop, DevelopmentWallet wallet, byte[] secret)
    {
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        var transaction = (string)(await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync())["transaction_id"]!;
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction).JsonAsync())["status"]);
        Assert.Equal("pass", await CodeAsync(authority, shop, wallet, secret));
        (await wallet.ExecuteAsync("pre-approve")).Dispose();
        Assert.Equal("approved", (string?)(await CounterAsync(authority, shop, wallet))["status"]);
    }

    private static async Task NothingPassesAsync(TestAuthority authority, DevelopmentPlatform shop, DevelopmentWallet wallet, byte[] secret)
    {
        Assert.Equal("fail", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        var transaction = (string)(await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync())["transaction_id"]!;
        await wallet.ApproveAsync(transaction).IsRefusedAsync(Refusal.CitizenFrozen);
        Assert.Equal("fail", await CodeAsync(authority, shop, wallet, secret));
        (await wallet.ExecuteAsync("pre-approve")).Dispose();
        var atCounter = await CounterAsync(authority, shop, wallet);
        Assert.Equal("pending", (string?)atCounter["status"]);
        await wallet.ApproveAsync((string)atCounter["transaction_id"]!).IsRefusedAsync(Refusal.CitizenFrozen);
    }

    private static async Task<string?> CodeAsync(TestAuthority authority, DevelopmentPlatform shop, DevelopmentWallet wallet, byte[] secret)
    {
        authority.Time.Advance(TimeSpan.FromSeconds(30)); // each code is good once
        return (string?)(await shop.VerifyCodeAsync(wallet.NetId!, DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow())).JsonAsync())["result"];
    }

    private static async Task<JsonObject> CounterAsync(TestAuthority authority, DevelopmentPlatform shop, DevelopmentWallet wallet)
    {
        authority.Time.Advance(TimeSpan.FromSeconds(2)); // a changing QR says the second
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "counter");
        body["qr"] = await wallet.ShowQrAsync();
        return await shop.BeginAsync(body).JsonAsync();
    }

    private static async Task<JsonObject[]> ConsentsAsync(DevelopmentWallet wallet) =>
        [.. (await wallet.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray().Select(consent => consent!.AsObject())];

    private static Task<HttpResponseMessage> WithdrawAsync(DevelopmentWallet wallet, string consent) =>
        wallet.ExecuteAsync("withdraw-consent", new JsonObject { ["consent"] = consent });

    private static string[] Kinds(JsonObject consent) => [.. consent["kinds"]!.AsArray().Select(kind => (string)kind!)];

    /// <summary>All three fields, in one approval.</summary>
    private static async Task<string> DiscloseAsync(DevelopmentPlatform bank, DevelopmentWallet wallet)
    {
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        (body["service"], body["fields"]) = (Service, new JsonArray("name", "document_number", "birth_date"));
        var transaction = (string)(await bank.BeginAsync(body).JsonAsync())["transaction_id"]!;
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction).JsonAsync())["status"]);
        return transaction;
    }

    /// <summary>A bank that by law holds three fields of its customers.</summary>
    private static async Task<DevelopmentPlatform> BankAsync(TestAuthority authority)
    {
        using var encryption = P256Signer.Create();
        var key = JsonNode.Parse(encryption.PublicKey.ToJwk())!.AsObject();
        key["use"] = "enc";
        return await authority.PlatformAsync(Bank, document => document with
        {
            Keys = DevelopmentKeys.With(document.Keys!.Value, key),
            Services =
            [
                document.Services[0],
                document.Services[0] with
                {
                    Id = Service,
                    Purpose = "Opening an account",
                    Basis = "statutory-obligation",
                    Fields = [.. new[] { "name", "document_number", "birth_date" }.Select(field => new FieldDocument(field, "The law", "1", "Shall hold it."))],
                },
            ],
        });
    }
}

internal static class DevelopmentKeys
{
    /// <summary>The key set with one more key.</summary>
    public static System.Text.Json.JsonElement With(System.Text.Json.JsonElement keys, JsonObject key)
    {
        var set = JsonNode.Parse(keys.GetRawText())!.AsObject();
        set["keys"]!.AsArray().Add(key);
        return System.Text.Json.JsonSerializer.SerializeToElement(set);
    }
}
