using System.Buffers.Text;
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
/// What is refused of verifications that a person takes part in, with which refusal, in which order: each row mends one fault and meets the
/// next, and the last succeeds as if it were the first.
/// </summary>
public sealed class TransactionBadInputTests
{
    private const string Back = "https://shop.example/back";
    private const string Path = "/v1/transactions";
    private static readonly string Challenge = Base64Url.EncodeToString(new byte[32]);

    [Fact]
    public async Task Scans_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await ShopAsync(authority);
        var body = new JsonObject
        {
            ["service"] = "none",
            ["sequence_number"] = "1",
            ["mode"] = "R09",
            ["carrier"] = "pigeon",
            ["predicates"] = new JsonArray("shoe_size"),
            ["fields"] = new JsonArray("name"),
            ["platform_identifier"] = "",
            ["redirect_address"] = "https://evil.example/",
            ["state"] = new string('s', 513),
            ["code_challenge"] = "short",
            ["qr"] = "none",
            ["callback"] = true,
            ["shoe_size"] = 43,
        };
        Task Refused(Refusal refusal) => shop.BeginAsync(body).IsRefusedAsync(refusal);
        Task MendedAsync(string member, JsonNode? value, Refusal refusal)
        {
            body[member] = value;
            return Refused(refusal);
        }

        Task RemovedAsync(string member, Refusal refusal)
        {
            body.Remove(member);
            return Refused(refusal);
        }

