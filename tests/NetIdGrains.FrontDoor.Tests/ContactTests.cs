using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A contact address is the citizen's to give, is good once it is proved, and is told of security events and of nothing else.</summary>
public sealed partial class ContactTests
{
    private const string Mail = "lei.ruo@mail.example";
    private const string Number = "+8613800138000";

    [Fact]
    public async Task An_address_is_told_of_nothing_until_its_code_is_back_and_then_of_security_events()
    {
        await using var gateway = await OutsideServer.StartAsync(OutsideServer.Status(202));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetAsync(wallet, Mail);
        var code = await CodeAsync(gateway);
        (await wallet.ExecuteWithPasswordAsync("change-password", newPassword: "24681357")).EnsureSuccessStatusCode();
        (await wallet.ExecuteWithPasswordAsync("change-password", password: "24681357", newPassword: DevelopmentWallet.Password)).EnsureSuccessStatusCode();
        await ProveAsync(wallet, code);
        Assert.Single(gateway.Requests);

        var (response, tablet) = await wallet.AddDeviceAsync();
        using (response)
            response.EnsureSuccessStatusCode();
        tablet.Dispose();
        await ToldAsync(gateway, "A device was added");
        (await wallet.ExecuteAsync("remove-device", new JsonObject { ["device"] = 2 })).EnsureSuccessStatusCode();
        await ToldAsync(gateway, "A device was removed");
        (await wallet.ExecuteWithPasswordAsync("change-password", newPassword: "24681357")).EnsureSuccessStatusCode();
        await ToldAsync(gateway, "The password was changed");
        using var frozen = await authority.Http.PostAsJsonAsync(
            "/v1/freezes", new JsonObject { ["net_id"] = wallet.NetId, ["code"] = wallet.FreezeCode });
        frozen.EnsureSuccessStatusCode();
        await ToldAsync(gateway, "It was frozen with the freeze code");
        (await wallet.ExecuteWithPasswordAsync("unfreeze", password: "24681357")).EnsureSuccessStatusCode();
        await ToldAsync(gateway, "A freeze was lifted");

        foreach (var request in gateway.Requests)
        {
            Assert.Equal("POST /messages", request.Line);
            Assert.Equal("Bearer secret", request.Headers["Authorization"]);
            Assert.Equal(Mail, (string?)JsonNode.Parse(request.Body)!["to"]);
            foreach (var value in new[] { wallet.NetId!, Persons.Adults[0].Name, Persons.Adults[0].Number })
                Assert.DoesNotContain(value, (string)JsonNode.Parse(request.Body)!["text"]!, StringComparison.Ordinal);
        }

        await Stored.UntilAsync(() => !authority.Rows("citizen").Contains("password-changed", StringComparison.Ordinal)); // what is told is forgotten
    }

