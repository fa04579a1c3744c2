using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>PIPL 48: whoever is decided about can ask why, and is told the clause and the kinds of data; nobody else is.</summary>
public sealed partial class ExplainTests
{
    private const string WrongPassword = "13572468";
    private static readonly DateOnly Today = new(2026, 11, 22);

    /// <summary>What stands against a direct verification in R01, and how it is explained.</summary>
    private static readonly (string Done, string Reason, string Clause, string Data)[] Standings =
    [
        ("nothing", "in-order", "A2-3", "age,certificate,consent,device,freeze"),
        ("freeze", "frozen", "A4-2", "freeze"),
        ("freeze-device", "frozen", "A4-2", "freeze"),
        ("freeze-mode", "frozen", "A4-2", "freeze"),
        ("freeze-by-code", "frozen", "A4-2", "freeze"),
        ("freeze-by-operator", "frozen-by-operator", "S-1", "freeze"),
        ("freeze-by-register", "frozen-by-register", "A4-1", "freeze"),
        ("withdraw", "consent-withdrawn", "PIPL 15", "consent"),
        ("remove-device", "device-removed", "A12-1", "device"),
        ("renew", "certificate-given-up", "A2-3", "certificate,device"),
    ];

    [Fact]
    public async Task PIPL_48_Each_standing_is_explained_by_the_first_that_stands_against_it()
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await authority.PlatformAsync("shop");
        for (var row = 0; row < Standings.Length; row++)
        {
            var (done, reason, clause, data) = Standings[row];
            using var phone = await authority.EnrolAsync(Persons.Adults[row]);
            var (response, tablet) = await phone.AddDeviceAsync();
            response.EnsureSuccessStatusCode();
            var shown = Shown(phone);
            await DoAsync(authority, phone, tablet, done);
            var answer = await shop.VerifyAsync(JsonContent.Create(shown)).JsonAsync();
            var explained = await WhyAsync(tablet, answer);
            Assert.Equal((done, reason, clause, data), (done, (string?)explained["reason"], (string?)explained["clause"], Data(explained)));
            Assert.Equal(
                ("verification", "shop", "R01", (string?)answer["result"], (string?)answer["time"]),
                ((string?)explained["kind"], (string?)explained["platform"], (string?)explained["mode"], (string?)explained["result"], (string?)explained["time"]));
            Assert.Equal(row == 0 ? "pass" : "fail", (string?)explained["result"]);
            Assert.NotEmpty((string)explained["meaning"]!);
            tablet.Dispose();
        }
    }

    [Fact]
    public async Task PIPL_48_Passwords_and_faces_are_explained_and_a_yes_names_what_its_mode_has_proved()
    {
        await using var service = HolderCheckCommand.Build("http://127.0.0.1:0", "secret");
        await service.StartAsync();
        await using var authority = await TestAuthority.StartAsync("--HolderCheck:Address", $"{service.Urls.Single()}/", "--HolderCheck:Token", "secret");
        var someone = Persons.Adults[0];
        using var wallet = await authority.EnrolAsync(someone);
        var shop = await authority.PlatformAsync("shop");
        var (own, others) = (DevelopmentFace.Png(someone.Number), DevelopmentFace.Png(Persons.Adults[1].Number));
        foreach (var (mode, password, face, reason, data) in new (string, string?, byte[]?, string, string)[]
        {
            ("R02", DevelopmentWallet.Password, null, "in-order", "age,certificate,consent,device,freeze,password,password-tries"),
            ("R03", null, own, "in-order", "age,certificate,consent,device,document,face,freeze,name"),
            ("R03", null, others, "face-not-matched", "document,face,name"),
            ("R04", DevelopmentWallet.Password, others, "face-not-matched", "document,face,name"),
            ("R04", WrongPassword, own, "password-wrong", "password,password-tries"),
            ("R02", WrongPassword, null, "password-wrong", "password,password-tries"),
            ("R02", WrongPassword, null, "password-wrong", "password,password-tries"),
            ("R02", WrongPassword, null, "password-wrong", "password,password-tries"),
            ("R02", WrongPassword, null, "password-wrong", "password,password-tries"),
            ("R02", DevelopmentWallet.Password, null, "password-delayed", "password-tries"),
        })
        {
            var body = Shown(wallet, mode);
            body["factors"] = await wallet.SealFactorsAsync($"direct/shop/{body["sequence_number"]}/{body["nonce"]}", password, face);
            var explained = await WhyAsync(wallet, await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync());
            Assert.Equal((mode, reason, data), (mode, (string?)explained["reason"], Data(explained)));
        }

        var transaction = await BeginAsync(shop, "R03");
        for (var time = 0; time < 5; time++)
            await wallet.ApproveAsync(transaction, password: null, others).IsRefusedAsync(Refusal.FaceNotMatched);
        Assert.Equal("face-not-matched", (string?)(await WhyAsync(wallet, transaction))["reason"]);
    }

    [Fact]
    public async Task PIPL_48_Codes_denials_and_other_peoples_identifiers_are_explained()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        var shop = await authority.PlatformAsync("shop");
        async Task CodeAsync(string code, string reason, string data)
        {
            var explained = await WhyAsync(wallet, await shop.VerifyCodeAsync(wallet.NetId!, code).JsonAsync());
            Assert.Equal((reason, data), ((string?)explained["reason"], Data(explained)));
        }

        await CodeAsync("12345678", "codes-closed", "code");
        var secret = Convert.FromBase64String((string)(await wallet.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        var code = DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow());
        await CodeAsync(code, "in-order", "age,code,consent,freeze");
        await CodeAsync(code, "code-wrong", "code"); // used before
        (await wallet.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await CodeAsync(code, "code-wrong", "code"); // a guesser's tries are told from a freeze
        (await wallet.ExecuteWithPasswordAsync("unfreeze")).EnsureSuccessStatusCode();

        var denied = await BeginAsync(shop, "R01");
        (await wallet.DenyAsync(denied)).EnsureSuccessStatusCode();
        Assert.Equal(("denied", "A4-2"), Reason(await WhyAsync(wallet, denied)));
        var approved = await BeginAsync(shop, "R01");
        (await wallet.ApproveAsync(approved)).EnsureSuccessStatusCode();
        Assert.Equal(("in-order", "A2-3"), Reason(await WhyAsync(wallet, approved)));

        var body = Shown(wallet);
        body["platform_identifier"] = (string?)(await shop.VerifyAsync(other).JsonAsync())["platform_identifier"];
        Assert.Equal(("another-person", "A8-1"), Reason(await WhyAsync(wallet, await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync())));
    }

    [Fact]
    public async Task PIPL_48_A_childs_refusal_is_explained_to_the_guardian_and_from_14_on_to_the_young_person()
    {
        await using var authority = await TestAuthority.StartAsync();
        var family = Family.WithChildOf(13, Today);
        using var guardian = await authority.EnrolAsync(family.Guardian);
        using var child = new DevelopmentWallet(authority.Http, authority.Time, guardian);
        (await child.ApplyAsync(family.Child.Number, family.Child.Name)).EnsureSuccessStatusCode();
        var shop = await authority.PlatformAsync("shop");
        var answer = await shop.VerifyAsync(child).JsonAsync();
        Assert.Equal(("guardian-consent-missing", "A5-2"), Reason(await WhyAsync(child, answer)));
        await ExplainAsync(guardian, (string)answer["transaction_id"]!).IsRefusedAsync(Refusal.DecisionUnknown); // it is the child's

        var (response, own) = await child.AddDeviceAsync();
        response.EnsureSuccessStatusCode();
        using var young = own;
        Assert.Equal(("guardian-consent-missing", "A5-2"), Reason(await WhyAsync(young, answer)));
        var birthday = new DateTimeOffset(family.Child.BirthDate.AddYears(14).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));
        authority.Time.Advance(birthday.AddMinutes(-2) - authority.Time.GetUtcNow());
        (await child.IssueAsync("renew", 1)).EnsureSuccessStatusCode(); // the first have ended by now
        authority.Time.Advance(TimeSpan.FromMinutes(3));
        shop = await authority.PlatformAsync("shop");
        var explained = await WhyAsync(young, await shop.VerifyAsync(child).JsonAsync());
        Assert.Equal(("guardians-device", "A4-4", "age,device"), ((string?)explained["reason"], (string?)explained["clause"], Data(explained)));
    }

    [Fact]
    public async Task PIPL_48_A_case_of_ones_own_is_explained_in_its_supervisors_words()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var supervisor = TestOperator.Client(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        (await supervisor.PostAsJsonAsync("/operator/freezes", FreezeBody(wallet.NetId!))).EnsureSuccessStatusCode();
        var id = (string)(await wallet.ExecuteAsync("appeal", new JsonObject { ["text"] = "It is me." }).JsonAsync())["cases"]![0]!["id"]!;
        var received = await WhyAsync(wallet, id);
        Assert.Equal(("appeal", "received", "S-1", "case,freeze"), ((string?)received["kind"], (string?)received["result"], (string?)received["clause"], Data(received)));
        var step = new JsonObject { ["status"] = "dismissed", ["reason"] = "The papers say otherwise.", ["by"] = "officer 7" };
        (await supervisor.PostAsJsonAsync($"/operator/cases/{id}", step)).EnsureSuccessStatusCode();
        var dismissed = await WhyAsync(wallet, id);
        Assert.Equal(("dismissed", "The papers say otherwise."), ((string?)dismissed["result"], (string?)dismissed["meaning"]));
        await ExplainAsync(other, id).IsRefusedAsync(Refusal.DecisionUnknown);
    }

    [Fact]
    public async Task PIPL_48_What_is_not_ones_own_or_no_longer_there_is_not_found_and_bad_questions_are_refused_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        var shop = await authority.PlatformAsync("shop");
        var transaction = (string)(await shop.VerifyAsync(wallet).JsonAsync())["transaction_id"]!;
        (Refusal Refusal, JsonObject Body)[] rows =
        [
            (Refusal.UnknownField, new() { ["decision"] = transaction, ["why"] = true }),
            (Refusal.FieldMissing, []),
            (Refusal.FieldInvalid, new() { ["decision"] = 7 }),
            (Refusal.FieldInvalid, new() { ["decision"] = "" }),
            (Refusal.FieldInvalid, new() { ["decision"] = new string('x', 65) }),
            (Refusal.DecisionUnknown, new() { ["decision"] = "nothing" }),
            (Refusal.DecisionUnknown, new() { ["decision"] = await BeginAsync(shop, "R01") }), // nobody has decided it
        ];
        foreach (var (refusal, body) in rows)
            await wallet.ExecuteAsync("explain", body).IsRefusedAsync(refusal);
        await ExplainAsync(other, transaction).IsRefusedAsync(Refusal.DecisionUnknown);
        var line = (await wallet.ExecuteAsync("history").JsonAsync())["history"]!["lines"]![0]!;
        Assert.Equal(transaction, (string?)line["transaction_id"]);

        authority.Time.Advance(TimeSpan.FromDays(2)); // its answer's day is over: the line still says why
        await authority.Services.GetRequiredService<IAuthenticationLog>().DropAnswersAsync(authority.Time.GetUtcNow().AddDays(-1), 100);
        Assert.Equal(("in-order", "A2-3"), Reason(await WhyAsync(wallet, transaction)));
        await authority.Services.GetRequiredService<IAuthenticationLog>().DeleteAsync(authority.Time.GetUtcNow(), 100);
        await ExplainAsync(wallet, transaction).IsRefusedAsync(Refusal.DecisionUnknown);
    }

    [Fact]
    public async Task PIPL_48_A_line_from_before_reasons_were_kept_says_that_it_is_one()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var transaction = (string)(await (await authority.PlatformAsync("shop")).VerifyAsync(wallet).JsonAsync())["transaction_id"]!;
        using (var log = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(authority.DataPath, "authentication-log.db")};Pooling=False"))
        {
            log.Open();
            using var forget = log.CreateCommand();
            forget.CommandText = "UPDATE line SET reason = NULL";
            Assert.Equal(1, forget.ExecuteNonQuery());
        }

        Assert.Equal(("not-kept", "PIPL 48"), Reason(await WhyAsync(wallet, transaction)));
    }

    [Fact]
    public async Task A12_1_Who_has_the_log_reads_no_reason_in_it()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        (await wallet.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        for (var time = 0; time < 2; time++)
            (await shop.VerifyAsync(wallet)).EnsureSuccessStatusCode();
        var marks = authority.LogColumn("reason");
        Assert.Equal(2, marks.Length);
        Assert.NotEqual(marks[0], marks[1]); // the same reason twice
        Assert.All(marks, mark => Assert.Matches("^[A-Za-z0-9+/]{22}$", mark));
        await authority.StopAsync();
        foreach (var (name, bytes) in authority.Files())
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes("FrozenBy")) < 0 && bytes.AsSpan().IndexOf("frozen"u8) < 0, $"A reason is in {name}.");
    }

    [Fact]
    public void PIPL_48_Every_refusal_and_every_reason_has_a_clause_and_data_of_the_vocabulary()
    {
        Assert.Equal(Enum.GetValues<DecisionReason>().Order(), DecisionReasons.Entries.Keys.Order());
        Assert.Equal(DecisionReasons.Entries.Count, DecisionReasons.Entries.Values.DistinctBy(entry => entry.Name).Count());
        var published = File.ReadAllText(Path.Combine(Repository.Root, "docs", "requirements.md"));
        var clauses = RefusalTable.Entries.Values.Select(entry => (entry.Slug, entry.Clause))
            .Concat(DecisionReasons.Entries.Values.Select(entry => (Slug: entry.Name, entry.Clause)));
        foreach (var (slug, clause) in clauses)
        {
            Assert.True(Clause().IsMatch(clause), $"{slug}: {clause} is no clause.");
            var isOurs = clause[0] is 'A' or 'S';
            Assert.True(!isOurs || published.Contains($"| {clause} |", StringComparison.Ordinal), $"{slug}: {clause} is no requirement.");
        }

        Assert.All(DecisionReasons.Entries.Values, entry => Assert.NotEqual(DataKinds.None, entry.Data));
        Assert.Equal(["age", "network-address", "password-tries"], (DataKinds.PasswordTries | DataKinds.Age | DataKinds.NetworkAddress).Names());
        var docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "citizens.md"));
        Assert.All(DecisionReasons.Entries.Values, entry => Assert.Contains($"| `{entry.Name}` | {entry.Clause} |", docs, StringComparison.Ordinal));
    }

    private static async Task DoAsync(TestAuthority authority, DevelopmentWallet phone, DevelopmentWallet tablet, string what)
    {
        switch (what)
        {
            case "freeze":
                (await phone.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
                break;
            case "freeze-device":
                (await phone.ExecuteAsync("freeze", new JsonObject { ["device"] = 1 })).EnsureSuccessStatusCode();
                break;
            case "freeze-mode":
                (await phone.ExecuteAsync("freeze", new JsonObject { ["mode"] = "R01" })).EnsureSuccessStatusCode();
                break;
            case "freeze-by-code":
                var typed = new JsonObject { ["net_id"] = phone.NetId, ["code"] = phone.FreezeCode };
                (await authority.Http.PostAsJsonAsync("/v1/freezes", typed)).EnsureSuccessStatusCode();
                break;
            case "freeze-by-operator":
                using (var supervisor = TestOperator.Client(authority))
                    (await supervisor.PostAsJsonAsync("/operator/freezes", FreezeBody(phone.NetId!))).EnsureSuccessStatusCode();
                break;
            case "freeze-by-register":
                Assert.True(authority.Services.GetRequiredService<References>().TryOpenDevice(phone.Device!, out var person, out _));
                var died = new RegisterChange(RegisterEvent.Deceased, DocumentKind: null, DocumentNumber: null, Guardian: null);
                var record = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<ICitizenGrain>(person);
                Assert.Equal(Refusal.None, (await record.Note(died)).Refusal);
                break;
            case "withdraw":
                var consents = (await phone.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray();
                var application = (string)consents.First(consent => (string?)consent!["purpose"] == "application")!["id"]!;
                (await phone.ExecuteAsync("withdraw-consent", new JsonObject { ["consent"] = application })).EnsureSuccessStatusCode();
                break;
            case "remove-device":
                (await tablet.ExecuteAsync("remove-device", new JsonObject { ["device"] = 1 })).EnsureSuccessStatusCode();
                break;
            case "renew":
                (await phone.IssueAsync("renew", 1)).EnsureSuccessStatusCode();
                break;
        }
    }

    private static JsonObject Shown(DevelopmentWallet wallet, string mode = "R01")
    {
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        return DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce), mode);
    }

    private static async Task<string> BeginAsync(DevelopmentPlatform platform, string mode) =>
        (string)(await platform.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: mode)).JsonAsync())["transaction_id"]!;

    private static Task<HttpResponseMessage> ExplainAsync(DevelopmentWallet wallet, string decision) =>
        wallet.ExecuteAsync("explain", new JsonObject { ["decision"] = decision });

    private static Task<JsonObject> WhyAsync(DevelopmentWallet wallet, JsonObject answer) => WhyAsync(wallet, (string)answer["transaction_id"]!);

    private static async Task<JsonObject> WhyAsync(DevelopmentWallet wallet, string decision)
    {
        using var response = await ExplainAsync(wallet, decision);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var explained = (await response.Content.ReadFromJsonAsync<JsonObject>())!["explained"]!.AsObject();
        Assert.Equal(decision, (string?)explained["decision"]);
        return explained;
    }

    private static (string? Reason, string? Clause) Reason(JsonObject explained) => ((string?)explained["reason"], (string?)explained["clause"]);

    private static string Data(JsonObject explained) => string.Join(',', explained["data_used"]!.AsArray().Select(kind => (string)kind!));

    private static JsonObject FreezeBody(string netId) => new()
    {
        ["net_id"] = netId,
        ["reason"] = "stolen-identity",
        ["legal_basis"] = "Measures, article 9",
        ["by"] = "officer 7",
        ["reference"] = $"F-{netId}",
    };

    [GeneratedRegex(@"^(A\d+-\d+|S-\d|PIPL \d+|(RFC \d+|NIST SP 800-63B|OpenID4VCI)( §[\d.]+)?)$")]
    private static partial Regex Clause();
}
