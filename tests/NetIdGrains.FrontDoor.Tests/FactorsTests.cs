using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The modes that need a password, a face or both: whichever way it comes, it counts once, for one verification, and is not kept.</summary>
public sealed class FactorsTests
{
    private const string Password = "24681357";
    private const string WrongPassword = "13572468";

    private static readonly Person Someone = Persons.Adults[0];

    private static byte[] Face => DevelopmentFace.Png(Someone.Number);

    private static byte[] Spoof => DevelopmentFace.Png(Someone.Number, spoof: true);

    private static byte[] Strangers => DevelopmentFace.Png(Persons.Adults[1].Number);

    [Fact]
    public async Task A9_5_S_4_direct_every_mode_passes_with_its_factors_alone_and_no_face_is_kept()
    {
        await using var service = await StartServiceAsync();
        await using var authority = await TestAuthority.StartAsync(Settings(service.Urls.Single()));
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        foreach (var (mode, password, fromWallet, fromApp, result) in new (string, string?, byte[]?, byte[]?, string)[]
        {
            ("R02", Password, null, null, "pass"),
            ("R02", WrongPassword, null, null, "fail"),
            ("R03", null, Face, null, "pass"),
            ("R03", null, null, Face, "pass"),
            ("R03", null, Strangers, null, "fail"),
            ("R03", null, null, Strangers, "fail"),
            ("R03", null, Spoof, null, "fail"),
            ("R03", null, null, Spoof, "fail"),
            ("R04", Password, Face, null, "pass"),
            ("R04", Password, null, Face, "pass"),
            ("R04", WrongPassword, Face, null, "fail"),
            ("R04", WrongPassword, null, Face, "fail"),
            ("R04", Password, null, Strangers, "fail"),
            ("R04", Password, Spoof, null, "fail"),
        })
        {
            var answer = await shop.VerifyAsync(JsonContent.Create(await DirectAsync(wallet, mode, password, fromWallet, fromApp))).JsonAsync();
            Assert.Equal(result, (string?)answer["result"]);
            Assert.Equal(result == "pass" ? [.. Modes.Assurance(mode)] : null, answer["assurance"]?.AsArray().Select(proved => (string)proved!).ToArray());
            Assert.Equal(result == "pass", answer.ContainsKey("platform_identifier"));
        }

        NoFaceIsKept(authority);
        await authority.StopAsync();
        NoFaceIsKept(authority);
    }

    [Fact]
    public async Task Direct_factors_are_exactly_those_of_the_mode_and_sealed_for_this_very_request()
    {
        await using var service = await StartServiceAsync();
        await using var authority = await TestAuthority.StartAsync(Settings(service.Urls.Single()));
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        foreach (var (mode, password, fromWallet, fromApp, refusal) in new (string, string?, byte[]?, byte[]?, Refusal)[]
        {
            ("R01", Password, null, null, Refusal.FieldInvalid),
            ("R01", null, null, Face, Refusal.FieldInvalid),
            ("R02", null, null, null, Refusal.FactorsMissing),
            ("R02", Password, null, Face, Refusal.FieldInvalid),
            ("R02", Password, Face, null, Refusal.FactorsInvalid),
            ("R03", null, null, null, Refusal.FactorsMissing),
            ("R03", Password, Face, null, Refusal.FactorsInvalid),
            ("R03", Password, null, Face, Refusal.FieldInvalid),
            ("R03", null, null, [], Refusal.FactorsInvalid),
            ("R04", Password, null, null, Refusal.FactorsInvalid),
            ("R04", null, null, Face, Refusal.FactorsMissing),
            ("R04", null, Face, Face, Refusal.FactorsInvalid),
            ("R04", Password, Face, Face, Refusal.FactorsInvalid),
        })
        {
            await shop.VerifyAsync(JsonContent.Create(await DirectAsync(wallet, mode, password, fromWallet, fromApp))).IsRefusedAsync(refusal);
        }

        var good = await DirectAsync(wallet, "R02", Password);
        foreach (var context in (string[])
        [
            $"direct/other/{good["sequence_number"]}/{good["nonce"]}",
            $"direct/shop/{DevelopmentPlatform.NewSequenceNumber()}/{good["nonce"]}",
            $"direct/shop/{good["sequence_number"]}/{DevelopmentWallet.NewNonce()}",
            "",
        ])
        {
            var spoilt = good.DeepClone();
            spoilt["factors"] = await wallet.SealFactorsAsync(context, Password);
            await shop.VerifyAsync(JsonContent.Create(spoilt)).IsRefusedAsync(Refusal.FactorsInvalid);
        }

        Assert.Equal("pass", (string?)(await shop.VerifyAsync(JsonContent.Create(good)).JsonAsync())["result"]); // none of it spent the number
    }

