using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A8-1, A8-2: what leaves is what the law entitles to, was asked for, and this citizen agreed to; sealed to the platform; nothing else.</summary>
public sealed class DisclosureTests
{
    private const string Bank = "bank";

    /// <summary>The one field here that the law leaves no choice about.</summary>
    private const string Required = "document_number";

    private static readonly string[][] Subsets = [.. Enumerable.Range(0, 16).Select(bits =>
        IdentityFields.All.Where((_, index) => (bits >> index & 1) == 1).ToArray())];

    [Fact]
    public void A8_2_every_combination_of_entitled_required_requested_and_consented()
    {
        var combinations = 0;
        foreach (var entitled in Subsets)
        {
            foreach (var required in Subsets.Where(some => some.All(entitled.Contains)))
            {
                var registration = Registered(entitled, required);
                var lease = new PlatformLease(Bank, PlatformStatus.Approved, registration, [], 1, TimeSpan.FromSeconds(1), TimeSpan.Zero);
                foreach (var requested in Subsets)
                {
                    var refusal = VerificationRules.Admit(lease, "kyc", new string('1', 32), "R01", [.. requested], [], null, out var ask);
                    Assert.Equal(requested.All(entitled.Contains) ? Refusal.None : Refusal.BeyondEntitlement, refusal);
                    if (ask is null)
                        continue;
                    var begun = VerificationFlow.Open(new BeginVerification(ask, Carrier.Scan, null, null, null, null, null), registration);
                    Assert.Equal(requested.Order(), begun.Fields.Select(field => field.Field).Order());
                    foreach (var consented in Subsets)
                    {
                        combinations++;
                        var expected = !consented.All(requested.Contains) ? Refusal.ApprovalMismatch
                            : !required.Intersect(requested).All(consented.Contains) ? Refusal.RequiredFieldRefused : Refusal.None;
                        var command = new DecideVerification("", 1, "T", ask, VerificationFlow.Required(begun), null, null, null, FaceMatched: false);
                        var body = new ApproveBody("T", Bank, "kyc", "Opening an account", "R01", consented, []);
                        Assert.Equal(expected, CitizenRules.CheckApproval(command, body));
                    }
                }
            }
        }

        Assert.Equal(625 * 16, combinations); // 5 for each field: not entitled, or entitled, required or not, requested or not; and 16 answers
    }

    [Fact]
    public async Task A8_2_exactly_what_was_agreed_to_leaves_sealed_and_nothing_else_anywhere()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var http = Traffic.Client(authority, out var traffic);
        var person = Persons.Adults[0];
        using var wallet = new DevelopmentWallet(http, authority.Time);
        traffic.About = "the application"; // it brings the wallet its own certificates
        (await wallet.ApplyAsync(person.Number, person.Name)).Dispose();
        traffic.About = "verifications";
        using var keys = new BankKeys();
        await RegisterAsync(authority, keys, keys.Document(IdentityFields.All, [Required]));
        DevelopmentPlatform? bank = null;
        var flows = 0;
        foreach (var requested in Subsets)
        {
            foreach (var consented in Subsets.Where(some => some.All(requested.Contains)))
            {
                if (flows++ % 25 == 0)
                {
                    authority.Time.Advance(TimeSpan.FromMinutes(8)); // a wallet signs 32 commands in seven minutes
                    bank = await keys.PlatformAsync(http, authority);
                }

                await DiscloseAsync(bank!, wallet, keys, person, requested, consented);
            }
        }

