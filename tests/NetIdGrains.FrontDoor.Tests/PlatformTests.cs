using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What a platform may be registered as, what becomes of it, and what everyone can see of that.</summary>
public sealed class PlatformTests : IDisposable
{
    private readonly P256Signer _key = P256Signer.Create();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Registrations_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var good = TestOperator.Document("shop", _key.PublicKey);
        var body = new JsonObject
        {
            ["registration"] = new JsonObject
            {
                ["name"] = "",
                ["kind"] = "club",
                ["contact"] = " ",
                ["sector"] = "Shop!",
                ["quota"] = 0,
                ["keys"] = "none",
                ["keys_address"] = "http://keys.example/",
                ["callback_address"] = "https://10.0.0.1/",
                ["redirect_addresses"] = new JsonArray("http://shop.example/#back"),
                ["services"] = new JsonArray(),
            },
            ["reason"] = "",
            ["by"] = "\u0007",
            ["shoe_size"] = 43,
        };
        var document = body["registration"]!.AsObject();
        Task Refused(Refusal refusal, string id = "shop") => officer.RegisterAsync(id, body).IsRefusedAsync(refusal);
        async Task MendedAsync(string member, JsonNode? value, Refusal refusal)
        {
            Set(document, member, value);
            await Refused(refusal);
        }

        await Refused(Refusal.UnknownField, "Not%20an%20id");
        body.Remove("shoe_size");
        await Refused(Refusal.FieldInvalid, "Not%20an%20id");
        await Refused(Refusal.FieldInvalid);
        await MendedAsync("name", "The shop", Refusal.FieldInvalid);
        await MendedAsync("contact", "help@shop.example", Refusal.FieldInvalid);
        await MendedAsync("sector", "shop", Refusal.FieldInvalid);
        await MendedAsync("kind", "company", Refusal.FieldInvalid);
        await MendedAsync("quota", 10, Refusal.PlatformKeysInvalid); // a set and an address of one
        document.Remove("keys_address");
        await Refused(Refusal.PlatformKeysInvalid);
        await MendedAsync("keys", good["keys"]!.DeepClone(), Refusal.PlatformAddressInvalid);
        await MendedAsync("callback_address", "https://shop.example/hook", Refusal.PlatformAddressInvalid);
        await MendedAsync("redirect_addresses", new JsonArray("https://shop.example/back"), Refusal.PlatformServiceInvalid);
        await MendedAsync("services", new JsonArray(good["services"]![0]!.DeepClone(), good["services"]![0]!.DeepClone()), Refusal.PlatformServiceInvalid);
        var service = new JsonObject
        {
            ["id"] = "Login",
            ["purpose"] = "Login",
            ["basis"] = "statutory-duty",
            ["legal_basis"] = "Contract",
            ["alternative"] = "",
            ["modes"] = new JsonArray("R09"),
            ["predicates"] = new JsonArray("shoe_size"),
            ["fields"] = new JsonArray(Field("shoe_size")),
        };
        await MendedAsync("services", new JsonArray(service), Refusal.PlatformServiceInvalid);
        await MendedAsync("services.0.id", "login", Refusal.PlatformServiceInvalid);
        await MendedAsync("services.0.alternative", "A video call", Refusal.LegalBasisNotOfKind); // A6-1
        await MendedAsync("services.0.basis", "contract", Refusal.PlatformServiceInvalid); // S-3
        await MendedAsync("services.0.modes", new JsonArray("R01"), Refusal.EntitlementInvalid);
        await MendedAsync("services.0.predicates", new JsonArray("minor"), Refusal.EntitlementInvalid);
        await MendedAsync("services.0.fields.0.field", "name", Refusal.EntitlementInvalid); // A8-2: a contract is no law
        await MendedAsync("services.0.basis", "statutory-obligation", Refusal.FieldInvalid);
        body["reason"] = "Its papers are in order";
        await Refused(Refusal.FieldInvalid);
        body["by"] = "A. Person";
        await officer.GetAsync("shop").IsRefusedAsync(Refusal.PlatformUnknown); // nothing of all this was kept
        Assert.Equal("approved", (string?)(await officer.RegisterAsync("shop", body).JsonAsync())["registration"]!["status"]);

