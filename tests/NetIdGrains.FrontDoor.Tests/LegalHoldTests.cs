using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A9-4: what a law makes the authority keep of who leaves: off unless configured, nothing but what is configured, and not longer.</summary>
public sealed class LegalHoldTests : IDisposable
{
    private const string Law = "Cybersecurity Law, article 21";

    /// <summary>What the disclosure process has, and the authority has not.</summary>
    private const string EscrowKey =
        """
        {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
         "d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
        """;

    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-hold-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task A9_4_Without_a_legal_hold_nothing_is_kept_and_nothing_is_said()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var left = await wallet.ExecuteWithPasswordAsync("cancel").JsonAsync();
        Assert.False(left.ContainsKey("legal_hold"));
        Assert.False((await authority.Http.GetAsync("/.well-known/netid-authority").JsonAsync()).ContainsKey("legal_hold"));
        Assert.Null((await ReceiptAsync(authority, left)).Hold);
        Assert.Equal(("", false), (authority.Rows("legal-hold"), authority.Deadlines().Contains("legal-hold", StringComparison.Ordinal)));
        await authority.StopAsync();
        NothingInTheClear(authority, wallet);
    }

    /// <summary>Each field by itself, some, and all: exactly these are in it.</summary>
    [Theory]
    [InlineData("net_id")]
    [InlineData("name")]
    [InlineData("document_kind")]
    [InlineData("document_number")]
    [InlineData("enrolled")]
    [InlineData("left")]
    [InlineData("left,net_id")]
    [InlineData("net_id,name,document_kind,document_number,enrolled,left")]
    public async Task A9_4_Only_the_escrow_key_opens_a_hold_and_in_it_are_the_configured_fields_alone(string fields)
    {
        await using var authority = await TestAuthority.StartAsync(Settings(fields.Split(',')));
        var person = Persons.Adults[0];
        using var wallet = await authority.EnrolAsync(person);
        Assert.True(authority.Services.GetRequiredService<References>().TryOpenDevice(wallet.Device!, out var personIndex, out _));
        authority.Time.Advance(TimeSpan.FromDays(2));
        (await wallet.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();

        var (id, row) = HoldOf(authority);
        Assert.True(Jwe.TryDecrypt((string?)row["Sealed"], EscrowKey, out var opened));
        var expected = new Dictionary<string, string>
        {
            ["net_id"] = wallet.NetId!,
            ["name"] = person.Name,
            ["document_kind"] = "resident-id",
            ["document_number"] = person.Number,
            ["enrolled"] = Day(authority.Time.GetUtcNow().AddDays(-2)),
            ["left"] = Day(authority.Time.GetUtcNow()),
        }.Where(entry => fields.Split(',').Contains(entry.Key)).OrderBy(entry => entry.Key);
        Assert.Equal(expected, JsonSerializer.Deserialize<Dictionary<string, string>>(opened)!.OrderBy(entry => entry.Key));
        Assert.Equal(["Sealed", "Terms"], row.Select(member => member.Key).Order());
        Assert.DoesNotContain(id, LeavingOf(authority), StringComparison.Ordinal); // the receipt's row does not lead to it
        Assert.DoesNotContain(personIndex, id, StringComparison.Ordinal);
        await authority.StopAsync();
        NothingInTheClear(authority, wallet);
    }

    [Fact]
    public async Task A9_4_Who_leaves_is_told_in_the_receipt_by_which_law_and_until_when()
    {
        await using var authority = await TestAuthority.StartAsync(Settings(["net_id"]));
        var metadata = await authority.Http.GetAsync("/.well-known/netid-authority").JsonAsync();
        Assert.Equal($$"""{"fields":["net_id"],"days":10,"legal_basis":"{{Law}}"}""", metadata["legal_hold"]!.ToJsonString());
        var kept = (await authority.Http.GetAsync("/v1/notice").JsonAsync())["legal_hold"]!;
        Assert.Equal(("net_id", 10, Law), ((string?)Assert.Single(kept["kept"]!.AsArray()), (int)kept["days"]!, (string?)kept["legal_basis"]));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var today = ChinaCalendar.Today(authority.Time.GetUtcNow());
        var left = await wallet.ExecuteWithPasswordAsync("cancel").JsonAsync();
        var held = (await ReceiptAsync(authority, left)).Hold!;
        Assert.Equal((Law, today.AddDays(11), TimeSpan.Zero), (held.LegalBasis, Local(held.Until), ChinaCalendar.Local(held.Until).TimeOfDay));
        Assert.Equal((Law, held.Until), ((string?)left["legal_hold"]!["legal_basis"], (DateTimeOffset)left["legal_hold"]!["until"]!));
    }

    [Fact]
    public async Task A10_1_Who_agreed_to_a_notice_without_a_hold_has_not_agreed_to_one_with_it()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:Operator:Name", "An Authority", "--Authority:Operator:Contact", "help@an.example");
        using var before = await authority.Http.GetAsync("/v1/notice");
        var text = await before.Content.ReadAsByteArrayAsync();
        var hash = before.Headers.GetValues("Notice-Hash").Single();
        Assert.Equal(hash, System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(text)));
        Assert.Equal("""{"name":"An Authority","contact":"help@an.example"}""", JsonNode.Parse(text)!["operator"]!.ToJsonString());
        Assert.Null(JsonNode.Parse(text)!["legal_hold"]);
        await authority.StopAsync();
        await authority.StartAgainAsync(Settings(["net_id"]));
        var agreed = new JsonObject { ["notice"] = hash, ["consents"] = new JsonArray("application", "document-number") };
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        agreed["device_key"] = JsonNode.Parse(wallet.DeviceKey.PublicKey.ToJwk());
        await wallet.SubmitAsync(application, await wallet.SignStepAsync(application, "agree", agreed)).IsRefusedAsync(Refusal.NoticeNotCurrent);
        using var after = await authority.Http.GetAsync("/v1/notice");
        agreed["notice"] = after.Headers.GetValues("Notice-Hash").Single();
        (await wallet.SubmitAsync(application, await wallet.SignStepAsync(application, "agree", agreed))).EnsureSuccessStatusCode();
    }

    /// <summary>Should a leaving have been interrupted for longer than the hold: it is not written any more, so no receipt may say that it was.</summary>
    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A9_4_A_hold_that_was_due_before_the_leaving_was_done_stands_in_no_receipt(int seconds, bool held)
    {
        var until = new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.FromHours(8));
        var hold = new LegalHold("id", "sealed", new HeldByLaw(Law, until));
        Assert.Equal(held ? hold.Terms : null, LegalHoldRules.StillHeld(hold, until.AddSeconds(seconds)));
        Assert.Equal(held, LegalHoldRules.IsToBeWritten(new LegalHoldState(), hold, until.AddSeconds(seconds)));
        Assert.Null(LegalHoldRules.StillHeld(null, until));
    }

    [Fact]
    public async Task A9_4_A_hold_outlives_restarts_and_other_settings_and_is_deleted_when_due()
    {
        await using var authority = await TestAuthority.StartAsync(Settings(["net_id", "name"]));
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        (await wallet.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        var (id, row) = HoldOf(authority);
        var until = (DateTimeOffset)row["Terms"]!["Until"]!;
        await authority.StopAsync();
        await authority.StartAgainAsync("--Authority:LegalHold:Days", "20"); // what was promised to whoever left stands

        authority.Time.Advance(until - authority.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        var grain = authority.Services.GetRequiredService<Orleans.IGrainFactory>().GetGrain<ILegalHoldGrain>(id);
        Assert.Equal(until, (await grain.Tidy()).Due);
        Assert.Equal(row.ToJsonString(), HoldOf(authority).Row.ToJsonString());
        authority.Time.Advance(TimeSpan.FromMinutes(2));
        await Stored.UntilAsync(() => authority.Rows("legal-hold").Length == 0 && !authority.HasDeadline($"legal-hold/{id}"));
    }

    [Fact]
    public async Task A9_4_A_repeat_and_a_second_command_make_no_second_hold_and_coming_back_makes_another()
    {
        await using var authority = await TestAuthority.StartAsync(Settings(["net_id"]));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await wallet.ExecuteWithPasswordAsync("cancel", password: "13572468").IsRefusedAsync(Refusal.PasswordWrong);
        Assert.Empty(authority.Rows("legal-hold"));
        var answers = await Task.WhenAll(wallet.ExecuteWithPasswordAsync("cancel"), wallet.ExecuteWithPasswordAsync("cancel"));
        Assert.Contains(answers, answer => answer.IsSuccessStatusCode);
        var (first, _) = HoldOf(authority);
        using var back = await authority.EnrolAsync(Persons.Adults[0]);
        (await back.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        var rows = authority.Rows("legal-hold").Split('\n');
        Assert.Equal(2, rows.Length); // and nothing in either says that they are one person's
        Assert.Single(rows, row => row.Contains(first, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Fields names nothing", "Fields:0", null)]
    [InlineData("Fields must be some of these", "Fields:1", "birth_date")]
    [InlineData("Fields must be some of these", "Fields:1", "platforms")]
    [InlineData("Fields must be some of these", "Fields:1", "net_id")]
    [InlineData("Days must be between", "Days", null)]
    [InlineData("Days must be between", "Days", "0")]
    [InlineData("Days must be between", "Days", "3654")]
    [InlineData("LegalBasis must name", "LegalBasis", null)]
    [InlineData("LegalBasis must name", "LegalBasis", " ")]
    [InlineData("LegalBasis must name", "LegalBasis", "two\nlines")]
    [InlineData("EscrowKey must be a public JWK", "EscrowKey", null)]
    [InlineData("EscrowKey must be a public JWK", "EscrowKey", "no key")]
    [InlineData("EscrowKey must be a public JWK", "EscrowKey", EscrowKey)]
    [InlineData("EscrowKey must be a public JWK", "EscrowKey", """{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("'Feilds'", "Feilds:0", "name")]
    [InlineData("Authority:LegalHold:Days", "Days", "ten")]
    public async Task Settings_that_are_not_fit_are_refused_with_how_to_mend_them(string says, string setting, string? value)
    {
        var name = $"--Authority:LegalHold:{setting}";
        var settings = Settings(["net_id"]).Chunk(2).Where(pair => pair[0] != name).SelectMany(pair => pair);
        if (value is not null)
            settings = settings.Concat([name, value]);
        var data = Path.Combine(_scratch, "data");
        var refused = await Assert.ThrowsAsync<SettingsException>(() => FrontDoorApp.BuildAsync(["--Data", data, .. settings]));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message); // this fault and no other
        Assert.False(Directory.Exists(data));
    }

    private static string[] Settings(string[] fields)
    {
        var publicKey = JsonNode.Parse(EscrowKey)!.AsObject();
        publicKey.Remove("d");
        return
        [
            .. fields.SelectMany((field, index) => new[] { $"--Authority:LegalHold:Fields:{index}", field }),
            "--Authority:LegalHold:Days", "10", "--Authority:LegalHold:LegalBasis", Law, "--Authority:LegalHold:EscrowKey", publicKey.ToJsonString(),
        ];
    }

    private static (string Id, JsonObject Row) HoldOf(TestAuthority authority)
    {
        var text = Assert.Single(authority.Rows("legal-hold").Split('\n'));
        var start = text.IndexOf('{', StringComparison.Ordinal);
        return (text["legal-hold/".Length..start], JsonNode.Parse(text[start..])!.AsObject());
    }

    private static string LeavingOf(TestAuthority authority) => Assert.Single(authority.Rows("leaving").Split('\n'));

    private static async Task<DeletionReceipt> ReceiptAsync(TestAuthority authority, JsonObject left)
    {
        var metadata = await authority.Http.GetAsync("/.well-known/netid-authority").JsonAsync();
        var anchor = new TrustAnchor(Convert.FromBase64String((string)metadata["root_certificate"]!));
        Assert.True(DeletionReceipt.TryVerify((string?)left["deletion_receipt"], anchor, out var receipt));
        return receipt;
    }

    /// <summary>Of a Net ID its tombstone stays; of all else nothing that could be read.</summary>
    private static void NothingInTheClear(TestAuthority authority, DevelopmentWallet wallet)
    {
        var person = Persons.Adults[0];
        foreach (var (name, bytes) in authority.Files())
        {
            foreach (var value in new[] { person.Number, person.Name, wallet.DeviceKey.PublicKey.ToJwk(), wallet.Device! })
                Assert.True(!IdentityScanner.FormsIn(bytes, value).Any(), $"Something of who left is in {name}.");
            if (name.StartsWith("authentication-log.db", StringComparison.Ordinal))
                Assert.True(!IdentityScanner.FormsIn(bytes, wallet.NetId!).Any(), $"The Net ID is in {name}.");
        }
    }

    private static DateOnly Local(DateTimeOffset time) => ChinaCalendar.Today(time);

    private static string Day(DateTimeOffset time) => $"{ChinaCalendar.Today(time):yyyy-MM-dd}";
}
