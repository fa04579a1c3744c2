using System.Net;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>The story, step by step. It grows with the product: whatever is built is shown here.</summary>
internal sealed class TourStory(
    HttpClient http, HttpClient operatorHttp, TourReport report, TimeProvider time, DevelopmentReader reader, string data, DirectoryInfo? keep)
{
    /// <summary>A constructed person of the development register (region codes that do not exist: nobody's number).</summary>
    private const string Number = "619901198705140059";

    private const string Name = "雷强";

    private static readonly DocumentReading Reading =
        new(DocumentKind.ResidentId, Number, Name, new DateOnly(1987, 5, 14), new DateOnly(2036, 6, 30));

    public async Task RunAsync()
    {
        using var wallet = new DevelopmentWallet(http, time);
        using var shopKey = P256Signer.Create();
        using var bankKey = P256Signer.Create();
        using var bankEncryption = P256Signer.Create();
        var (shop, bank) = (new DevelopmentPlatform(http, "shop", shopKey, time), new DevelopmentPlatform(http, "bank", bankKey, time));
        await ReadDocumentAsync(wallet);
        await ApplyAsync(wallet);
        await ApplyAgainAsync(wallet);
        await LeaveAsync();
        await RegisterAsync(shop, DevelopmentPlatform.Registration("shop", shopKey.PublicKey) with { RedirectAddresses = [TourCarriers.RedirectAddress] });
        await RegisterAsync(bank, TourEntitlements.Bank(DevelopmentPlatform.Registration("bank", bankKey.PublicKey, EncryptionKey(bankEncryption))));
        var sequence = DevelopmentPlatform.NewSequenceNumber();
        await VerifyAsync(wallet, shop, bank, sequence);
        await FreezeAsync(wallet, shop);
        await new TourCarriers(report, time).TellAsync(wallet, shop);
        await MisuseAsync(wallet, shop, bank);
        await new TourEntitlements(http, operatorHttp, report, time).TellAsync(wallet, shop, bank, bankEncryption, Name);
        var family = new TourFamily(http, report, time);
        await family.TellAsync(shop, Number);
        await family.LeaveAsync(wallet, shop, data, Number, Name);
    }

    private async Task ReadDocumentAsync(DevelopmentWallet wallet)
    {
        report.Step("A reader reads the document, for one application");
        var challenge = await wallet.BeginApplicationAsync();
        var now = time.GetUtcNow();
        var stranger = NewReader(now);
        var envelope = reader.Read(Reading, challenge, now);
        EvidenceFault Judged(ReaderTrust trust, string asked) =>
            DocumentEvidence.TryVerify(envelope, trust, asked, now, out _, out var fault) ? EvidenceFault.None : fault;
        report.Shows(
            $"the envelope ({envelope.Length} bytes, {reader.Certificates.Count} certificates in it) is signed by a reader that the development anchor accredits",
            Judged(reader.Trust(), challenge) == EvidenceFault.None);
        report.Shows("it is worth nothing for another application", Judged(reader.Trust(), "another") == EvidenceFault.Challenge);
        report.Shows("nor under another anchor", Judged(stranger.Trust(), challenge) == EvidenceFault.Path);
        report.Shows(
            $"nor without today's revocation lists ({reader.RevocationLists().Sum(list => list.Length)} bytes), nor with one that takes the reader back",
            Judged(new ReaderTrust([reader.Anchor], []), challenge) == EvidenceFault.RevocationUnknown
            && Judged(reader.Trust(reader.Certificates[0]), challenge) == EvidenceFault.Revoked);
    }

    private async Task ApplyAsync(DevelopmentWallet wallet)
    {
        report.Step("A citizen agrees to the notice, hands in what the reader has read, shows the face, and chooses a password");
        using var applied = await ApplyByEvidenceAsync(wallet, certificates: 10);
        report.Shows(
            "the register knows the document; out come a Net ID and one certificate per key",
            applied.StatusCode == HttpStatusCode.OK && wallet.Certificates.Count == 10);
        report.Shows("the Net ID is seventeen letters and digits with a check character that fits", NetId.TryParse(wallet.NetId, out _, out _));
        var issuerPart = wallet.Certificates[0].Split('~')[0];
        report.Shows(
            "what every platform sees of a certificate holds neither Net ID, name, number nor birth date in plain",
            CompactJws.TryParse(issuerPart, 8192, out var jws) && !new[] { wallet.NetId!, Name, Number, "1987" }.Any(jws.Payload.ToString().Contains));
    }

    private async Task ApplyAgainAsync(DevelopmentWallet first)
    {
        report.Step("The same person applies again with another device");
        using var second = new DevelopmentWallet(http, time);
        using var refused = await second.ApplyAsync(Number, Name);
        report.Shows("by a document that nobody has read: one person, one Net ID: refused", await refused.IsRefusedAsync("already-enrolled"));
        using var third = new DevelopmentWallet(http, time);
        using var added = await ApplyByEvidenceAsync(third, certificates: 1);
        report.Shows("by fresh evidence and face: the device is added, and the Net ID is the same", added.IsSuccessStatusCode && third.NetId == first.NetId);
    }

    private async Task LeaveAsync()
    {
        report.Step("Somebody agrees, and thinks better of it");
        using var wallet = new DevelopmentWallet(http, time);
        var application = await wallet.BeginApplicationAsync();
        using var agreed = await wallet.AgreeAsync(application);
        using var cancelled = await wallet.CancelAsync(application);
        report.Shows("cancelled; nothing of it is left", agreed.IsSuccessStatusCode && cancelled.IsSuccessStatusCode);
        using var late = await wallet.CompleteAsync(application);
        report.Shows("and nothing goes on from there", await late.IsRefusedAsync("application-expired"));
    }

    private async Task<HttpResponseMessage> ApplyByEvidenceAsync(DevelopmentWallet wallet, int certificates)
    {
        var application = await wallet.BeginApplicationAsync();
        var envelope = reader.Read(Reading, application, time.GetUtcNow());
        return await wallet.ApplyAsync(application, DevelopmentWallet.EvidenceBody(envelope), DevelopmentFace.Png(Number), certificates: certificates);
    }

    private async Task RegisterAsync(DevelopmentPlatform platform, RegistrationDocument registration)
    {
        report.Step($"The operator registers the {platform.Id}, which gets a token with a signed assertion");
        var body = new OperatorRegistration(registration, "Shown in the tour", "tour");
        using var added = await operatorHttp.PutAsJsonAsync($"http://operator/operator/platforms/{platform.Id}", body, WireJson.Options);
        report.Shows("registered, through the socket that only the operator can open", added.IsSuccessStatusCode);
        using var token = await platform.AuthenticateAsync();
        report.Shows("and it has an access token, bound to its key", token.IsSuccessStatusCode);
    }

    private static JsonObject EncryptionKey(P256Signer key)
    {
        var jwk = JsonNode.Parse(key.PublicKey.ToJwk())!.AsObject();
        jwk["use"] = "enc";
        return jwk;
    }

    private async Task VerifyAsync(DevelopmentWallet wallet, DevelopmentPlatform shop, DevelopmentPlatform bank, string sequence)
    {
        report.Step("The shop asks whether its user is a real person");
        var nonce = DevelopmentWallet.NewNonce();
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce)).ToJsonString();
        var first = await (await shop.VerifyAsync(Json(body))).ReadAsync();
        report.Shows("yes", (string?)first["result"] == "pass");
        var metadata = await (await http.GetAsync("/.well-known/netid-authority")).ReadAsync();
        await KeepAsync("answer.json", first);
        await KeepAsync("authority.json", metadata);
        var anchor = new TrustAnchor(Convert.FromBase64String((string)metadata["root_certificate"]!));
        report.Shows(
            "the receipt verifies with nothing but the root certificate, and names purpose and legal basis",
            VerificationReceipt.TryVerify((string?)first["receipt"], anchor, out var receipt) && receipt is { Passed: true, Purpose: "Login", Platform: "shop" });

        report.Step("The shop repeats the very same request, and then uses its sequence number for another one");
        var repeat = await (await shop.VerifyAsync(Json(body))).ReadAsync();
        report.Shows("the same answer, to the letter", repeat.ToJsonString() == first.ToJsonString());
        using var other = await shop.VerifyAsync(wallet, sequence);
        report.Shows("another body under a used number is refused", await other.IsRefusedAsync("sequence-number-used"));

        report.Step("The bank verifies the same citizen, whose wallet shows it another certificate");
        var atBank = await (await bank.VerifyAsync(wallet)).ReadAsync();
        report.Shows(
            "yes, and the bank's identifier for this person is not the shop's",
            (string?)atBank["result"] == "pass" && (string?)atBank["platform_identifier"] != (string?)first["platform_identifier"]);
        var again = await (await shop.VerifyAsync(wallet)).ReadAsync();
        report.Shows("the shop's own identifier stays the same", (string?)again["platform_identifier"] == (string?)first["platform_identifier"]);
    }

    private Task KeepAsync(string name, JsonObject answer) =>
        keep is null ? Task.CompletedTask : File.WriteAllTextAsync(Path.Combine(keep.FullName, name), answer.ToJsonString());

    private async Task FreezeAsync(DevelopmentWallet wallet, DevelopmentPlatform shop)
    {
        report.Step("The citizen freezes; the very next verification sees it; then unfreezes, with the password");
        using var frozen = await wallet.ExecuteAsync("freeze");
        report.Shows("frozen", frozen.IsSuccessStatusCode);
        var denied = await (await shop.VerifyAsync(wallet)).ReadAsync();
        report.Shows("no, without a reason and without an identifier", (string?)denied["result"] == "fail" && denied["platform_identifier"] is null);
        using var unfrozen = await wallet.ExecuteWithPasswordAsync("unfreeze");
        var allowed = await (await shop.VerifyAsync(wallet)).ReadAsync();
        report.Shows("yes again", unfrozen.IsSuccessStatusCode && (string?)allowed["result"] == "pass");
    }

    private async Task MisuseAsync(DevelopmentWallet wallet, DevelopmentPlatform shop, DevelopmentPlatform bank)
    {
        report.Step("What must not work");
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var forTheShop = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce));
        using var stolen = await bank.VerifyAsync(Json(forTheShop.ToJsonString()));
        report.Shows("a presentation made for the shop is worth nothing at the bank", await stolen.IsRefusedAsync("presentation-audience"));
        var replayed = await wallet.SignCommandAsync("freeze");
        using var first = await wallet.SendAsync(replayed);
        using var lift = await wallet.ExecuteWithPasswordAsync("unfreeze");
        using var second = await wallet.SendAsync(replayed);
        report.Shows("a freeze command caught and sent again later is refused", await second.IsRefusedAsync("command-replayed"));
        using var anonymous = await shop.VerifyAsync(Json("{}"), token: "none");
        report.Shows("no token, no answer", await anonymous.IsRefusedAsync("access-token-invalid"));
        using var curious = await shop.VerifyAsync(Json("""{"sequence_number":"x","mode":"R01","nonce":"x","presentation":"x","page_visited":"/"}"""));
        report.Shows("data that is not needed is not accepted", await curious.IsRefusedAsync("unknown-field"));
    }

    private static DevelopmentReader NewReader(DateTimeOffset now) => new(CryptoSuite.International, new SystemRandomSource(), now);

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
