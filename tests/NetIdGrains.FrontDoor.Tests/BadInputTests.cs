using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// What is refused, with which refusal, in which order: each table begins with everything wrong, and each row mends one fault and meets the
/// next. Whatever was refused changed nothing: the last row of each table succeeds as if it were the first request.
/// </summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("expired", Refusal.DocumentExpired)]
    [InlineData("revoked", Refusal.DocumentNotValid)]
    [InlineData("reported-lost", Refusal.DocumentNotValid)]
    [InlineData("deceased", Refusal.DocumentNotValid)]
    public async Task A4_1_Documents_the_register_does_not_vouch_for_are_refused(string status, Refusal refusal)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var person = Persons.WithStatus(status);
        await wallet.ApplyAsync(person.Number, person.Name).IsRefusedAsync(refusal);
    }

    [Fact]
    public async Task A2_5_A_second_application_of_the_same_person_is_refused()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var first = await authority.EnrolAsync(Persons.Adults[0]);
        using var second = authority.NewWallet();
        await second.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name).IsRefusedAsync(Refusal.AlreadyEnrolled);
    }

    [Fact]
    public async Task Commands_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        var issuer = await wallet.IssuerAsync();
        var body = new JsonObject { ["why"] = "lost it" };
        string Signed(
            string command = "dance", string? audience = null, string nonce = "short", string? device = null, TimeSpan age = default, P256Signer? signer = null) =>
            SignedCommand.Sign(command, body, audience ?? issuer, nonce, device ?? wallet.Device!, authority.Time.GetUtcNow() - age, signer ?? wallet.DeviceKey);
        Task Refused(Refusal refusal, string command) => wallet.SendAsync(command).IsRefusedAsync(refusal);

        await Refused(Refusal.CommandMalformed, "no jws");
        await Refused(Refusal.DeviceUnknown, Signed(device: "guessed"));
        await Refused(Refusal.CommandSignature, Signed(signer: other.DeviceKey));
        await Refused(Refusal.CommandSignature, Signed(device: other.Device));
        await Refused(Refusal.CommandAudience, Signed(audience: "https://elsewhere.example", age: TimeSpan.FromMinutes(6)));
        await Refused(Refusal.CommandStale, Signed(age: TimeSpan.FromMinutes(6)));
        await Refused(Refusal.CommandMalformed, Signed());
        await Refused(Refusal.CommandUnknown, Signed(nonce: "long enough a nonce"));
        await Refused(Refusal.UnknownField, Signed("freeze", nonce: "long enough a nonce"));
        body.Clear();
        var freeze = Signed("freeze", nonce: "long enough a nonce");
        Assert.Equal("frozen", (string?)(await wallet.SendAsync(freeze).JsonAsync())["status"]);
        Assert.Equal("frozen", (string?)(await wallet.SendAsync(freeze).JsonAsync())["status"]); // the latest repeated: its answer was lost
        await Refused(Refusal.CommandReplayed, Signed("open-codes", nonce: "long enough a nonce"));
        Assert.Equal("active", (string?)(await wallet.ExecuteWithPasswordAsync("unfreeze", nonce: "another nonce of ours").JsonAsync())["status"]);
        await Refused(Refusal.CommandReplayed, freeze);
        for (var count = 0; count < 30; count++)
            (await wallet.ExecuteAsync("open-codes")).Dispose();
        using var full = await wallet.SendAsync(Signed("pre-approve", nonce: "one more nonce than is good"));
        await Task.FromResult(full).IsRefusedAsync(Refusal.TooManyChanges); // a wallet's 32 in seven minutes are used up
        Assert.Equal(CitizenRules.NonceMemory, full.Headers.RetryAfter!.Delta);
        for (var count = 0; count < 30; count++)
            (await wallet.ExecuteAsync("status")).Dispose();
        using var tooMany = await wallet.ExecuteAsync("status");
        await Task.FromResult(tooMany).IsRefusedAsync(Refusal.TooManyCommands);
        Assert.Equal(CommandBudget.Refill, tooMany.Headers.RetryAfter!.Delta);
        (await wallet.ExecuteAsync("close-codes")).EnsureSuccessStatusCode();
        await wallet.ExecuteAsync("remove-device", new JsonObject { ["device"] = 9 }).IsRefusedAsync(Refusal.DeviceUnknown);
        await wallet.ExecuteAsync("withdraw-consent", new JsonObject { ["consent"] = "none" }).IsRefusedAsync(Refusal.ConsentUnknown);
        (await wallet.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        Assert.Equal("cancelled", (string?)(await wallet.ExecuteWithPasswordAsync("cancel").JsonAsync())["status"]);
    }

    [Fact]
    public async Task Verifications_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        await using var stranger = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        using var foreign = await stranger.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var good = wallet.Present("shop", sequence, nonce);
        var body = new JsonObject
        {
            ["service"] = "none",
            ["sequence_number"] = "1",
            ["mode"] = "R09",
            ["nonce"] = 5,
            ["presentation"] = "none",
            ["extra"] = 1,
        };
        Task Refused(Refusal refusal, string? token = null) => shop.VerifyAsync(JsonContent.Create(body), token).IsRefusedAsync(refusal);
        string Spoiled(string part, int length) => part[..^length] + (part[^length] == 'A' ? 'B' : 'A') + part[^(length - 1)..];

        await Refused(Refusal.AccessTokenInvalid, token: "guessed");
        await Refused(Refusal.UnknownField);
        body.Remove("extra");
        body.Remove("mode");
        await Refused(Refusal.FieldMissing);
        body["mode"] = "R09";
        await Refused(Refusal.FieldInvalid);
        body["nonce"] = "short";
        await Refused(Refusal.SequenceNumberInvalid);
        body["sequence_number"] = sequence;
        await Refused(Refusal.ServiceUnknown);
        body["service"] = "login";
        await Refused(Refusal.ModeNotAvailable);
        body["mode"] = "R01";
        body["predicates"] = new JsonArray("shoe_size");
        await Refused(Refusal.FieldInvalid);
        body["predicates"] = new JsonArray();
        await Refused(Refusal.PresentationMalformed);
        body["presentation"] = foreign.Present("shop", sequence, nonce);
        await Refused(Refusal.CertificateUnknown); // a serial of another authority does not open here
        body["presentation"] = good;
        await Refused(Refusal.FieldInvalid);
        body["nonce"] = nonce;
        var parts = good.Split('~');
        body["presentation"] = $"{Spoiled(parts[0], 40)}~{parts[^1]}";
        await Refused(Refusal.IssuerSignature);
        body["presentation"] = $"{parts[0]}~{Spoiled(parts[^1], 40)}";
        await Refused(Refusal.HolderSignature);
        body["presentation"] = wallet.Present("bank", sequence, nonce);
        await Refused(Refusal.PresentationAudience);
        body["presentation"] = wallet.Present("shop", DevelopmentPlatform.NewSequenceNumber(), nonce);
        await Refused(Refusal.PresentationNonce);
        authority.Time.Advance(TimeSpan.FromMinutes(-10));
        body["presentation"] = wallet.Present("shop", sequence, nonce);
        authority.Time.Advance(TimeSpan.FromMinutes(10));
        await Refused(Refusal.PresentationStale);
        body["presentation"] = wallet.Present("shop", sequence, nonce, disclose: ["name"]);
        await Refused(Refusal.PresentationDisclosure); // A8-1: nothing but the result, so nothing may be shown
        body["presentation"] = good;
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync())["result"]);
        body["nonce"] = DevelopmentWallet.NewNonce();
        body["presentation"] = wallet.Present("shop", sequence, (string)body["nonce"]!);
        await Refused(Refusal.SequenceNumberUsed);
    }

    [Fact]
    public async Task Guessed_serials_and_devices_wake_no_grain()
    {
        await using var authority = await TestAuthority.StartAsync();
        await using var stranger = await TestAuthority.StartAsync();
        using var foreign = await stranger.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var engine = authority.Services.GetRequiredService<GrainEngine>();
        var before = engine.ActivationCount;
        for (var guess = 0; guess < 20; guess++)
        {
            await shop.VerifyAsync(foreign).IsRefusedAsync(Refusal.CertificateUnknown);
            await authority.Http.PostAsync("/v1/commands", new StringContent(await foreign.SignCommandAsync("freeze"), Encoding.ASCII, "application/jose"))
                .IsRefusedAsync(Refusal.DeviceUnknown);
        }

        Assert.Equal(before, engine.ActivationCount);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        authority.Time.Advance(TimeSpan.FromDays(62));
        var shop = await authority.PlatformAsync("shop");
        await shop.VerifyAsync(wallet).IsRefusedAsync(Refusal.CertificateExpired);
    }

    [Fact]
    public async Task A12_1_Tokens_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await authority.PlatformAsync("shop");
        var audience = "http://localhost:5080/v1/token";
        using var strangerKey = P256Signer.Create();
        var impostor = new DevelopmentPlatform(authority.Http, "shop", strangerKey, authority.Time);
        var nobody = new DevelopmentPlatform(authority.Http, "nobody", strangerKey, authority.Time);

        await authority.Http.PostAsJsonAsync("/v1/token", new { }).IsRefusedAsync(Refusal.WrongContentType);
        await shop.AskForTokenAsync(shop.Assertion(audience), grantType: "password").IsRefusedAsync(Refusal.GrantTypeUnsupported);
        await shop.AskForTokenAsync("no jwt").IsRefusedAsync(Refusal.AssertionInvalid);
        await nobody.AskForTokenAsync(nobody.Assertion(audience)).IsRefusedAsync(Refusal.ClientUnknown);
        await shop.AskForTokenAsync(impostor.Assertion(audience)).IsRefusedAsync(Refusal.AssertionInvalid);
        await shop.AskForTokenAsync(shop.Assertion("https://elsewhere.example")).IsRefusedAsync(Refusal.AssertionInvalid);
        await shop.AskForTokenAsync(shop.Assertion(audience, lifetime: TimeSpan.FromMinutes(-1))).IsRefusedAsync(Refusal.AssertionExpired);
        await shop.AskForTokenAsync(shop.Assertion(audience, lifetime: TimeSpan.FromHours(1))).IsRefusedAsync(Refusal.AssertionExpired);
        var assertion = shop.Assertion(audience);
        Assert.True((await shop.AskForTokenAsync(assertion)).IsSuccessStatusCode);
        await shop.AskForTokenAsync(assertion).IsRefusedAsync(Refusal.AssertionReplayed);
    }

    [Fact]
    public async Task A_token_is_good_for_five_minutes()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        authority.Time.Advance(TimeSpan.FromMinutes(5));
        await shop.VerifyAsync(wallet).IsRefusedAsync(Refusal.AccessTokenInvalid);
    }

    [Theory]
    [InlineData("", Refusal.BodyNotJson)]
    [InlineData("no json", Refusal.BodyNotJson)]
    [InlineData("[]", Refusal.BodyNotJson)]
    [InlineData("{\"mode\":\"R01\",\"mode\":\"R02\"}", Refusal.BodyNotJson)]
    [InlineData("{\"mode\":\"R01\",}", Refusal.BodyNotJson)]
    [InlineData("{\"mode\":\"R01\"} ", Refusal.FieldMissing)]
    [InlineData("{\"MODE\":\"R01\"}", Refusal.UnknownField)]
    [InlineData("{\"service\":\"s\",\"sequence_number\":null,\"mode\":\"R01\",\"nonce\":\"n\",\"presentation\":\"p\"}", Refusal.FieldInvalid)]
    [InlineData("{\"service\":\"s\",\"sequence_number\":{},\"mode\":\"R01\",\"nonce\":\"n\",\"presentation\":\"p\"}", Refusal.FieldInvalid)]
    public async Task A9_1_Bodies_that_are_not_what_they_should_be(string body, Refusal refusal)
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await authority.PlatformAsync("shop");
        await shop.VerifyAsync(new StringContent(body, Encoding.UTF8, "application/json")).IsRefusedAsync(refusal);
    }

    [Fact]
    public async Task Oversize_bodies_and_wrong_content_types_are_refused_everywhere()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var application = await wallet.BeginApplicationAsync();
        var large = new string('x', 100_000);
        var larger = new string('x', 600_000);
        await shop.VerifyAsync(new StringContent($"{{\"x\":\"{larger}\"}}", Encoding.UTF8, "application/json")).IsRefusedAsync(Refusal.BodyTooLarge);
        await shop.SendAsync(HttpMethod.Post, "/v1/transactions", new StringContent($"{{\"x\":\"{large}\"}}", Encoding.UTF8, "application/json"))
            .IsRefusedAsync(Refusal.BodyTooLarge);
        await shop.VerifyAsync(new StringContent("{}", Encoding.UTF8, "text/plain")).IsRefusedAsync(Refusal.WrongContentType);
        await wallet.SendAsync(large).IsRefusedAsync(Refusal.BodyTooLarge);
        await wallet.SubmitAsync(application, larger).IsRefusedAsync(Refusal.BodyTooLarge);
        await shop.AskForTokenAsync(large).IsRefusedAsync(Refusal.BodyTooLarge);
        await authority.Http.PostAsync("/v1/commands", new StringContent("x", Encoding.UTF8, "application/json")).IsRefusedAsync(Refusal.WrongContentType);
    }

    [Fact]
    public async Task The_operators_door_is_not_there_over_the_network()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var key = P256Signer.Create();
        var registration = new OperatorRegistration(DevelopmentPlatform.Registration("evil", key.PublicKey), "test", "test");
        using var response = await authority.Http.PutAsJsonAsync("/operator/platforms/evil", registration, WireJson.Options);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }
}