        await shop.SendAsync(HttpMethod.Post, Path, JsonContent.Create(body), token: "guessed").IsRefusedAsync(Refusal.AccessTokenInvalid);
        await shop.SendAsync(HttpMethod.Post, Path, new StringContent("{}", Encoding.UTF8, "text/plain")).IsRefusedAsync(Refusal.WrongContentType);
        await Refused(Refusal.UnknownField);
        body.Remove("shoe_size");
        await RemovedAsync("carrier", Refusal.FieldMissing);
        await MendedAsync("carrier", 5, Refusal.FieldInvalid);
        await MendedAsync("carrier", "pigeon", Refusal.SequenceNumberInvalid);
        await MendedAsync("sequence_number", DevelopmentPlatform.NewSequenceNumber(), Refusal.ServiceUnknown);
        await MendedAsync("service", DevelopmentPlatform.Service, Refusal.ModeNotAvailable);
        await MendedAsync("mode", Modes.NetIdAndCode, Refusal.FieldInvalid);
        await MendedAsync("predicates", new JsonArray("minor"), Refusal.FieldInvalid);
        await RemovedAsync("platform_identifier", Refusal.BeyondEntitlement);
        await RemovedAsync("fields", Refusal.CallbackNotRegistered);
        await RemovedAsync("callback", Refusal.ModeNotAvailable);
        await MendedAsync("mode", "R03", Refusal.CarrierInvalid);
        await MendedAsync("carrier", "scan", Refusal.CarrierInvalid);
        await RemovedAsync("qr", Refusal.CarrierInvalid);
        await RemovedAsync("redirect_address", Refusal.CarrierInvalid);
        await RemovedAsync("code_challenge", Refusal.CarrierInvalid);
        await RemovedAsync("state", Refusal.ModeNotAvailable); // no face comparison is configured here
        body["mode"] = "R01";
        await BegunAsync(shop, body);
        await MendedAsync("mode", "R02", Refusal.SequenceNumberUsed);
    }

    [Fact]
    public async Task Same_device_begins_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        var shop = await ShopAsync(authority, document => document with { CallbackAddress = "https://shop.example/hook" });
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "same-device");
        body["qr"] = "none";
        body["callback"] = true;
        body["state"] = new string('s', 513);
        async Task MendedAsync(string member, string? value, Refusal refusal)
        {
            body[member] = value;
            if (value is null)
                body.Remove(member);
            await shop.BeginAsync(body).IsRefusedAsync(refusal);
        }

        await shop.BeginAsync(body).IsRefusedAsync(Refusal.CarrierInvalid);
        await MendedAsync("qr", null, Refusal.CarrierInvalid);
        await MendedAsync("redirect_address", $"{Back}/elsewhere", Refusal.CarrierInvalid);
        await MendedAsync("code_challenge", Challenge[..42], Refusal.CarrierInvalid);
        await MendedAsync("code_challenge", Challenge[..42] + "!", Refusal.CarrierInvalid);
        await MendedAsync("code_challenge", Challenge, Refusal.CarrierInvalid);
        await MendedAsync("callback", null, Refusal.FieldInvalid);
        await MendedAsync("state", "s", Refusal.RedirectNotRegistered);
        await MendedAsync("redirect_address", $"{Back}?x=1", Refusal.RedirectNotRegistered);
        await MendedAsync("redirect_address", Back.ToUpperInvariant(), Refusal.RedirectNotRegistered);
        body["redirect_address"] = Back;
        await BegunAsync(shop, body);
    }

    [Fact]
    public async Task Counter_begins_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        await using var stranger = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var foreign = await stranger.EnrolAsync(Persons.Adults[0]);
        var shop = await ShopAsync(authority);
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "counter");
        Task Refused(Refusal refusal, string? qr, Action? changed = null)
        {
            changed?.Invoke();
            body["qr"] = qr;
            return shop.BeginAsync(body).IsRefusedAsync(refusal);
        }

        body["redirect_address"] = Back;
        await shop.BeginAsync(body).IsRefusedAsync(Refusal.CarrierInvalid);
        await Refused(Refusal.CarrierInvalid, "none");
        await Refused(Refusal.QrMalformed, "none", () => body.Remove("redirect_address"));
        await Refused(Refusal.QrMalformed, await foreign.ShowQrAsync()); // sealed to another authority
        var early = await AtAsync(authority, TimeSpan.FromSeconds(60), wallet.ShowQrAsync);
        await Refused(Refusal.QrStale, early);
        await Refused(Refusal.QrStale, await AtAsync(authority, TimeSpan.FromSeconds(-61), wallet.ShowQrAsync));
        body["qr"] = await AtAsync(authority, TimeSpan.FromSeconds(8), wallet.ShowQrAsync);
        await BegunAsync(shop, body);
        var used = (string)body["qr"]!;
        await Refused(Refusal.QrReused, used, () => body["sequence_number"] = DevelopmentPlatform.NewSequenceNumber());
    }

    [Fact]
    public async Task A_transaction_is_its_platforms_alone_and_guessed_ids_wake_no_grain()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var (shop, bank) = (await ShopAsync(authority), await authority.PlatformAsync("bank"));
        var transaction = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber()));
        var back = new JsonObject { ["code"] = "guessed", ["code_verifier"] = "guessed" };
        (HttpMethod Method, string Path, JsonObject? Body)[] Calls(string id) =>
        [
            (HttpMethod.Get, $"{Path}/{id}", null), (HttpMethod.Get, $"{Path}/{id}?wait=25", null), (HttpMethod.Delete, $"{Path}/{id}", null),
            (HttpMethod.Post, $"{Path}/{id}/return", back),
        ];
        foreach (var (method, path, body) in Calls(transaction))
            await bank.SendAsync(method, path, body is null ? null : JsonContent.Create(body)).IsRefusedAsync(Refusal.TransactionUnknown);
        foreach (var wait in (int[])[-1, 26, int.MaxValue])
            await shop.SendAsync(HttpMethod.Get, $"{Path}/{transaction}?wait={wait}").IsRefusedAsync(Refusal.FieldInvalid);
        using (var odd = await shop.SendAsync(HttpMethod.Get, $"{Path}/{transaction}?wait=long"))
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, odd.StatusCode);
        await shop.SendAsync(HttpMethod.Post, $"{Path}/{transaction}/return", JsonContent.Create(new { })).IsRefusedAsync(Refusal.FieldMissing);
        await shop.SendAsync(HttpMethod.Post, $"{Path}/{transaction}/return", JsonContent.Create(back)).IsRefusedAsync(Refusal.ReturnInvalid); // it is a scan

        var engine = authority.Services.GetRequiredService<GrainEngine>();
        var before = engine.ActivationCount;
        string[] guesses = ["none", transaction[..^1], transaction[1..] + transaction[0], new('A', 39), transaction.ToLowerInvariant() + "x"];
        foreach (var guess in guesses)
        {
            foreach (var (method, path, body) in Calls(guess))
                await shop.SendAsync(method, path, body is null ? null : JsonContent.Create(body)).IsRefusedAsync(Refusal.TransactionUnknown);
            await authority.Http.GetAsync($"/v1/requests/{guess}").IsRefusedAsync(Refusal.RequestUnknown);
            await wallet.DenyAsync(guess).IsRefusedAsync(Refusal.RequestUnknown);
        }

        Assert.Equal(before, engine.ActivationCount);
        Assert.Equal("pending", (string?)(await shop.PollAsync(transaction).JsonAsync())["status"]);
    }

    [Fact]
    public async Task Decisions_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        await using var stranger = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        using var foreign = await stranger.EnrolAsync(Persons.Adults[0]);
        var shop = await ShopAsync(authority);
        var transaction = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber()));
        var second = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber()));
        var issuer = await wallet.IssuerAsync();
        var good = DevelopmentWallet.ApproveBody((await wallet.LookAsync(transaction))!);
        var body = good.DeepClone().AsObject();
        string Signed(string command = "approve", string? audience = null, string? nonce = null, TimeSpan age = default, P256Signer? signer = null) => SignedCommand.Sign(
            command, body, audience ?? issuer, nonce ?? DevelopmentWallet.NewNonce(), wallet.Device!, authority.Time.GetUtcNow() - age, signer ?? wallet.DeviceKey);
        Task Refused(Refusal refusal, string command, string? factors = null) => wallet.DecideAsync(transaction, command, factors).IsRefusedAsync(refusal);

        await authority.Http.PutAsync($"/v1/requests/{transaction}", new StringContent("x", Encoding.UTF8, "application/json")).IsRefusedAsync(Refusal.WrongContentType);
        await Refused(Refusal.CommandMalformed, "no jws");
        await Refused(Refusal.CommandMalformed, Signed(), "one~two");
        await Refused(Refusal.DeviceUnknown, await foreign.SignCommandAsync("approve", body));
        await Refused(Refusal.FactorsInvalid, Signed(), "factors where none are needed");
        await Refused(Refusal.CommandSignature, Signed(signer: other.DeviceKey));
        await Refused(Refusal.CommandAudience, Signed(audience: "https://elsewhere.example"));
        await Refused(Refusal.CommandStale, Signed(age: TimeSpan.FromMinutes(6)));
        await Refused(Refusal.CommandStale, Signed(age: TimeSpan.FromSeconds(-60)));
        await Refused(Refusal.CommandMalformed, Signed(nonce: "short"));
        await Refused(Refusal.CommandUnknown, Signed("freeze"));
        body["shoe_size"] = 43;
        await Refused(Refusal.UnknownField, Signed());
        body.Remove("shoe_size");
        body.Remove("mode");
        await Refused(Refusal.FieldMissing, Signed());
        foreach (var (member, wrong) in new[]
        {
            ("transaction", second), ("platform", "bank"), ("service", "pay"), ("purpose", "Something else"), ("mode", "R02"), ("factors", "a digest"),
        })
        {
            body = good.DeepClone().AsObject();
            body[member] = wrong;
            await Refused(Refusal.ApprovalMismatch, Signed());
        }

        foreach (var member in (string[])["fields", "predicates"])
        {
            body = good.DeepClone().AsObject();
            body[member] = new JsonArray(member == "fields" ? "name" : "minor"); // more than was asked for
            await Refused(Refusal.ApprovalMismatch, Signed());
            body[member] = new JsonArray((JsonNode?)null);
            await Refused(Refusal.FieldInvalid, Signed());
        }

        body = good.DeepClone().AsObject();
        var approval = Signed(age: TimeSpan.FromSeconds(-8));
        Assert.Equal("approved", (string?)(await wallet.DecideAsync(transaction, approval).JsonAsync())["status"]);
        await wallet.DecideAsync(second, approval).IsRefusedAsync(Refusal.ApprovalMismatch); // the latest again, but for another
        (await wallet.ExecuteAsync("freeze")).Dispose();
        await wallet.DecideAsync(second, approval).IsRefusedAsync(Refusal.CommandReplayed);
        await wallet.ApproveAsync(second).IsRefusedAsync(Refusal.CitizenFrozen);
        Assert.Equal("pending", (string?)(await shop.PollAsync(second).JsonAsync())["status"]);
    }

    [Fact]
    public async Task A_platform_suspended_meanwhile_gets_nothing_out_of_what_it_began()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = new TestOperator(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await ShopAsync(authority);
        var begun = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber()));
        var approved = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber()));
        (await wallet.ApproveAsync(approved)).EnsureSuccessStatusCode();
        (await officer.ChangeAsync("shop", "suspended")).EnsureSuccessStatusCode();
        await wallet.ApproveAsync(begun).IsRefusedAsync(Refusal.PlatformNotApproved); // at once: it does not wait for a lease
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var transaction in (string[])[begun, approved])
        {
            await shop.PollAsync(transaction).IsRefusedAsync(Refusal.PlatformNotApproved);
            await shop.SendAsync(HttpMethod.Delete, $"{Path}/{transaction}").IsRefusedAsync(Refusal.PlatformNotApproved);
        }

        await shop.VerifyAsync(wallet).IsRefusedAsync(Refusal.PlatformNotApproved);
        (await officer.ChangeAsync("shop", "approved")).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(begun).JsonAsync())["status"]);
        Assert.Equal("pass", (string?)(await shop.PollAsync(begun).JsonAsync())["result"]);
    }

    [Fact]
    public async Task Presentations_of_others_too_old_too_early_edited_or_from_a_frozen_person()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        var shop = await ShopAsync(authority);
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        Task<HttpResponseMessage> Verify(string presentation) =>
            shop.VerifyAsync(JsonContent.Create(DevelopmentPlatform.VerificationBody(sequence, nonce, presentation)));
        string Present() => wallet.Present("shop", sequence, nonce);

        await Verify(wallet.Present("bank", sequence, nonce)).IsRefusedAsync(Refusal.PresentationAudience);
        await Verify(await AtAsync(authority, TimeSpan.FromSeconds(-301), () => Task.FromResult(Present()))).IsRefusedAsync(Refusal.PresentationStale);
        await Verify(await AtAsync(authority, TimeSpan.FromSeconds(60), () => Task.FromResult(Present()))).IsRefusedAsync(Refusal.PresentationStale);
        await Verify($"{Present().Split('~')[0]}~{other.Present("shop", sequence, nonce).Split('~')[^1]}").IsRefusedAsync(Refusal.HolderSignature);
        foreach (var (claim, value) in new (string, JsonNode)[] { ("exp", 9_999_999_999), ("iss", "https://elsewhere.example"), ("vct", "urn:other") })
            await Verify(Edited(Present(), claim, value)).IsRefusedAsync(Refusal.IssuerSignature);

        Assert.Equal("pass", (string?)(await Verify(await AtAsync(authority, TimeSpan.FromSeconds(8), () => Task.FromResult(Present()))).JsonAsync())["result"]);
        (await wallet.ExecuteAsync("freeze")).Dispose();
        var no = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal(("fail", null, null), ((string?)no["result"], (string?)no["platform_identifier"], no["assurance"]));
    }

    [Fact]
    public async Task A_sequence_number_is_good_for_one_body_whichever_way_it_comes()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var (shop, bank) = (await ShopAsync(authority), await authority.PlatformAsync("bank"));
        for (var first = 0; first < 3; first++)
        {
            var sequence = DevelopmentPlatform.NewSequenceNumber();
            if (first == 1)
            {
                var transaction = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(sequence));
                await shop.VerifyCodeAsync(wallet.NetId!, "12345678", sequence).IsRefusedAsync(Refusal.SequenceNumberUsed); // even before its end
                (await wallet.ApproveAsync(transaction)).EnsureSuccessStatusCode();
            }
            else if (first == 0)
                (await shop.VerifyAsync(wallet, sequence)).EnsureSuccessStatusCode();
            else
                (await shop.VerifyCodeAsync(wallet.NetId!, "12345678", sequence)).EnsureSuccessStatusCode();
            await shop.VerifyAsync(wallet, sequence).IsRefusedAsync(Refusal.SequenceNumberUsed);
            await shop.BeginAsync(DevelopmentPlatform.TransactionBody(sequence, mode: "R02")).IsRefusedAsync(Refusal.SequenceNumberUsed);
            await shop.VerifyCodeAsync(wallet.NetId!, "87654321", sequence).IsRefusedAsync(Refusal.SequenceNumberUsed);
            (await bank.VerifyAsync(JsonContent.Create(DevelopmentPlatform.VerificationBody(
                sequence, sequence, HolderPresentation.Create(
                    wallet.Certificates[0], [], "bank", $"{sequence}.{sequence}", authority.Time.GetUtcNow(), wallet.HolderKeys[0]))))).EnsureSuccessStatusCode();
        }

        // A direct one under the number of one that waits: one of the two gets an answer, and no more.
        var both = DevelopmentPlatform.NewSequenceNumber();
        var waits = await BegunAsync(shop, DevelopmentPlatform.TransactionBody(both));
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet, both).JsonAsync())["result"]);
        (await wallet.ApproveAsync(waits)).Dispose();
        var ended = await shop.PollAsync(waits).JsonAsync();
        Assert.Equal(("cancelled", null), ((string?)ended["status"], (string?)ended["result"]));
    }

    private static Task<DevelopmentPlatform> ShopAsync(TestAuthority authority, Func<RegistrationDocument, RegistrationDocument>? changed = null) =>
        authority.PlatformAsync("shop", document => (changed ?? (same => same))(document with { RedirectAddresses = [Back] }));

    private static async Task<string> BegunAsync(DevelopmentPlatform platform, JsonObject body)
    {
        using var response = await platform.BeginAsync(body);
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (string)(await response.JsonAsync())["transaction_id"]!;
    }

    /// <summary>What somebody makes whose clock is off by as much.</summary>
    private static async Task<T> AtAsync<T>(TestAuthority authority, TimeSpan off, Func<Task<T>> make)
    {
        authority.Time.Advance(off);
        var made = await make();
        authority.Time.Advance(-off);
        return made;
    }

    private static string Edited(string presentation, string claim, JsonNode value)
    {
        var parts = presentation.Split('.', 3);
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        payload[claim] = value;
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString()))}.{parts[2]}";
    }
}
