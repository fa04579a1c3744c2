using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What a citizen does with what is theirs: freezes, devices, certificates, the password, the Net ID.</summary>
public sealed class RightsTests
{
    [Fact]
    public async Task A_frozen_device_is_stopped_and_another_goes_on()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        using var tablet = await AddedAsync(phone);
        (await tablet.IssueAsync("refill", 1)).EnsureSuccessStatusCode();
        var shop = await authority.PlatformAsync("shop");

        await FreezeAsync(tablet, new JsonObject { ["device"] = 1 });
        Assert.Equal("fail", await ResultAsync(shop, phone));
        Assert.Equal("pass", await ResultAsync(shop, tablet));
        await UnfreezeAsync(tablet, new JsonObject { ["device"] = 1 });
        Assert.Equal("pass", await ResultAsync(shop, phone));
    }

    [Fact]
    public async Task A_frozen_mode_is_stopped_and_another_goes_on()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        await FreezeAsync(wallet, new JsonObject { ["mode"] = "R02" });
        Assert.Equal("pass", await ResultAsync(shop, wallet));
        await UnfreezeAsync(wallet, new JsonObject { ["mode"] = "R02" });
        var frozen = await FreezeAsync(wallet, new JsonObject { ["mode"] = "R01" });
        Assert.Equal("active", (string?)frozen["status"]); // not everything
        Assert.Equal("mode/R01", (string?)frozen["freezes"]![0]!["scope"]);
        Assert.Equal("fail", await ResultAsync(shop, wallet));
    }

    [Fact]
    public async Task A_freeze_ends_and_a_lift_ends_when_they_say()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        await FreezeAsync(wallet, new JsonObject { ["until"] = authority.Time.GetUtcNow().AddMinutes(1) });
        await FreezeAsync(wallet, new JsonObject { ["until"] = authority.Time.GetUtcNow().AddMinutes(2) }); // longer
        await FreezeAsync(wallet, new JsonObject { ["until"] = authority.Time.GetUtcNow().AddMinutes(1) }); // a shorter one takes nothing from it
        authority.Time.Advance(TimeSpan.FromMinutes(1.5));
        Assert.Equal("fail", await ResultAsync(shop, wallet));
        authority.Time.Advance(TimeSpan.FromMinutes(0.5));
        Assert.Equal("pass", await ResultAsync(shop, wallet));

        await FreezeAsync(wallet, []);
        await UnfreezeAsync(wallet, new JsonObject { ["until"] = authority.Time.GetUtcNow().AddMinutes(1) });
        Assert.Equal("pass", await ResultAsync(shop, wallet));
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("fail", await ResultAsync(shop, wallet));
    }

    [Fact]
    public async Task Freezing_needs_no_password_and_unfreezing_does()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await FreezeAsync(wallet, []);
        await wallet.ExecuteAsync("unfreeze").IsRefusedAsync(Refusal.FactorsMissing);
        await wallet.ExecuteWithPasswordAsync("unfreeze", password: "13572468").IsRefusedAsync(Refusal.PasswordWrong);
        await UnfreezeAsync(wallet, []);
    }

    [Fact]
    public async Task Freezes_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        JsonObject[] bodies =
        [
            new() { ["device"] = 2 }, new() { ["device"] = 1, ["mode"] = "R01" }, new() { ["mode"] = "R05" },
            new() { ["until"] = authority.Time.GetUtcNow() }, new() { ["device"] = -1 }, new() { ["until"] = "soon" },
        ];
        foreach (var body in bodies)
            await wallet.ExecuteAsync("freeze", body).IsRefusedAsync(Refusal.FieldInvalid);
        await wallet.ExecuteAsync("freeze", new JsonObject { ["why"] = "lost" }).IsRefusedAsync(Refusal.UnknownField);
        Assert.Empty((await wallet.ExecuteAsync("status").JsonAsync())["freezes"]!.AsArray());
    }

    [Fact]
    public async Task The_freeze_code_freezes_once_without_the_phone_and_only_the_password_lifts_it()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var code = wallet.FreezeCode!;
        Task<HttpResponseMessage> Freeze(string netId, string typed) =>
            authority.Http.PostAsJsonAsync("/v1/freezes", new JsonObject { ["net_id"] = netId, ["code"] = typed });
        await Freeze("no Net ID", code).IsRefusedAsync(Refusal.FreezeCodeWrong);
        await Freeze(NetId.Create(new SystemRandomSource()).Value, code).IsRefusedAsync(Refusal.FreezeCodeWrong);
        await Freeze(wallet.NetId!, "aaaaaaaaaaaa").IsRefusedAsync(Refusal.FreezeCodeWrong);
        Assert.Equal("pass", await ResultAsync(shop, wallet));

        Assert.Equal("frozen", (string?)(await Freeze(wallet.NetId!, code.ToUpperInvariant()).JsonAsync())["status"]);
        Assert.Equal("frozen", (string?)(await Freeze(wallet.NetId!, code).JsonAsync())["status"]); // its answer was lost
        Assert.Equal("fail", await ResultAsync(shop, wallet));
        Assert.Equal("code", (string?)(await wallet.ExecuteAsync("status").JsonAsync())["freezes"]![0]!["by"]);
        await UnfreezeAsync(wallet, []);
        await Freeze(wallet.NetId!, code).IsRefusedAsync(Refusal.FreezeCodeWrong); // it is spent
        var next = (string)(await wallet.ExecuteWithPasswordAsync("new-freeze-code").JsonAsync())["freeze_code"]!;
        Assert.Equal("frozen", (string?)(await Freeze(wallet.NetId!, next).JsonAsync())["status"]);
        for (var guess = 0; guess < 27; guess++)
            await Freeze(wallet.NetId!, "aaaaaaaaaaaa").IsRefusedAsync(Refusal.FreezeCodeWrong);
        await Freeze(wallet.NetId!, "aaaaaaaaaaaa").IsRefusedAsync(Refusal.TooManyGuesses);
    }

    [Fact]
    public async Task A_removed_device_is_nobodys_at_the_very_next_call()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        using var tablet = await AddedAsync(phone);
        (await tablet.IssueAsync("refill", 1)).EnsureSuccessStatusCode();
        var shop = await authority.PlatformAsync("shop");
        (await tablet.ExecuteAsync("remove-device", new JsonObject { ["device"] = 1 })).EnsureSuccessStatusCode();
        Assert.Equal("fail", await ResultAsync(shop, phone));
        await phone.ExecuteAsync("status").IsRefusedAsync(Refusal.DeviceUnknown);
        await phone.ExecuteAsync("freeze").IsRefusedAsync(Refusal.DeviceUnknown);
        Assert.Equal("pass", await ResultAsync(shop, tablet));
        await tablet.ExecuteAsync("remove-device", new JsonObject { ["device"] = 1 }).IsRefusedAsync(Refusal.DeviceUnknown);
        await tablet.ExecuteAsync("remove-device", new JsonObject { ["device"] = 2 }).IsRefusedAsync(Refusal.LastDevice);
    }

    [Fact]
    public async Task Devices_are_added_with_the_password_and_a_proof_and_are_five_at_most()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        using var key = P256Signer.Create();
        var nonce = DevelopmentWallet.NewNonce();
        var proof = KeyProof.Create(await phone.IssuerAsync(), nonce, authority.Time.GetUtcNow(), key);
        await phone.ExecuteAsync("add-device", new JsonObject { ["device_key_proof"] = proof }).IsRefusedAsync(Refusal.FactorsMissing);
        await phone.ExecuteWithPasswordAsync("add-device").IsRefusedAsync(Refusal.FieldMissing);
        await phone.ExecuteWithPasswordAsync("add-device", new JsonObject { ["device_key_proof"] = proof }).IsRefusedAsync(Refusal.DeviceKeyInvalid); // another nonce
        var own = KeyProof.Create(await phone.IssuerAsync(), nonce, authority.Time.GetUtcNow(), phone.DeviceKey);
        await phone.ExecuteWithPasswordAsync("add-device", new JsonObject { ["device_key_proof"] = own }, nonce: nonce).IsRefusedAsync(Refusal.DeviceKeyInvalid);
        await phone.ExecuteWithPasswordAsync("add-device", new JsonObject { ["device_key_proof"] = proof }, password: "13572468", nonce: nonce)
            .IsRefusedAsync(Refusal.PasswordWrong);
        for (var count = 0; count < 4; count++)
            (await AddedAsync(phone)).Dispose();
        var (response, sixth) = await phone.AddDeviceAsync();
        await Task.FromResult(response).IsRefusedAsync(Refusal.TooManyDevices);
        sixth.Dispose();
    }

    [Fact]
    public async Task A_stranger_with_another_device_locks_nobody_out()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        using var stolen = await AddedAsync(phone);
        for (var count = 0; count < 5; count++)
            await stolen.ExecuteWithPasswordAsync("unfreeze", password: $"9753186{count}").IsRefusedAsync(Refusal.PasswordWrong);
        await stolen.ExecuteWithPasswordAsync("unfreeze").IsRefusedAsync(Refusal.PasswordDelayed);
        await UnfreezeAsync(phone, []);
    }

    [Fact]
    public async Task The_password_changes_with_the_old_one_and_by_the_rules_of_the_first()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        Task<HttpResponseMessage> Change(string? to, string from = DevelopmentWallet.Password) =>
            wallet.ExecuteWithPasswordAsync("change-password", password: from, newPassword: to);
        await Change(to: null).IsRefusedAsync(Refusal.FactorsInvalid);
        await Change("12345678").IsRefusedAsync(Refusal.PasswordTooCommon);
        await Change(Persons.Adults[0].BirthDate.ToString("yyyyMMdd")).IsRefusedAsync(Refusal.PasswordPersonal);
        await Change("80316427", from: "80316427").IsRefusedAsync(Refusal.PasswordWrong);
        (await Change("80316427")).EnsureSuccessStatusCode();
        await Change("35917264").IsRefusedAsync(Refusal.PasswordWrong);
        (await wallet.ExecuteWithPasswordAsync("unfreeze", password: "80316427")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task What_is_sealed_beside_a_command_goes_with_no_other()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var nonce = DevelopmentWallet.NewNonce();
        var factors = await wallet.SealFactorsAsync(nonce, DevelopmentWallet.Password);
        var named = new JsonObject { ["factors"] = SealedFactors.DigestOf(factors) };
        Task<HttpResponseMessage> Send(string command, string beside) => wallet.SendAsync($"{command}~{beside}");
        await Send(await wallet.SignCommandAsync("unfreeze", named), factors).IsRefusedAsync(Refusal.FactorsInvalid); // another nonce
        await Send(await wallet.SignCommandAsync("unfreeze", [], nonce), factors).IsRefusedAsync(Refusal.FactorsInvalid); // not named
        await Send(await wallet.SignCommandAsync("freeze", [], nonce), factors).IsRefusedAsync(Refusal.FactorsInvalid); // not asked for
        (await Send(await wallet.SignCommandAsync("unfreeze", named, nonce), factors)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Certificates_are_refilled_and_renewed_and_the_renewed_end_the_old()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var (shop, bank) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("bank"));
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        Assert.Equal("pass", await ResultAsync(shop, wallet));
        (await wallet.IssueAsync("refill", 2)).EnsureSuccessStatusCode();
        Assert.Equal(3, wallet.Certificates.Count);
        Assert.Equal("pass", await ResultAsync(bank, wallet));
        var old = wallet.Present("shop", sequence, nonce);
        (await wallet.IssueAsync("renew", 2)).EnsureSuccessStatusCode();
        Assert.Equal("pass", await ResultAsync(shop, wallet));
        var stale = await shop.VerifyAsync(JsonContent.Create(DevelopmentPlatform.VerificationBody(sequence, nonce, old))).JsonAsync();
        Assert.Equal("fail", (string?)stale["result"]);
        await wallet.IssueAsync("refill", 0).IsRefusedAsync(Refusal.HolderKeyProofInvalid);
        await wallet.IssueAsync("refill", 11).IsRefusedAsync(Refusal.HolderKeyProofInvalid);
    }

    [Fact]
    public async Task A_changed_Net_ID_ends_the_old_one_and_keeps_what_platforms_know()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var before = await shop.VerifyAsync(wallet).JsonAsync();
        var (old, sequence, nonce) = (wallet.NetId!, DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var shown = wallet.Present("shop", sequence, nonce);
        await wallet.IssueAsync("change-net-id", 1).IsRefusedAsync(Refusal.FactorsMissing);
        (await wallet.IssueAsync("change-net-id", 1, DevelopmentWallet.Password)).EnsureSuccessStatusCode();
        Assert.NotEqual(old, wallet.NetId);
        var after = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal((string?)before["platform_identifier"], (string?)after["platform_identifier"]);
        var stale = await shop.VerifyAsync(JsonContent.Create(DevelopmentPlatform.VerificationBody(sequence, nonce, shown))).JsonAsync();
        Assert.Equal("fail", (string?)stale["result"]);
        Assert.Contains(old, (await wallet.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!["former_net_ids"]!.AsArray().Select(one => (string)one!));
    }

    [Fact]
    public async Task PIPL_45_One_sees_ones_own_history_and_nobody_elses()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        using var other = await authority.EnrolAsync(Persons.Adults[1]);
        var shop = await authority.PlatformAsync("shop");
        for (var count = 0; count < 130; count++)
        {
            (await shop.VerifyAsync(wallet)).EnsureSuccessStatusCode();
            authority.Time.Advance(TimeSpan.FromSeconds(count % 2)); // several lines in a second too
        }

        await FreezeAsync(wallet, []);
        authority.Time.Advance(TimeSpan.FromDays(1)); // another day, another tag
        shop = await authority.PlatformAsync("shop");
        Assert.Equal("fail", await ResultAsync(shop, wallet));
        Assert.Equal("pass", await ResultAsync(shop, other));

        var first = await HistoryAsync(wallet);
        var second = await HistoryAsync(wallet, (string?)first["next"]);
        var lines = first["lines"]!.AsArray().Concat(second["lines"]!.AsArray()).ToList();
        Assert.Equal(131, lines.Count);
        Assert.Null((string?)second["next"]);
        Assert.False((bool)lines[0]!["passed"]!);
        Assert.All(lines, line => Assert.Equal(("shop", "R01"), ((string?)line!["platform"], (string?)line["mode"])));
        Assert.Equal(lines.Select(line => (DateTimeOffset)line!["time"]!).OrderDescending(), lines.Select(line => (DateTimeOffset)line!["time"]!));
        await wallet.ExecuteAsync("history", new JsonObject { ["before"] = "yesterday" }).IsRefusedAsync(Refusal.FieldInvalid);
        Assert.Single((await HistoryAsync(other))["lines"]!.AsArray());

        var export = (await wallet.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!;
        Assert.Equal(131, export["history"]!.AsArray().Count);
        Assert.Equal(Persons.Adults[0].Number, (string?)export["identity"]!["document_number"]);
        Assert.Equal("shop", (string?)Assert.Single(export["platforms_used"]!.AsArray()));
    }

    private static async Task<JsonObject> HistoryAsync(DevelopmentWallet wallet, string? before = null) =>
        (await wallet.ExecuteAsync("history", before is null ? [] : new JsonObject { ["before"] = before }).JsonAsync())["history"]!.AsObject();

    private static async Task<DevelopmentWallet> AddedAsync(DevelopmentWallet wallet)
    {
        var (response, added) = await wallet.AddDeviceAsync();
        using (response)
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return added;
    }

    private static async Task<JsonObject> FreezeAsync(DevelopmentWallet wallet, JsonObject body)
    {
        using var response = await wallet.ExecuteAsync("freeze", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static async Task UnfreezeAsync(DevelopmentWallet wallet, JsonObject body)
    {
        using var response = await wallet.ExecuteWithPasswordAsync("unfreeze", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string?> ResultAsync(DevelopmentPlatform platform, DevelopmentWallet wallet) =>
        (string?)(await platform.VerifyAsync(wallet).JsonAsync())["result"];
}