        Assert.Equal(81, flows);
        await bank!.BeginAsync(Ask(["name"], service: "none")).IsRefusedAsync(Refusal.BeyondEntitlement);
        await bank.BeginAsync(Ask(["name", "address"])).IsRefusedAsync(Refusal.FieldInvalid);
        await bank.BeginAsync(Ask(["name", "name"])).IsRefusedAsync(Refusal.FieldInvalid);
        Assert.Empty(Leaks(person, traffic.ResponsesAbout("verifications"), authority.Logs.Text));
        await authority.StopAsync();
        foreach (var (name, bytes) in authority.Files())
            Assert.True(!Forms(person).Any(value => IdentityScanner.FormsIn(bytes, value).Any()), $"Identity data is in {name}.");
    }

    [Fact]
    public async Task A8_1_a_predicate_is_told_only_if_entitled_asked_and_agreed_to()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        string[][] some = [[], ["age_band"], ["minor"], ["age_band", "minor"]];
        var shop = await authority.PlatformAsync("shop", document => document with
        {
            Services = [.. some.Select((predicates, index) => document.Services[0] with { Id = $"s{index}", Predicates = predicates })],
        });
        for (var service = 0; service < some.Length; service++)
        {
            foreach (var requested in some)
            {
                var direct = Direct(shop, wallet, predicates: requested);
                direct["service"] = $"s{service}";
                var scan = Ask([], $"s{service}", requested);
                if (!requested.All(some[service].Contains))
                {
                    await shop.VerifyAsync(JsonContent.Create(direct)).IsRefusedAsync(Refusal.BeyondEntitlement);
                    await shop.BeginAsync(scan).IsRefusedAsync(Refusal.BeyondEntitlement);
                    continue;
                }

                Tells(await shop.VerifyAsync(JsonContent.Create(direct)).JsonAsync(), requested);
                foreach (var agreed in some.Where(agreed => agreed.All(requested.Contains)))
                {
                    scan["sequence_number"] = DevelopmentPlatform.NewSequenceNumber();
                    Tells(await ApproveAsync(shop, wallet, scan, [], agreed), agreed);
                }
            }

            authority.Time.Advance(TimeSpan.FromMinutes(8));
            shop = await authority.PlatformAsync("shop");
        }
    }

    [Fact]
    public async Task A8_1_a_reverification_says_the_same_person_or_not_and_nothing_else()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        using var another = await authority.EnrolAsync(Persons.Adults[1], certificates: 2);
        var (shop, other) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("other"));
        async Task<string> IdentifierAsync(DevelopmentPlatform platform, DevelopmentWallet whose) =>
            (string)(await platform.VerifyAsync(whose).JsonAsync())["platform_identifier"]!;
        foreach (var (identifier, result) in new[]
        {
            (await IdentifierAsync(shop, wallet), "pass"),
            (await IdentifierAsync(shop, another), "fail"),
            (await IdentifierAsync(other, wallet), "fail"),
            ("made-up", "fail"),
        })
        {
            var direct = Direct(shop, wallet);
            direct["platform_identifier"] = identifier;
            Says(await shop.VerifyAsync(JsonContent.Create(direct)).JsonAsync(), result, identifier, isAsked: false);
            var scan = Ask([]);
            (scan["service"], scan["platform_identifier"]) = ("login", identifier);
            Says(await ApproveAsync(shop, wallet, scan, [], []), result, identifier, isAsked: true);
            scan["sequence_number"] = DevelopmentPlatform.NewSequenceNumber();
            scan["predicates"] = new JsonArray("minor");
            await shop.BeginAsync(scan).IsRefusedAsync(Refusal.FieldInvalid);
        }
    }

    [Fact]
    public async Task A8_2_nothing_is_sealed_to_a_key_that_was_taken_back()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var keys = new BankKeys();
        await RegisterAsync(authority, keys, keys.Document(["name"], []));
        var bank = await keys.PlatformAsync(authority.Http, authority);
        var begun = (string)(await bank.BeginAsync(Ask(["name"])).JsonAsync())["transaction_id"]!;
        (await bank.SendAsync(HttpMethod.Delete, $"/v1/platform/keys/{keys.Encryption.PublicKey.Thumbprint}")).Dispose();
        await bank.BeginAsync(Ask(["name"])).IsRefusedAsync(Refusal.EncryptionKeyMissing);
        await wallet.ApproveAsync(begun).IsRefusedAsync(Refusal.EncryptionKeyMissing);
    }

    [Fact]
    public async Task A8_2_without_a_key_to_seal_to_no_field_can_be_asked_for()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var keys = new BankKeys();
        var bank = await authority.PlatformAsync(Bank, document => keys.Document(["name"], []) with { Keys = document.Keys });
        await bank.BeginAsync(Ask(["name"])).IsRefusedAsync(Refusal.EncryptionKeyMissing);
        Assert.Equal("pending", (string?)(await bank.BeginAsync(Ask([])).JsonAsync())["status"]);
    }

    private static async Task DiscloseAsync(
        DevelopmentPlatform bank, DevelopmentWallet wallet, BankKeys keys, Person person, string[] requested, string[] consented)
    {
        var ask = Ask(requested);
        if (requested.Contains(Required) && !consented.Contains(Required))
        {
            var transaction = (string)(await bank.BeginAsync(ask).JsonAsync())["transaction_id"]!;
            await ApproveAsync(wallet, transaction, consented, []).IsRefusedAsync(Refusal.RequiredFieldRefused);
            Assert.Equal("pending", (string?)(await bank.PollAsync(transaction).JsonAsync())["status"]); // agree to it, or deny the whole
            return;
        }

        var answer = await ApproveAsync(bank, wallet, ask, consented, []);
        Assert.Equal(("approved", "pass"), ((string?)answer["status"], (string?)answer["result"]));
        if (consented.Length == 0)
        {
            Assert.False(answer.ContainsKey("identity"));
            return;
        }

        Assert.True(Jwe.TryDecrypt((string?)answer["identity"], keys.Encryption.ToPrivateJwk(), out var plain));
        var told = JsonNode.Parse(plain)!.AsObject();
        Assert.Equal(consented.Append("transaction_id").Order(), told.Select(member => member.Key).Order());
        Assert.Equal((string?)answer["transaction_id"], (string?)told["transaction_id"]);
        var identity = new Identity("resident-id", person.Number, person.Name, person.BirthDate);
        Assert.True(consented.All(field => (string?)told[field] == IdentityFields.ValueOf(identity, field)), "Another value was told.");
        Assert.False(Jwe.TryDecrypt((string?)answer["identity"], keys.Signing.ToPrivateJwk(), out _));
    }

    private static async Task<JsonObject> ApproveAsync(
        DevelopmentPlatform platform, DevelopmentWallet wallet, JsonObject ask, string[] fields, string[] predicates)
    {
        var transaction = (string)(await platform.BeginAsync(ask).JsonAsync())["transaction_id"]!;
        Assert.Equal("approved", (string?)(await ApproveAsync(wallet, transaction, fields, predicates).JsonAsync())["status"]);
        return await platform.PollAsync(transaction).JsonAsync();
    }

    private static async Task<HttpResponseMessage> ApproveAsync(DevelopmentWallet wallet, string transaction, string[] fields, string[] predicates)
    {
        var body = DevelopmentWallet.ApproveBody((await wallet.LookAsync(transaction))!);
        body["fields"] = new JsonArray([.. fields.Select(field => (JsonNode)field)]);
        body["predicates"] = new JsonArray([.. predicates.Select(predicate => (JsonNode)predicate)]);
        return await wallet.DecideAsync(transaction, await wallet.SignCommandAsync("approve", body));
    }

    private static JsonObject Ask(string[] fields, string service = "kyc", string[]? predicates = null)
    {
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        body["service"] = service;
        body["fields"] = new JsonArray([.. fields.Select(field => (JsonNode)field)]);
        body["predicates"] = new JsonArray([.. (predicates ?? []).Select(predicate => (JsonNode)predicate)]);
        return body;
    }

    private static JsonObject Direct(DevelopmentPlatform platform, DevelopmentWallet wallet, string[]? predicates = null)
    {
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present(platform.Id, sequence, nonce));
        body["predicates"] = new JsonArray([.. (predicates ?? []).Select(predicate => (JsonNode)predicate)]);
        return body;
    }

    private static void Tells(JsonObject answer, string[] predicates)
    {
        Assert.Equal("pass", (string?)answer["result"]);
        Assert.Equal(predicates.Contains("age_band") ? "18-and-over" : null, (string?)answer["age_band"]);
        Assert.Equal(predicates.Contains("minor") ? false : null, (bool?)answer["minor"]);
        Assert.Equal(predicates.Order(), answer.Select(member => member.Key).Intersect(Predicates.All).Order());
    }

    private static void Says(JsonObject answer, string result, string identifier, bool isAsked)
    {
        Assert.Equal(result, (string?)answer["result"]);
        string[] told = ["transaction_id", "sequence_number", "result", "time", "mode", "receipt", .. isAsked ? ["status"] : Array.Empty<string>()];
        Assert.Equal((result == "pass" ? told.Append("assurance") : told).Order(), answer.Select(member => member.Key).Order());
        Assert.DoesNotContain(identifier, answer.ToJsonString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Leaks(Person person, params string[] texts) => Forms(person)
        .Where(value => texts.Any(text => IdentityScanner.FormsIn(Encoding.UTF8.GetBytes(text), value).Any())).Select((_, index) => $"value {index}");

    private static string[] Forms(Person person) => [person.Number, person.Name, $"{person.BirthDate:yyyy-MM-dd}", $"{person.BirthDate:yyyyMMdd}"];

    private static PlatformRegistration Registered(string[] entitled, string[] required) => new(
        "The bank", PlatformKind.Company, "help@bank.example", Bank, 100, "{}", null, null, [],
        [new PlatformService("kyc", "Opening an account", "statutory-obligation", "The law", "At a branch", ["R01"], Entitled(entitled, required), [])]);

    private static ImmutableArray<FieldEntitlement> Entitled(IEnumerable<string> entitled, string[] required) =>
        [.. entitled.Select(field => new FieldEntitlement(field, "The law on accounts", "16", "Shall hold it.", required.Contains(field)))];

    private static async Task RegisterAsync(TestAuthority authority, BankKeys keys, RegistrationDocument document) => Assert.Equal(
        Refusal.None,
        (await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>(Bank)
            .Register(new RegisterPlatform(document.ToRegistration(Bank), new Attribution("For a test", "test")))).Refusal);

    /// <summary>A bank: what it signs with, and what is sealed to it.</summary>
    private sealed class BankKeys : IDisposable
    {
        public P256Signer Signing { get; } = P256Signer.Create();

        public P256Signer Encryption { get; } = P256Signer.Create();

        public RegistrationDocument Document(IEnumerable<string> entitled, string[] required)
        {
            var encryption = JsonNode.Parse(Encryption.PublicKey.ToJwk())!.AsObject();
            encryption["use"] = "enc";
            var document = DevelopmentPlatform.Registration(Bank, Signing.PublicKey, encryption);
            FieldDocument[] fields = [.. Entitled(entitled, required).Select(FieldDocument.From)];
            var service = document.Services[0] with { Id = "kyc", Purpose = "Opening an account", Basis = "statutory-obligation", Fields = fields };
            return document with { Services = [service, service with { Id = "none", Fields = [] }] };
        }

        public async Task<DevelopmentPlatform> PlatformAsync(HttpClient http, TestAuthority authority)
        {
            var bank = new DevelopmentPlatform(http, Bank, Signing, authority.Time);
            using var response = await bank.AuthenticateAsync();
            Assert.True(response.IsSuccessStatusCode);
            return bank;
        }

        public void Dispose()
        {
            Signing.Dispose();
            Encryption.Dispose();
        }
    }
}