    [Fact]
    public async Task Faces_cannot_be_tried_for_ever()
    {
        await using var service = await StartServiceAsync();
        await using var authority = await TestAuthority.StartAsync(Settings(service.Urls.Single()));
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: "R03");
        var transaction = (string)(await shop.BeginAsync(body).JsonAsync())["transaction_id"]!;
        for (var count = 0; count < 5; count++)
            await wallet.ApproveAsync(transaction, face: Strangers).IsRefusedAsync(Refusal.FaceNotMatched);
        Assert.Null(await wallet.LookAsync(transaction));
        var answer = await shop.PollAsync(transaction).JsonAsync();
        Assert.Equal(("denied", "fail"), ((string?)answer["status"], (string?)answer["result"]));
    }

    [Fact]
    public async Task A9_5_scan_the_wallet_is_told_what_was_wrong_and_tries_again()
    {
        await using var service = await StartServiceAsync();
        await using var authority = await TestAuthority.StartAsync(Settings(service.Urls.Single()));
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        foreach (var (mode, password, face) in new (string, string?, byte[]?)[] { ("R02", Password, null), ("R03", null, Face), ("R04", Password, Face) })
        {
            var transaction = await BeginAsync(shop, mode);
            await wallet.ApproveAsync(transaction).IsRefusedAsync(Refusal.FactorsMissing);
            await wallet.ApproveAsync(transaction, password is null ? Password : null, face ?? Face).IsRefusedAsync(Refusal.FactorsInvalid);
            if (password is not null)
                await wallet.ApproveAsync(transaction, WrongPassword, face).IsRefusedAsync(Refusal.PasswordWrong);
            if (face is not null)
            {
                await wallet.ApproveAsync(transaction, password, Strangers).IsRefusedAsync(Refusal.FaceNotMatched);
                await wallet.ApproveAsync(transaction, password, Spoof).IsRefusedAsync(Refusal.FaceNotMatched);
            }

            Assert.Equal("pending", (string?)(await shop.PollAsync(transaction).JsonAsync())["status"]);
            Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction, password, face).JsonAsync())["status"]);
            var answer = await shop.PollAsync(transaction).JsonAsync();
            Assert.Equal([.. Modes.Assurance(mode)], answer["assurance"]!.AsArray().Select(proved => (string)proved!));
        }

        // A9-2: each of the two faces that counted was consented to, by itself.
        var consents = (await wallet.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray();
        Assert.Equal(2, consents.Count(consent => consent!["kinds"]!.AsArray().Select(kind => (string)kind!).SequenceEqual(["face_image"])));
        NoFaceIsKept(authority);
        await authority.StopAsync();
        NoFaceIsKept(authority);
    }

    [Fact]
    public async Task Scan_factors_for_another_transaction_or_not_named_by_the_command_are_refused()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        var (one, other) = (await BeginAsync(shop, "R02"), await BeginAsync(shop, "R02"));
        var request = (await wallet.LookAsync(one))!;
        var others = await wallet.SealFactorsAsync(other, Password);
        await wallet.DecideAsync(one, await ApprovalAsync(others), others).IsRefusedAsync(Refusal.FactorsInvalid);
        var (mine, unnamed) = (await wallet.SealFactorsAsync(one, Password), await wallet.SealFactorsAsync(one, Password));
        await wallet.DecideAsync(one, await ApprovalAsync(mine), unnamed).IsRefusedAsync(Refusal.ApprovalMismatch);
        await wallet.DecideAsync(one, await ApprovalAsync(null), mine).IsRefusedAsync(Refusal.ApprovalMismatch);
        await wallet.DecideAsync(other, await ApprovalAsync(others), others).IsRefusedAsync(Refusal.ApprovalMismatch);
        var denial = await wallet.SignCommandAsync("deny", new JsonObject { ["transaction"] = one });
        await wallet.DecideAsync(one, denial, mine).IsRefusedAsync(Refusal.FactorsInvalid);
        Assert.Equal("approved", (string?)(await wallet.DecideAsync(one, await ApprovalAsync(mine), mine).JsonAsync())["status"]);

        Task<string> ApprovalAsync(string? factors) => wallet.SignCommandAsync("approve", DevelopmentWallet.ApproveBody(request, factors));
    }

    [Fact]
    public async Task Without_the_service_nothing_is_decided_and_the_same_request_passes_when_it_is_back()
    {
        var isAway = false;
        await using var service = await OutsideServer.StartAsync(context => isAway
            ? OutsideServer.Status(StatusCodes.Status500InternalServerError)(context)
            : OutsideServer.Json("""{"score":0.97,"liveness":0.99}""")(context));
        await using var authority = await TestAuthority.StartAsync(Settings(service.Address().AbsoluteUri.TrimEnd('/')));
        using var wallet = await authority.EnrolAsync(Someone);
        isAway = true;
        var shop = await authority.PlatformAsync("shop");
        var direct = new[] { await DirectAsync(wallet, "R03", null, Face), await DirectAsync(wallet, "R04", Password, null, Face) };
        foreach (var body in direct)
            await shop.VerifyAsync(JsonContent.Create(body)).IsRefusedAsync(Refusal.HolderCheckUnavailable);
        var transaction = await BeginAsync(shop, "R03");
        await wallet.ApproveAsync(transaction, face: Face).IsRefusedAsync(Refusal.HolderCheckUnavailable);
        Assert.Equal("pending", (string?)(await shop.PollAsync(transaction).JsonAsync())["status"]);
        Assert.Equal(3, (await wallet.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray().Count);
        isAway = false;
        foreach (var body in direct)
            Assert.Equal("pass", (string?)(await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync())["result"]);
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction, face: Face).JsonAsync())["status"]);
    }

    [Theory]
    [InlineData("R03")]
    [InlineData("R04")]
    public async Task Without_a_service_configured_a_mode_with_a_face_is_not_available_and_never_passes(string mode)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        var password = Modes.NeedsPassword(mode) ? Password : null;
        await shop.VerifyAsync(JsonContent.Create(await DirectAsync(wallet, mode, password, Face))).IsRefusedAsync(Refusal.ModeNotAvailable);
        await shop.VerifyAsync(JsonContent.Create(await DirectAsync(wallet, mode, password, null, Face))).IsRefusedAsync(Refusal.ModeNotAvailable);
        foreach (var carrier in (string[])["scan", "counter"])
        {
            var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), carrier, mode);
            if (carrier == "counter")
                body["qr"] = await wallet.ShowQrAsync();
            await shop.BeginAsync(body).IsRefusedAsync(Refusal.ModeNotAvailable);
        }
    }

    [Fact]
    public async Task Wrong_passwords_are_slowed_down_and_the_modes_without_one_go_on()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Someone);
        var shop = await authority.PlatformAsync("shop");
        var transaction = await BeginAsync(shop, "R02");
        for (var wrong = 1; wrong <= 12; wrong++)
        {
            await wallet.ApproveAsync(transaction, WrongPassword).IsRefusedAsync(Refusal.PasswordWrong);
            if (wrong >= 5)
                authority.Time.Advance(TimeSpan.FromSeconds(Math.Pow(2, wrong - 5)));
        }

        await wallet.ApproveAsync(transaction, WrongPassword).IsRefusedAsync(Refusal.PasswordWrong); // the thirteenth: 256 seconds from here
        shop = await authority.PlatformAsync("shop");
        transaction = await BeginAsync(shop, "R02");
        await wallet.ApproveAsync(transaction, Password).IsRefusedAsync(Refusal.PasswordDelayed);
        Assert.Equal("fail", (string?)(await shop.VerifyAsync(JsonContent.Create(await DirectAsync(wallet, "R02", Password))).JsonAsync())["result"]);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(await BeginAsync(shop, "R01")).JsonAsync())["status"]);
        authority.Time.Advance(TimeSpan.FromSeconds(200));
        await wallet.ApproveAsync(transaction, Password).IsRefusedAsync(Refusal.PasswordDelayed);
        authority.Time.Advance(TimeSpan.FromSeconds(56));
        shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(JsonContent.Create(await DirectAsync(wallet, "R02", Password))).JsonAsync())["result"]);
        Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction, Password).JsonAsync())["status"]);
        await wallet.ApproveAsync(await BeginAsync(shop, "R02"), WrongPassword).IsRefusedAsync(Refusal.PasswordWrong); // the right one began the count anew
    }

    /// <summary>A direct verification, with what the wallet seals and what the platform's app brings (S-4).</summary>
    private static async Task<JsonObject> DirectAsync(
        DevelopmentWallet wallet, string mode, string? password, byte[]? fromWallet = null, byte[]? fromApp = null)
    {
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce), mode);
        if (password is not null || fromWallet is not null)
            body["factors"] = await wallet.SealFactorsAsync($"direct/shop/{sequence}/{nonce}", password, fromWallet);
        if (fromApp is not null)
            body["face"] = Convert.ToBase64String(fromApp);
        return body;
    }

    private static async Task<string> BeginAsync(DevelopmentPlatform platform, string mode) =>
        (string)(await platform.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: mode)).JsonAsync())["transaction_id"]!;

    /// <summary>By the text inside each image: in any form, in any file or log.</summary>
    private static void NoFaceIsKept(TestAuthority authority)
    {
        foreach (var (name, bytes) in authority.Files().Append(("logs", Encoding.UTF8.GetBytes(authority.Logs.Text))))
        {
            foreach (var person in (Person[])[Someone, Persons.Adults[1]])
            {
                var inImage = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(person.Number)));
                Assert.Contains(inImage, Encoding.Latin1.GetString(DevelopmentFace.Png(person.Number)), StringComparison.Ordinal);
                Assert.True(!IdentityScanner.FormsIn(bytes, inImage).Any(), $"A face is in {name}.");
            }
        }
    }

    private static string[] Settings(string address) => ["--HolderCheck:Address", $"{address}/", "--HolderCheck:Token", "secret"];

    private static async Task<WebApplication> StartServiceAsync()
    {
        var service = HolderCheckCommand.Build("http://127.0.0.1:0", "secret");
        await service.StartAsync();
        return service;
    }
}
