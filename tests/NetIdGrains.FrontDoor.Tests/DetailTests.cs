using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>RFC 9457 §3.1.4: what to mend is said, by our names and rules alone, and nothing that was sent comes back.</summary>
public sealed class DetailTests : IDisposable
{
    private const string Issuer = "http://localhost:5080";
    private const string TokenEndpoint = $"{Issuer}/v1/token";
    private readonly P256Signer _key = P256Signer.Create();
    private readonly P256Signer _other = P256Signer.Create();

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task S_1_An_operator_is_told_that_a_reason_is_a_code()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = TestOperator.Client(authority);
        var body = new JsonObject { ["net_id"] = "T8N9Y3W87H7XQ7DZG", ["legal_basis"] = "Measures, article 9", ["by"] = "officer 7", ["reference"] = "F-1" };
        foreach (var reason in (string[])["He asked for it", "Fraud", "stolen identity", "stolen_identity"])
        {
            body["reason"] = reason;
            await DetailAsync(
                officer.PostAsJsonAsync("/operator/freezes", body),
                Refusal.FieldInvalid,
                "reason must be a code of lower-case letters, digits and hyphens, such as stolen-identity.");
        }

        body["reason"] = "stolen-identity-2";
        await officer.PostAsJsonAsync("/operator/freezes", body).IsRefusedAsync(Refusal.NetIdUnknown);
    }

    [Fact]
    public async Task A_wallet_is_told_what_to_mend_in_its_command()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:ContactGateway:Address", "http://127.0.0.1:1/", "--Authority:ContactGateway:Token", "t");
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        const string Ahead = "2027-01-01T00:00:00Z";
        const string Past = "2020-01-01T00:00:00Z";
        (string Command, JsonObject Body, Refusal Refusal, string Detail)[] rows =
        [
            ("freeze", new() { ["phone"] = 1 }, Refusal.UnknownField, "Taken: device, mode, until, factors."),
            ("freeze", new() { ["device"] = "one" }, Refusal.FieldInvalid, "device is not of its type."),
            ("freeze", new() { ["device"] = 9 }, Refusal.FieldInvalid, "device must be the number of one of the devices that status lists, and until a time ahead."),
            ("freeze", new() { ["device"] = 1, ["mode"] = "R01" }, Refusal.FieldInvalid, "device and mode do not go together: give one, or neither for everything."),
            ("freeze", new() { ["mode"] = "R09" }, Refusal.FieldInvalid, $"mode must be one of {string.Join(", ", Modes.All)}, and until a time ahead."),
            ("freeze", new() { ["until"] = 1795312800 }, Refusal.FieldInvalid, "until is not of its type."),
            ("freeze", new() { ["until"] = Past }, Refusal.FieldInvalid, "until must be a time ahead."),
            ("remove-device", [], Refusal.FieldMissing, "Missing: device."),
            ("history", new() { ["before"] = "yesterday" }, Refusal.FieldInvalid, "before must be the next of the page before, or left out."),
            ("explain", new() { ["decision"] = "" }, Refusal.FieldInvalid, "decision must be a transaction_id of one's history, or the id of a case of one's own."),
            ("prove-contact", new() { ["code"] = "1" }, Refusal.FieldInvalid, "code must be the eight digits that were sent."),
            ("appeal", new() { ["text"] = "" }, Refusal.FieldInvalid, "text must have 1 to 2000 characters."),
            ("complain", new() { ["platform"] = "shop", ["receipt"] = "r", ["demanded"] = new JsonArray(), ["text"] = "t" }, Refusal.FieldInvalid,
                "text may have 2000 characters, and demanded 1 to 10 entries of 1 to 60 characters."),
        ];
        foreach (var (command, body, refusal, detail) in rows)
            await DetailAsync(wallet.ExecuteAsync(command, body), refusal, detail);
        await DetailAsync(
            wallet.ExecuteWithPasswordAsync("set-contact", new() { ["contact"] = "nowhere" }),
            Refusal.FieldInvalid,
            "contact must be an e-mail address, or a telephone number as +8613800000000 (E.164).");
        await DetailAsync(wallet.ExecuteWithPasswordAsync("cancel", new() { ["why"] = "" }), Refusal.UnknownField, "Taken: factors.");

        var family = Family.WithChildOf(12, new DateOnly(2026, 11, 22));
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        (await child.ApplyAsync(family.Child.Number, family.Child.Name)).EnsureSuccessStatusCode();
        (JsonObject Body, string Detail)[] consents =
        [
            (new() { ["until"] = Ahead, ["service"] = "login" }, "service and purpose go together: both for one use, neither for a standing consent."),
            (new() { ["until"] = Ahead, ["fields"] = new JsonArray("shoe_size") }, $"fields must be some of {string.Join(", ", IdentityFields.All)}, each once."),
            (new() { ["until"] = Past }, "until must lie ahead, by at most 366 days."),
        ];
        foreach (var (body, detail) in consents)
        {
            body["platform"] = "shop";
            if (!body.ContainsKey("fields"))
                body["fields"] = new JsonArray();
            await DetailAsync(child.ExecuteAsync("consent-for-ward", body), Refusal.FieldInvalid, detail);
        }
    }

    [Fact]
    public async Task A_body_is_told_which_of_its_members_to_mend()
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await authority.PlatformAsync("shop");
        var body = new JsonObject { ["service"] = 5, ["mode"] = "R01", ["carrier"] = "pigeon", ["secret"] = "s3cret", ["fields"] = new JsonArray("shoe_size") };
        Task Refused(Refusal refusal, string detail) => DetailAsync(shop.BeginAsync(body), refusal, detail);
        Task MendedAsync(string member, JsonNode? value, Refusal refusal, string detail)
        {
            body[member] = value;
            return Refused(refusal, detail);
        }

        await Refused(
            Refusal.UnknownField,
            "Taken: service, sequence_number, mode, carrier, fields, predicates, platform_identifier, redirect_address, state, code_challenge, qr, callback.");
        body.Remove("secret");
        body.Remove("mode");
        await Refused(Refusal.FieldMissing, "Missing: sequence_number, mode.");
        body["mode"] = "R01";
        await MendedAsync("sequence_number", DevelopmentPlatform.NewSequenceNumber(), Refusal.FieldInvalid, "service is not of its type.");
        await MendedAsync("service", null, Refusal.FieldInvalid, "service cannot be null.");
        body["service"] = DevelopmentPlatform.Service;
        await MendedAsync("predicates", "minor", Refusal.FieldInvalid, "predicates must be a list.");
        await MendedAsync("predicates", new JsonArray("minor", null), Refusal.FieldInvalid, "predicates[1] cannot be null.");
        await MendedAsync(
            "predicates",
            new JsonArray("height"),
            Refusal.FieldInvalid,
            $"fields has one that there is not, or one twice. There are {string.Join(", ", IdentityFields.All)}.");
        body.Remove("fields");
        await Refused(Refusal.FieldInvalid, $"predicates has one that there is not, or one twice. There are {string.Join(", ", Predicates.All)}.");
        body.Remove("predicates");
        await MendedAsync(
            "platform_identifier", "", Refusal.FieldInvalid, "platform_identifier is one that you were given, and goes with no fields and no predicates.");
        body.Remove("platform_identifier");
        await Refused(Refusal.CarrierInvalid, "carrier must be scan, same-device or counter.");
        await MendedAsync("carrier", "counter", Refusal.CarrierInvalid, "qr is missing: at a counter it is what was scanned from the wallet.");
        body["carrier"] = "scan";
        await MendedAsync("qr", "some", Refusal.CarrierInvalid, "qr goes with the carrier counter alone.");
        body.Remove("qr");
        await MendedAsync(
            "state", "some", Refusal.CarrierInvalid, "redirect_address, state and code_challenge go with the carrier same-device alone.");
        await MendedAsync("carrier", "same-device", Refusal.CarrierInvalid, "redirect_address is missing: same-device leads back to it.");
        await MendedAsync(
            "redirect_address",
            "https://elsewhere.example/",
            Refusal.CarrierInvalid,
            "code_challenge must be the 43 characters of S256 in base64url (RFC 7636).");
        body["state"] = new string('s', 513);
        await MendedAsync("code_challenge", new string('A', 43), Refusal.FieldInvalid, "state must be at most 512 characters.");
        body["state"] = "some";
        await Refused(Refusal.RedirectNotRegistered, "");
    }

    [Theory]
    [InlineData("60")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("")]
    public async Task How_long_to_wait_is_told_where_it_is_no_time(string wait)
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await authority.PlatformAsync("shop");
        var begun = await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync();
        var asked = shop.SendAsync(HttpMethod.Get, $"/v1/transactions/{begun["transaction_id"]}?wait={wait}", null);
        await DetailAsync(asked, Refusal.FieldInvalid, "wait must be 0 to 25 seconds.");
    }

    [Fact]
    public async Task A_slip_inside_a_registration_is_not_dropped_in_silence()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        var document = TestOperator.Document("shop", _key.PublicKey);
        Task Refused(Refusal refusal, string detail) => DetailAsync(officer.RegisterAsync("shop", TestOperator.Handed(document)), refusal, detail);
        document["callback_adress"] = "https://shop.example/";
        await Refused(
            Refusal.UnknownField,
            "Taken in registration: name, kind, contact, services, keys, keys_address, sector, quota, callback_address, redirect_addresses.");
        document.Remove("callback_adress");
        document["services"]![0]!.AsObject().Remove("purpose");
        await Refused(Refusal.FieldMissing, "Missing: registration.services[0].purpose.");
        document["services"]![0]!["purpose"] = new JsonObject();
        await Refused(Refusal.FieldInvalid, "registration.services[0].purpose is not of its type.");
        document["services"]![0]!["purpose"] = "Login";
        (document["quota"], document["kind"], document["sector"], document["contact"], document["name"]) = (0, "none", "SHOP", "\n", "");
        foreach (var (member, value, detail) in new (string, JsonNode, string)[]
        {
            ("name", "Shop", "name must be text of 1 to 200 characters on one line."),
            ("contact", "help@shop.example", "contact must be text of 1 to 200 characters on one line."),
            ("sector", "shop", "sector must be 1 to 64 lower-case letters, digits and hyphens."),
            ("kind", "company", "kind must be company, government or organisation."),
            ("quota", 1, "quota must be 1 to 100000 verifications a second."),
        })
        {
            await Refused(Refusal.FieldInvalid, detail);
            document[member] = value;
        }

        var handed = TestOperator.Handed(document, reason: "", by: "");
        await DetailAsync(officer.RegisterAsync("shop", handed), Refusal.FieldInvalid, "reason must be text of 1 to 200 characters on one line.");
        handed["reason"] = "For a test";
        await DetailAsync(officer.RegisterAsync("shop", handed), Refusal.FieldInvalid, "by must be text of 1 to 200 characters on one line.");
        await DetailAsync(
            officer.RegisterAsync("SHOP", TestOperator.Handed(document)), Refusal.FieldInvalid,
            "The platform's id must be 1 to 64 lower-case letters, digits and hyphens.");
        Assert.True((await officer.RegisterAsync("shop", TestOperator.Handed(document))).IsSuccessStatusCode);
        await DetailAsync(
            officer.RemoveKeyAsync("shop", "short"), Refusal.FieldInvalid, "The thumbprint is the 43 characters of RFC 7638 with SHA-256, in base64url.");
    }

    [Fact]
    public async Task An_assertion_is_told_what_of_it_to_mend()
    {
        await using var authority = await TestAuthority.StartAsync();
        await RegisterAsync(authority);
        const string Unsigned = "It is signed by none of the platform's keys that are good now, or not with ES256, ES384, RS256 or PS256.";
        Task Refused(string assertion, string detail) => DetailAsync(
            new DevelopmentPlatform(authority.Http, "shop", _key, authority.Time).AskForTokenAsync(assertion), Refusal.AssertionInvalid, detail);
        string Made(string claim = "jti", string? value = "one", P256Signer? signer = null)
        {
            var now = authority.Time.GetUtcNow();
            var claims = new JsonObject
            {
                ["iss"] = "shop",
                ["sub"] = "shop",
                ["aud"] = TokenEndpoint,
                ["jti"] = "one",
                ["exp"] = now.AddMinutes(2).ToUnixTimeSeconds(),
            };
            claims[claim] = value;
            return CompactJws.Sign("""{"alg":"ES256"}"""u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()), signer ?? _key);
        }

        await Refused("no jwt", "client_assertion must be a JWT whose iss and sub are the platform's id.");
        await Refused(Made("sub", "SHOP"), "client_assertion must be a JWT whose iss and sub are the platform's id.");
        await Refused(Made(signer: _other), Unsigned);
        await Refused(Made() + "x", Unsigned);
        await Refused(Made("aud", "https://elsewhere.example"), $"aud must be {TokenEndpoint}, or {Issuer}.");
        await Refused(Made("iss", "bank"), "iss and sub must both be the platform's id.");
        await Refused(Made("jti", ""), "jti must be 1 to 64 characters, never used before.");
        var shop = new DevelopmentPlatform(authority.Http, "shop", _key, authority.Time);
        Assert.True((await shop.AskForTokenAsync(Made("aud", Issuer))).IsSuccessStatusCode); // as OpenID Connect clients name us
        Assert.True((await shop.AskForTokenAsync(Made("jti", "two"))).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_proof_is_told_what_of_it_to_mend()
    {
        await using var authority = await TestAuthority.StartAsync();
        await RegisterAsync(authority);
        var shop = new DevelopmentPlatform(authority.Http, "shop", _key, authority.Time);
        var token = (string)(await shop.AskForTokenAsync(shop.Assertion(TokenEndpoint)).JsonAsync())["access_token"]!;
        const string Path = "/v1/transactions/secret-of-mine";
        string Proof(string method = "GET", string uri = Issuer + Path, int age = 0, bool withToken = true, P256Signer? key = null) => DpopProof.Create(
            method, uri, authority.Time.GetUtcNow().AddSeconds(-age), DevelopmentWallet.NewNonce(), key ?? _key, withToken ? token : null);
        Task Refused(string? proof, string detail)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, Path);
            request.Headers.Add("Authorization", $"DPoP {token}");
            if (proof is not null)
                request.Headers.Add("DPoP", proof);
            return DetailAsync(authority.Http.SendAsync(request), Refusal.DpopProofInvalid, detail);
        }

        await Refused(null, "The header DPoP must be there, once.");
        await Refused(
            "no jws", "It is no proof: a JWT with typ dpop+jwt, alg ES256 and a public jwk; jti of at most 64 characters, htm, htu, iat, and ath beside a token.");
        await Refused(Proof()[..^8] + "AAAAAAAA", "Its signature does not verify under the jwk in its header.");
        await Refused(Proof("POST", $"{Issuer}/v1/token", 300, withToken: false, _other), "htm must be the request's method, in upper case.");
        await Refused(
            Proof(uri: $"{Issuer}/v1/token", age: 300, withToken: false, key: _other),
            $"htu must be the request's address without its query: {Issuer}/v1/transactions/{{transaction}}.");
        await Refused(
            Proof(age: 300, withToken: false, key: _other),
            "iat must be now: at most a minute old, and hardly ahead. Mend the clock, or sign a new proof for each request.");
        await Refused(Proof(withToken: false, key: _other), "ath must be the SHA-256 of the access token that goes with it, in base64url.");
        await Refused(Proof(key: _other), "It is by another key than the one that the token was asked for with.");
    }

    [Fact]
    public void The_published_list_of_OAuth_errors_and_of_the_sandboxs_types_is_complete()
    {
        var published = File.ReadAllText(Path.Combine(Repository.Root, "docs", "problems.md"));
        var rows = RefusalTable.Entries.Values.Where(entry => entry.OAuthError is not null).Select(entry => $"| `{entry.Slug}` | `{entry.OAuthError}` |").ToList();
        Assert.All(rows, row => Assert.Contains(row, published, StringComparison.Ordinal));
        var shown = published[published.IndexOf("| type | `error` |", StringComparison.Ordinal)..].Split("\n\n")[0];
        Assert.Equal(rows.Count, shown.Split('\n').Length - 2);
        var sandbox = File.ReadAllText(Path.Combine(Repository.Root, "src/NetIdGrains.FrontDoor/Sandbox/SandboxApi.cs"));
        foreach (var made in System.Text.RegularExpressions.Regex.EnumerateMatches(sandbox, "Problem\\(([0-9]+), \"([a-z-]+)\", \"([^\"]+)\"\\)"))
        {
            var parts = sandbox.Substring(made.Index, made.Length)[8..^2].Split(", ", 3);
            Assert.Contains($"| `{parts[1].Trim('"')}` | {parts[0]} | {parts[2].Trim('"')} |", published, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_sandbox_says_what_is_kept_of_it()
    {
        Assert.Contains("nothing is kept but the key file", SandboxWords.Kept(null), StringComparison.Ordinal);
        Assert.Contains($"its data stay in {Path.GetFullPath("there")}", SandboxWords.Kept("there"), StringComparison.Ordinal);
    }

    private static async Task DetailAsync(Task<HttpResponseMessage> pending, Refusal refusal, string detail)
    {
        using var response = await pending;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(RefusalTable.Entries[refusal].Type == (string?)JsonNode.Parse(text)!["type"], $"Expected {refusal}: {text}");
        Assert.Equal(detail, (string?)JsonNode.Parse(text)!["detail"] ?? "");
        await Task.FromResult(response).IsRefusedAsync(refusal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private async Task RegisterAsync(TestAuthority authority)
    {
        using var officer = new TestOperator(authority);
        Assert.True((await officer.RegisterAsync("shop", TestOperator.Handed(TestOperator.Document("shop", _key.PublicKey)))).IsSuccessStatusCode);
    }
}