    [Fact]
    public async Task The_address_before_is_told_that_it_is_no_more()
    {
        await using var gateway = await OutsideServer.StartAsync(OutsideServer.Status(202));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetAsync(wallet, Mail);
        await ProveAsync(wallet, await CodeAsync(gateway));
        await SetAsync(wallet, Number);
        await ProveAsync(wallet, await CodeAsync(gateway, Number));
        Assert.Equal(Mail, await ToldAsync(gateway, "replaced or removed"));
        var export = await wallet.ExecuteWithPasswordAsync("export").JsonAsync();
        Assert.Equal(Number, (string?)export["export"]!["contact"]);

        (await wallet.ExecuteAsync("remove-contact")).EnsureSuccessStatusCode();
        await Stored.UntilAsync(() => Messages(gateway).Any(message => message.To == Number && message.Text.Contains("removed", StringComparison.Ordinal)));
        Assert.Null((await wallet.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!["contact"]);
    }

    [Fact]
    public async Task What_the_gateway_does_not_take_fails_no_command_and_is_told_after_a_crash()
    {
        var isAway = false;
        await using var gateway = await OutsideServer.StartAsync(context => OutsideServer.Status(isAway ? 503 : 202)(context));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetAsync(wallet, Mail);
        await ProveAsync(wallet, await CodeAsync(gateway));

        isAway = true;
        (await wallet.ExecuteWithPasswordAsync("change-password", newPassword: "24681357")).EnsureSuccessStatusCode();
        Assert.Contains("password-changed", authority.Rows("citizen"), StringComparison.Ordinal);
        await authority.StopAsync();
        isAway = false;
        gateway.Requests.Clear();
        await authority.StartAgainAsync();
        using var frozen = await authority.Http.PostAsJsonAsync(
            "/v1/freezes", new JsonObject { ["net_id"] = wallet.NetId, ["code"] = wallet.FreezeCode });
        frozen.EnsureSuccessStatusCode();
        Assert.Equal(Mail, await ToldAsync(gateway, "The password was changed"));
    }

    /// <summary>Killed while the gateway was being told; the next process tells it, once somebody opens the record or the sweeper comes.</summary>
    [Fact]
    public async Task What_was_being_told_when_the_process_was_killed_is_told_by_the_next()
    {
        var scratch = Directory.CreateTempSubdirectory("netid-test-");
        var hangs = false;
        await using var gateway = await OutsideServer.StartAsync(
            context => hangs ? Task.Delay(Timeout.Infinite, context.RequestAborted) : OutsideServer.Status(202)(context));
        var data = Path.Combine(scratch.FullName, "data");
        JsonObject freeze;
        await using (var authority = await AuthorityProcess.ServeAsync(data, Settings(gateway)))
        {
            using var wallet = new DevelopmentWallet(authority.Http, TimeProvider.System);
            (await wallet.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name)).EnsureSuccessStatusCode();
            await SetAsync(wallet, Mail);
            await ProveAsync(wallet, await CodeAsync(gateway));
            freeze = new JsonObject { ["net_id"] = wallet.NetId, ["code"] = wallet.FreezeCode };
            (hangs, var asked) = (true, gateway.Requests.Count);
            (await wallet.ExecuteWithPasswordAsync("change-password", newPassword: "24681357")).EnsureSuccessStatusCode();
            await Stored.UntilAsync(() => gateway.Requests.Count > asked);
            await authority.KillAsync();
        }

        hangs = false;
        gateway.Requests.Clear();
        await using (var again = await AuthorityProcess.ServeAsync(data, Settings(gateway)))
        {
            (await again.Http.PostAsJsonAsync("/v1/freezes", freeze)).EnsureSuccessStatusCode();
            Assert.Equal(Mail, await ToldAsync(gateway, "The password was changed"));
        }

        scratch.Delete(recursive: true);
    }