        using (var again = await officer.RegisterAsync("shop", body))
            Assert.Single((await again.JsonAsync())["registration"]!["changes"]!.AsArray()); // the same again is no change
        document["name"] = "Another shop";
        await Refused(Refusal.PlatformExists);
    }

    [Fact]
    public async Task A_registration_with_one_fault_is_refused_for_it()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var long201 = new string('x', 201);
        (string Member, JsonNode? Value, Refusal Refusal)[] faults =
        [
            ("name", " ", Refusal.FieldInvalid), ("name", long201, Refusal.FieldInvalid), ("name", "a\nb", Refusal.FieldInvalid), ("name", null, Refusal.FieldMissing),
            ("kind", "Company", Refusal.FieldInvalid), ("kind", "1", Refusal.FieldInvalid),
            ("quota", 0, Refusal.FieldInvalid), ("quota", -1, Refusal.FieldInvalid), ("quota", 100_001, Refusal.FieldInvalid), ("quota", 1.5, Refusal.FieldInvalid),
            ("sector", "", Refusal.FieldInvalid), ("sector", new string('s', 65), Refusal.FieldInvalid),
            ("services", null, Refusal.FieldMissing), ("services", Nulls(), Refusal.FieldInvalid), ("services", new JsonArray(), Refusal.PlatformServiceInvalid),
            ("services.0.purpose", "", Refusal.PlatformServiceInvalid), ("services.0.legal_basis", long201, Refusal.PlatformServiceInvalid),
            ("services.0.alternative", " ", Refusal.PlatformServiceInvalid),
            ("services.0.modes", new JsonArray(), Refusal.PlatformServiceInvalid), ("services.0.modes", Nulls(), Refusal.FieldInvalid),
            ("services.0.modes", new JsonArray("R01", "R01"), Refusal.PlatformServiceInvalid),
            ("services.0.predicates", new JsonArray("minor", "minor"), Refusal.EntitlementInvalid), ("services.0.predicates", Nulls(), Refusal.FieldInvalid),
            ("services.0.fields", Nulls(), Refusal.FieldInvalid), ("services.0.fields", new JsonArray(Field("name"), Field("name")), Refusal.EntitlementInvalid),
            ("services.0.fields.0.statute", " ", Refusal.EntitlementInvalid), ("services.0.fields.0.article", "", Refusal.EntitlementInvalid),
            ("services.0.fields.0.text", " ", Refusal.EntitlementInvalid), ("services.0.fields.0.text", new string('x', 4001), Refusal.EntitlementInvalid),
            ("services.0.fields.0.field", "net_id", Refusal.EntitlementInvalid), ("services.0.basis", "consent", Refusal.EntitlementInvalid),
            ("redirect_addresses", Nulls(), Refusal.FieldInvalid), ("redirect_addresses", new JsonArray("/back"), Refusal.PlatformAddressInvalid),
            ("redirect_addresses", new JsonArray("https://shop.example/back#top"), Refusal.PlatformAddressInvalid),
            ("redirect_addresses", new JsonArray("https://shop.example/back#"), Refusal.PlatformAddressInvalid),
            ("redirect_addresses", new JsonArray("http://shop.example/back"), Refusal.PlatformAddressInvalid),
            ("redirect_addresses", new JsonArray("javascript:alert(1)"), Refusal.PlatformAddressInvalid),
            ("redirect_addresses", new JsonArray("myapp:back"), Refusal.PlatformAddressInvalid), // RFC 8252 §7.1: anyone's, without a dot
            ("callback_address", "http://shop.example/hook", Refusal.PlatformAddressInvalid),
            ("callback_address", "https://203.0.113.7/", Refusal.PlatformAddressInvalid),
            ("callback_address", "https://[2606:2800::1]/", Refusal.PlatformAddressInvalid), ("callback_address", "https://shop/", Refusal.PlatformAddressInvalid),
            ("callback_address", "https://shop.example:8443/", Refusal.PlatformAddressInvalid),
            ("callback_address", "https://shop.example/#x", Refusal.PlatformAddressInvalid),
            ("callback_address", "https://a:b@shop.example/", Refusal.PlatformAddressInvalid), ("callback_address", "", Refusal.PlatformAddressInvalid),
        ];
        List<string> wrong = [];
        foreach (var (member, value, refusal) in faults)
        {
            var document = Statutory("shop");
            Set(document, member, value);
            using var response = await officer.RegisterAsync("shop", TestOperator.Handed(document));
            if (RefusalTable.Entries[refusal].Slug is var slug && !(await response.Content.ReadAsStringAsync()).Contains(slug, StringComparison.Ordinal))
                wrong.Add($"{member} = {value?.ToJsonString()}: {(int)response.StatusCode}, and not {slug}");
        }

        Assert.Empty(wrong);
        await officer.GetAsync("shop").IsRefusedAsync(Refusal.PlatformUnknown);
        var good = Statutory("shop");
        Set(good, "redirect_addresses", new JsonArray("https://shop.example/back?x=1", "com.shop.app:/back", "http://127.0.0.1:5099/back"));
        Set(good, "callback_address", "https://shop.example/hook");
        Assert.Equal("approved", (string?)(await officer.RegisterAsync("shop", TestOperator.Handed(good)).JsonAsync())["registration"]!["status"]);
    }

    // What this machine's own addresses are good for in development, they are not elsewhere.
    [Theory]
    [InlineData("http://127.0.0.1:5099/keys", true, true)]
    [InlineData("http://keys.example/", true, false)]
    [InlineData("https://keys.example/", true, true)]
    [InlineData("http://127.0.0.1:5099/keys", false, false)]
    [InlineData("https://127.0.0.1/keys", false, false)]
    [InlineData("https://localhost/keys", false, false)]
    [InlineData("https://keys.example/", false, true)]
    public void A12_1_Key_sets_are_where_only_their_platform_can_be(string address, bool inDevelopment, bool isGood)
    {
        var document = DevelopmentPlatform.Registration("shop", _key.PublicKey) with { Keys = null, KeysAddress = address };
        Assert.Equal(isGood ? Refusal.None : Refusal.PlatformAddressInvalid, PlatformRules.Check(document.ToRegistration("shop"), inDevelopment));
        document = DevelopmentPlatform.Registration("shop", _key.PublicKey) with { RedirectAddresses = ["http://localhost:1/back"] };
        Assert.Equal(inDevelopment ? Refusal.None : Refusal.PlatformAddressInvalid, PlatformRules.Check(document.ToRegistration("shop"), inDevelopment));
    }

    [Fact]
    public async Task S_3_Each_kind_has_its_legal_bases_and_no_others()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        string[] bases = ["consent", "contract", "statutory-obligation", "statutory-duty", "legitimate-interest"];
        foreach (var (kind, good) in new[] { ("company", "11100"), ("government", "10010"), ("organisation", "11110") })
        {
            for (var index = 0; index < bases.Length; index++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{kind}-{index}");
                var document = TestOperator.Document(id, _key.PublicKey);
                (document["kind"], document["services"]![0]!["basis"]) = (kind, bases[index]);
                var answer = officer.RegisterAsync(id, TestOperator.Handed(document));
                if (good[index] == '1')
                    Assert.Equal(kind, (string?)(await answer.JsonAsync())["registration"]!["kind"]);
                else
                    await answer.IsRefusedAsync(Refusal.LegalBasisNotOfKind);
            }
        }
    }

    [Fact]
    public async Task A7_1_What_may_become_what_each_dated_with_its_reason_and_by_whom()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var may = new Dictionary<string, string[]>
        {
            ["requested"] = ["approved", "ended"],
            ["approved"] = ["suspended", "left", "ended"],
            ["suspended"] = ["approved", "left", "ended"],
            ["left"] = ["approved", "ended"],
            ["ended"] = [],
        };
        foreach (var (from, good) in may)
        {
            foreach (var to in (string[])[.. may.Keys, "none", "Approved", "dissolved"])
            {
                var id = $"{from}-{to.ToLowerInvariant()}-{(char.IsUpper(to[0]) ? "capital" : "small")}";
                var document = TestOperator.Document(
                    id, _key.PublicKey, registration => from == "requested" ? registration with { Sector = null, Quota = null } : registration);
                if (from == "requested")
                    Assert.Equal(HttpStatusCode.Accepted, (await authority.Http.PutAsJsonAsync($"/v1/platforms/{id}", document)).StatusCode);
                else
                    Assert.True((await officer.RegisterAsync(id, TestOperator.Handed(document))).IsSuccessStatusCode);
                if (from is not ("requested" or "approved"))
                    Assert.True((await officer.ChangeAsync(id, from)).IsSuccessStatusCode);
                authority.Time.Advance(TimeSpan.FromHours(1));
                var before = await RecordAsync(authority, id);
                await officer.ChangeAsync(id, to, reason: "").IsRefusedAsync(Refusal.FieldInvalid);
                await officer.ChangeAsync(id, to, by: "").IsRefusedAsync(Refusal.FieldInvalid);
                var answer = officer.ChangeAsync(id, to, "It was time", "B. Person");
                if (to == from)
                {
                    (await answer).EnsureSuccessStatusCode();
                    var kept = to is "requested" or "left" ? 0 : 1; // what an operator does again for another reason
                    Assert.Equal(before.Changes.Length + kept, (await RecordAsync(authority, id)).Changes.Length);
                }
                else if (!good.Contains(to))
                {
                    await answer.IsRefusedAsync(Refusal.PlatformStatusInvalid);
                    Assert.Equal(before.Changes, (await RecordAsync(authority, id)).Changes);
                }
                else
                {
                    Assert.Equal(to, (string?)(await answer.JsonAsync())["registration"]!["status"]);
                    var change = (await RecordAsync(authority, id)).Changes[^1];
                    Assert.Equal((to, "It was time", "B. Person"), (PublicPlatform.NameOf(change.Status), change.Reason, change.By));
                    Assert.InRange(authority.Time.GetUtcNow() - change.Time, TimeSpan.Zero, TimeSpan.FromMinutes(30));
                }
            }
        }

        await officer.ChangeAsync("nobody", "ended").IsRefusedAsync(Refusal.PlatformUnknown);
    }

    [Fact]
    public async Task Another_registration_takes_its_place_but_the_sector_stays()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var document = TestOperator.Document("shop", _key.PublicKey);
        await officer.AmendAsync("shop", TestOperator.Handed(document)).IsRefusedAsync(Refusal.PlatformUnknown);
        Assert.True((await officer.RegisterAsync("shop", TestOperator.Handed(document))).IsSuccessStatusCode);
        (document["name"], document["sector"], document["quota"]) = ("The group", "group", 0);
        await officer.AmendAsync("shop", TestOperator.Handed(document, reason: "")).IsRefusedAsync(Refusal.FieldInvalid);
        document["quota"] = 5;
        await officer.AmendAsync("shop", TestOperator.Handed(document, reason: "")).IsRefusedAsync(Refusal.FieldInvalid);
        await officer.AmendAsync("shop", TestOperator.Handed(document)).IsRefusedAsync(Refusal.PlatformSectorFixed);
        document["sector"] = "shop";
        var amended = await officer.AmendAsync("shop", TestOperator.Handed(document, "It was sold")).JsonAsync();
        Assert.Equal(("The group", 5), ((string?)amended["registration"]!["name"], (int)amended["quota"]!));
        Assert.Equal("It was sold", (string?)amended["registration"]!["changes"]![1]!["reason"]);
    }

    [Fact]
    public async Task A_platform_that_asks_by_itself_is_nobody_before_the_operator_approves()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var document = TestOperator.Document("shop", _key.PublicKey);
        Task<HttpResponseMessage> AskAsync(string id = "shop") => authority.Http.PutAsJsonAsync($"/v1/platforms/{id}", document);
        document["by"] = "me";
        await AskAsync("SHOP").IsRefusedAsync(Refusal.UnknownField);
        document.Remove("by");
        await AskAsync("SHOP").IsRefusedAsync(Refusal.FieldInvalid);
        await AskAsync().IsRefusedAsync(Refusal.FieldInvalid);
        document.Remove("sector");
        await AskAsync().IsRefusedAsync(Refusal.FieldInvalid); // the quota too is the operator's to give
        document.Remove("quota");
        document["kind"] = "government";
        await AskAsync().IsRefusedAsync(Refusal.LegalBasisNotOfKind);
        document["kind"] = "company";
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync()).StatusCode);
        document["name"] = "Another";
        await AskAsync().IsRefusedAsync(Refusal.PlatformExists);

        var shop = new DevelopmentPlatform(authority.Http, "shop", _key, authority.Time);
        await shop.AuthenticateAsync().IsRefusedAsync(Refusal.PlatformNotApproved);
        await authority.Http.GetAsync("/v1/platforms/shop").IsRefusedAsync(Refusal.PlatformUnknown);
        Assert.Empty((await authority.Http.GetAsync("/v1/platforms").JsonAsync())["platforms"]!.AsArray());
        Assert.Equal("requested", (string?)(await officer.ListAsync().JsonAsync())["platforms"]!.AsArray().Single()!["status"]);

        Assert.True((await officer.ChangeAsync("shop", "approved")).IsSuccessStatusCode);
        Assert.Equal(("shop", 100), await OwnAsync(shop));
        Assert.Equal("approved", (string?)(await authority.Http.GetAsync("/v1/platforms/shop").JsonAsync())["status"]);
        document["name"] = "The shop";
        await AskAsync().IsRefusedAsync(Refusal.PlatformExists); // asking is over
    }

    [Fact]
    public async Task The_register_shows_everyone_what_each_may_ask_and_why_page_by_page()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        Assert.True((await officer.RegisterAsync("bank", TestOperator.Handed(Statutory("bank")))).IsSuccessStatusCode);
        Assert.True((await officer.ChangeAsync("bank", "suspended", "It asked too much", "C. Person")).IsSuccessStatusCode);
        using var response = await authority.Http.GetAsync("/v1/platforms/bank");
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("Person", text, StringComparison.Ordinal);
        Assert.DoesNotContain("keys", text, StringComparison.Ordinal);
        var bank = JsonNode.Parse(text)!;
        Assert.Equal(
            ["changes", "contact", "id", "kind", "name", "refused_asks", "sector", "services", "since", "status"],
            bank.AsObject().Select(member => member.Key).Order());
        Assert.Equal(("suspended", "It asked too much"), ((string?)bank["status"], (string?)bank["changes"]![1]!["reason"]));
        var service = bank["services"]![0]!;
        Assert.Equal(("Login", "Contract with the user", "A video call"), (
            (string?)service["purpose"], (string?)service["legal_basis"], (string?)service["alternative"]));
        Assert.True(JsonNode.DeepEquals(Field("name"), service["fields"]![0]));
        Assert.Equal(["R01", "R02"], service["modes"]!.AsArray().Select(mode => (string)mode!));

        for (var number = 0; number < 120; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"shop-{number:d3}");
            Assert.True((await officer.RegisterAsync(id, TestOperator.Handed(TestOperator.Document(id, _key.PublicKey)))).IsSuccessStatusCode);
        }

        List<string> seen = [];
        for (string? next = ""; next is not null;)
        {
            var page = await authority.Http.GetAsync($"/v1/platforms?after={next}").JsonAsync();
            seen.AddRange(page["platforms"]!.AsArray().Select(platform => (string)platform!["id"]!));
            Assert.InRange(page["platforms"]!.AsArray().Count, 1, 50);
            next = (string?)page["next"];
        }

        Assert.Equal(121, seen.Count);
        Assert.Equal(seen.Order(StringComparer.Ordinal).Distinct(), seen);
    }

    [Fact]
    public async Task Who_has_only_asked_for_an_id_holds_it_against_nobody()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var theOperator = new TestOperator(authority);
        var asked = TestOperator.Document("bank", _key.PublicKey, registration => registration with { Sector = null, Quota = null, Name = "A squatter" });
        using (var request = await authority.Http.PutAsJsonAsync("/v1/platforms/bank", asked))
            Assert.Equal(System.Net.HttpStatusCode.Accepted, request.StatusCode);
        using (var registered = await theOperator.RegisterAsync("bank", TestOperator.Handed(TestOperator.Document("bank", _key.PublicKey))))
            Assert.True(registered.IsSuccessStatusCode);
        Assert.Equal("The bank", (string?)(await authority.Http.GetAsync("/v1/platforms/bank").JsonAsync())["name"]);
    }

    [Fact]
    public async Task A8_1_An_ask_beyond_the_entitlement_is_refused_and_counted_over_all_front_doors_in_public()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        Assert.True((await officer.RegisterAsync("bank", TestOperator.Handed(Statutory("bank")))).IsSuccessStatusCode);
        var bank = new DevelopmentPlatform(authority.Http, "bank", _key, authority.Time);
        (await bank.AuthenticateAsync()).Dispose();

        Task<HttpResponseMessage> AskAsync(string mode, string[] predicates, string[] fields)
        {
            var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: mode);
            body["predicates"] = new JsonArray([.. predicates.Select(predicate => (JsonNode)predicate)]);
            body["fields"] = new JsonArray([.. fields.Select(field => (JsonNode)field)]);
            return bank.BeginAsync(body);
        }

        await AskAsync("R04", [], []).IsRefusedAsync(Refusal.BeyondEntitlement);
        await AskAsync("R01", ["age_band"], []).IsRefusedAsync(Refusal.BeyondEntitlement);
        await AskAsync("R01", ["minor", "age_band"], []).IsRefusedAsync(Refusal.BeyondEntitlement);
        await AskAsync("R01", [], ["name", "birth_date"]).IsRefusedAsync(Refusal.BeyondEntitlement);
        await bank.VerifyCodeAsync(wallet.NetId!, "12345678").IsRefusedAsync(Refusal.BeyondEntitlement);
        var direct = DevelopmentPlatform.VerificationBody(DevelopmentPlatform.NewSequenceNumber(), "a nonce of ours", "none", "R03");
        await bank.VerifyAsync(JsonContent.Create(direct)).IsRefusedAsync(Refusal.BeyondEntitlement);
        await AskAsync("R09", [], []).IsRefusedAsync(Refusal.ModeNotAvailable); // a slip is no over-ask
        await AskAsync("R01", ["shoe_size"], []).IsRefusedAsync(Refusal.FieldInvalid);
        (await AskAsync("R02", ["minor"], [])).EnsureSuccessStatusCode();

        var other = new PlatformLeases(authority.Services.GetRequiredService<IGrainFactory>(), authority.Time, new AuthorityOptions()).Of("bank");
        Assert.Equal(Refusal.None, (await other.TakeAsync(spends: false)).Refusal);
        other.CountRefusedAsk();
        other.CountRefusedAsk();
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Refusal.None, (await other.TakeAsync(spends: false)).Refusal);
        Assert.Equal(("bank", 10_000), await OwnAsync(bank));
        Assert.Equal(8, (int)(await authority.Http.GetAsync("/v1/platforms/bank").JsonAsync())["refused_asks"]!);

        await authority.StopAsync();
        await authority.StartAgainAsync();
        Assert.Equal(8, (int)(await authority.Http.GetAsync("/v1/platforms/bank").JsonAsync())["refused_asks"]!);
    }

    /// <summary>A company that a law obliges to hold names.</summary>
    private JsonObject Statutory(string id)
    {
        var document = TestOperator.Document(id, _key.PublicKey);
        var service = document["services"]![0]!;
        service["basis"] = "statutory-obligation";
        service["modes"] = new JsonArray("R01", "R02");
        service["predicates"] = new JsonArray("minor");
        service["fields"] = new JsonArray(Field("name"));
        return document;
    }

    private static JsonObject Field(string field) => new()
    {
        ["field"] = field,
        ["statute"] = "A law on banks",
        ["article"] = "Article 7",
        ["text"] = "A bank shall know who its customers are.",
        ["required"] = true,
    };

    private static JsonArray Nulls() => [null];

    private static async Task<(string? Name, int Quota)> OwnAsync(DevelopmentPlatform platform)
    {
        (await platform.AuthenticateAsync()).EnsureSuccessStatusCode();
        var own = await platform.SendAsync(HttpMethod.Get, "/v1/platform").JsonAsync();
        return ((string?)own["registration"]!["id"], (int)own["quota"]!);
    }

    private static async Task<PlatformRecord> RecordAsync(TestAuthority authority, string id) =>
        (await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>(id).Record())!;

    /// <param name="json">Where to.</param>
    /// <param name="path">Members and places, with dots between.</param>
    /// <param name="value">What for; null to remove the member.</param>
    private static void Set(JsonObject json, string path, JsonNode? value)
    {
        var steps = path.Split('.');
        JsonNode at = json;
        foreach (var step in steps[..^1])
            at = int.TryParse(step, CultureInfo.InvariantCulture, out var place) ? at[place]! : at[step]!;
        if (value is null)
            at.AsObject().Remove(steps[^1]);
        else
            at[steps[^1]] = value;
    }
}