    [Fact]
    public async Task What_the_gateway_did_not_take_the_sweeper_tells_it_again()
    {
        var isAway = false;
        await using var gateway = await OutsideServer.StartAsync(context => OutsideServer.Status(isAway ? 503 : 202)(context));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetAsync(wallet, Mail);
        await ProveAsync(wallet, await CodeAsync(gateway));
        (isAway, var asked) = (true, gateway.Requests.Count);
        (await wallet.ExecuteWithPasswordAsync("change-password", newPassword: "24681357")).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromSeconds(2));
        await Stored.UntilAsync(() => gateway.Requests.Count > asked);
        isAway = false;
        gateway.Requests.Clear();
        authority.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(Mail, await ToldAsync(gateway, "The password was changed"));
        await Stored.UntilAsync(() => !authority.Rows("citizen").Contains("password-changed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "secret", 10_000, "Address must be an absolute https URI")]
    [InlineData("gateway.example/", "secret", 10_000, "Address must be an absolute https URI")]
    [InlineData("http://gateway.example/", "secret", 10_000, "Address must be an absolute https URI")]
    [InlineData("https://gateway.example", "secret", 10_000, "Address must be an absolute https URI")]
    [InlineData("ftp://127.0.0.1/", "secret", 10_000, "Address must be an absolute https URI")]
    [InlineData("https://gateway.example/", "", 10_000, "Token must be the bearer token")]
    [InlineData("https://gateway.example/", "two words", 10_000, "Token must be the bearer token")]
    [InlineData("https://gateway.example/", "line\nbreak", 10_000, "Token must be the bearer token")]
    [InlineData("https://gateway.example/", "secret", 9, "Timeout must be between")]
    [InlineData("https://gateway.example/", "secret", 30_001, "Timeout must be between")]
    [InlineData("https://gateway.example/", "secret", 30_000, null)]
    [InlineData("http://127.0.0.1:5082/", "a-b._~+/=", 10, null)]
    public void A_gateways_settings_are_fit_or_refused_with_how_to_mend_them(string address, string token, int milliseconds, string? says)
    {
        var options = new AuthorityOptions { ContactGateway = new() { Address = address, Token = token, Timeout = TimeSpan.FromMilliseconds(milliseconds) } };
        options.AllowDevelopmentApplications();
        if (says is null)
            Assert.Empty(options.Faults());
        else
            Assert.Contains(says, Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_development_gateway_shows_what_a_citizen_is_told()
    {
        await using var gateway = await AuthorityProcess.DevelopAsync("contact-gateway", "secret");
        await using var authority = await TestAuthority.StartAsync(
            "--Authority:ContactGateway:Address", gateway.Http.BaseAddress!.AbsoluteUri, "--Authority:ContactGateway:Token", "secret");
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetAsync(wallet, Mail);
        await Stored.UntilAsync(() => gateway.Output.Contains($"To {Mail}: Your code is ", StringComparison.Ordinal));
        await ProveAsync(wallet, Code().Match(gateway.Output[gateway.Output.IndexOf($"To {Mail}", StringComparison.Ordinal)..]).Value);
        using var stranger = new HttpRequestMessage(HttpMethod.Post, "messages") { Content = JsonContent.Create(new { id = "1", to = Mail, text = "x" }) };
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await gateway.Http.SendAsync(stranger)).StatusCode);
    }

    [Fact]
    public async Task A_code_is_good_for_five_tries_and_ten_minutes_and_five_are_sent_a_day()
    {
        await using var gateway = await OutsideServer.StartAsync(OutsideServer.Status(202));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await TryAsync(wallet, "12345678").IsRefusedAsync(Refusal.ContactCodeWrong);
        await SetAsync(wallet, Mail);
        var code = await CodeAsync(gateway);
        var wrong = code == "12345678" ? "87654321" : "12345678";
        for (var tries = 0; tries < 5; tries++)
            await TryAsync(wallet, wrong).IsRefusedAsync(Refusal.ContactCodeWrong);
        await TryAsync(wallet, code).IsRefusedAsync(Refusal.ContactCodeWrong);

        gateway.Requests.Clear();
        await SetAsync(wallet, Mail);
        code = await CodeAsync(gateway);
        authority.Time.Advance(TimeSpan.FromMinutes(10));
        await TryAsync(wallet, code).IsRefusedAsync(Refusal.ContactCodeWrong);

        for (var sent = 2; sent < 5; sent++)
            await SetAsync(wallet, Mail);
        await SetBodyAsync(wallet, Mail).IsRefusedAsync(Refusal.TooManyContactCodes);
        authority.Time.Advance(TimeSpan.FromDays(1));
        gateway.Requests.Clear();
        await SetAsync(wallet, Mail);
        await ProveAsync(wallet, await CodeAsync(gateway));
    }

    [Fact]
    public async Task Without_a_gateway_no_address_is_taken()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetBodyAsync(wallet, Mail).IsRefusedAsync(Refusal.ContactNotAvailable);
        await TryAsync(wallet, "12345678").IsRefusedAsync(Refusal.ContactNotAvailable);
        (await wallet.ExecuteAsync("remove-contact")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Addresses_and_codes_meet_their_refusals()
    {
        await using var gateway = await OutsideServer.StartAsync(OutsideServer.Status(202));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await wallet.ExecuteAsync("set-contact", new JsonObject { ["contact"] = Mail }).IsRefusedAsync(Refusal.FactorsMissing);
        foreach (var address in new[]
        {
            "", "+", "@", "a@b", "a@b.", "@mail.example", "a@@mail.example", ".a@mail.example", "a.@mail.example", "a b@mail.example", "a@mail.example\r\nBcc: b@c.d",
            "a@-mail.example", "a@mail-.example", "a@127.0.0.1", "a@[127.0.0.1]", "\"a\"@mail.example", "雷@mail.example", "a@邮.example",
            $"{new string('a', 65)}@mail.example", $"a@{new string('b', 64)}.example", "13800138000", "+0123456789", "+123456", "+1234567890123456", "+86 13800138000",
        })
        {
            await SetBodyAsync(wallet, address).IsRefusedAsync(Refusal.FieldInvalid);
        }

        await wallet.ExecuteWithPasswordAsync("set-contact", new JsonObject { ["contact"] = Mail }, password: "13572468").IsRefusedAsync(Refusal.PasswordWrong);
        foreach (var code in new[] { "", "1234567", "123456789", "1234567a", "１２３４５６７８" })
            await TryAsync(wallet, code).IsRefusedAsync(Refusal.FieldInvalid);
        Assert.Empty(gateway.Requests);
    }

    [Fact]
    public async Task Neither_address_nor_code_is_in_any_file_or_log_and_leaving_takes_both()
    {
        await using var gateway = await OutsideServer.StartAsync(OutsideServer.Status(202));
        await using var authority = await TestAuthority.StartAsync(Settings(gateway));
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SetAsync(wallet, Mail);
        var code = await CodeAsync(gateway);
        NowhereIn(authority, Mail, code);
        await ProveAsync(wallet, code);
        await SetAsync(wallet, Number);
        NowhereIn(authority, Mail, Number, code);
        (await wallet.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        NowhereIn(authority, Mail, Number, code);
        await authority.StopAsync();
        NowhereIn(authority, Mail, Number, code);
    }

    [Fact]
    public void Each_change_of_the_record_is_the_event_that_it_is_and_no_other()
    {
        var now = new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
        Freeze ByThe(FreezeBy by) => new(Freeze.Everything, by, now);
        var before = new CitizenState
        {
            NetId = "one",
            Password = new StoredPassword(1, 1, "salt", "hash"),
            Devices = [new Device(1, "key", now), new Device(2, "other", now)],
        };
        var frozen = before with { Freezes = [ByThe(FreezeBy.Citizen)] };
        var frozenDevice = before with { Freezes = [new Freeze(Freeze.OfDevice(2), FreezeBy.Citizen, now)] };
        foreach (var (from, to, kind) in new (CitizenState, CitizenState, string?)[]
        {
            (before, before, null),
            (before, frozen, null),
            (before, before with { FreezeCode = 1, PreApprovedUntil = now }, null),
            (before, before with { Freezes = [ByThe(FreezeBy.Code)] }, "frozen-by-code"),
            (before, before with { Freezes = [ByThe(FreezeBy.Operator)] }, "frozen-by-operator"),
            (frozen, before, "unfrozen"),
            (frozen, frozen with { Freezes = [frozen.Freezes[0] with { LiftedUntil = now.AddMinutes(1) }] }, "unfrozen"),
            (frozen with { Freezes = [frozen.Freezes[0] with { Until = now }] }, before, null), // it had ended by itself
            (before, before with { Devices = before.Devices.Add(new Device(3, "third", now)) }, "device-added"),
            (before, before with { Devices = before.Devices.RemoveAt(1) }, "device-removed"),
            (frozenDevice, before with { Devices = before.Devices.RemoveAt(1) }, "device-removed"),
            (before, before with { Password = new StoredPassword(1, 1, "salt", "another") }, "password-changed"),
            (before, before with { NetId = "two" }, "net-id-changed"),
            (before, before with { ReidentifiedBy = ["application"] }, "document-shown"),
        })
        {
            var events = SecurityEvents.Between(from, to, now).ToList();
            Assert.Equal(kind, events.SingleOrDefault()?.Kind);
            Assert.All(events, told => Assert.Contains("2026-11-23 06:00 UTC", SecurityEvents.TextOf(told), StringComparison.Ordinal));
        }
    }

    private static void NowhereIn(TestAuthority authority, params string[] values)
    {
        foreach (var (name, bytes) in authority.Files().Append(("logs", Encoding.UTF8.GetBytes(authority.Logs.Text))))
            Assert.True(values.All(value => !IdentityScanner.FormsIn(bytes, value).Any()), $"An address or a code is in {name}.");
    }

    private static string[] Settings(OutsideServer gateway) =>
        ["--Authority:ContactGateway:Address", gateway.Address().AbsoluteUri, "--Authority:ContactGateway:Token", "secret"];

    private static Task<HttpResponseMessage> SetBodyAsync(DevelopmentWallet wallet, string address) =>
        wallet.ExecuteWithPasswordAsync("set-contact", new JsonObject { ["contact"] = address });

    private static async Task SetAsync(DevelopmentWallet wallet, string address)
    {
        using var response = await SetBodyAsync(wallet, address);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> TryAsync(DevelopmentWallet wallet, string code) =>
        wallet.ExecuteAsync("prove-contact", new JsonObject { ["code"] = code });

    private static async Task ProveAsync(DevelopmentWallet wallet, string code)
    {
        using var response = await TryAsync(wallet, code);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static IEnumerable<(string To, string Text)> Messages(OutsideServer gateway) =>
        gateway.Requests.Select(request => JsonNode.Parse(request.Body)!).Select(message => ((string)message["to"]!, (string)message["text"]!));

    private static async Task<string> CodeAsync(OutsideServer gateway, string to = Mail)
    {
        await Stored.UntilAsync(() => Messages(gateway).Any(message => message.To == to && Code().IsMatch(message.Text)));
        return Code().Match(Messages(gateway).Last(message => message.To == to && Code().IsMatch(message.Text)).Text).Value;
    }

    /// <summary>Ends when something was told; to whom.</summary>
    private static async Task<string> ToldAsync(OutsideServer gateway, string what)
    {
        await Stored.UntilAsync(() => Messages(gateway).Any(message => message.Text.Contains(what, StringComparison.Ordinal)));
        return Messages(gateway).First(message => message.Text.Contains(what, StringComparison.Ordinal)).To;
    }

    [GeneratedRegex("[0-9]{8}")]
    private static partial Regex Code();
}
