using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The first story over real HTTP: apply, verify, freeze; repeats; a cold start.</summary>
public sealed class StoryTests
{
    [Fact]
    public async Task A2_3_and_A8_1_A_person_applies_and_a_platform_gets_a_yes_and_after_a_freeze_a_no()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        Assert.True(NetId.TryParse(wallet.NetId, out _, out _));
        var shop = await authority.PlatformAsync("shop");

        var yes = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal(
            ["assurance", "mode", "platform_identifier", "receipt", "result", "sequence_number", "time", "transaction_id"],
            yes.Select(member => member.Key).Order());
        Assert.Equal("pass", (string?)yes["result"]);

        Assert.Equal("frozen", (string?)(await wallet.ExecuteAsync("freeze").JsonAsync())["status"]);
        var no = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal("fail", (string?)no["result"]);
        Assert.Null(no["platform_identifier"]);

        Assert.Equal("active", (string?)(await wallet.ExecuteWithPasswordAsync("unfreeze").JsonAsync())["status"]);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
    }

    [Fact]
    public async Task A5_1_and_S_2_A_receipt_is_checked_with_the_root_alone_and_says_what_it_must()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var sequence = DevelopmentPlatform.NewSequenceNumber();
        var answer = await shop.VerifyAsync(wallet, sequence).JsonAsync();
        var metadata = await authority.Http.GetAsync("/.well-known/netid-authority").JsonAsync();
        var anchor = new TrustAnchor(Convert.FromBase64String((string)metadata["root_certificate"]!));

        Assert.True(VerificationReceipt.TryVerify((string?)answer["receipt"], anchor, out var receipt));
        Assert.Equal("Login", receipt.Purpose);
        Assert.Equal("Contract with the user", receipt.LegalBasis);
        Assert.Equal("R01", receipt.Mode);
        Assert.True(receipt.Passed);
        Assert.Equal(sequence, receipt.SequenceNumber);
        Assert.Equal((string?)answer["platform_identifier"], receipt.Subject);
        Assert.Equal((string?)answer["transaction_id"], receipt.TransactionId);
        Assert.Equal((DateTimeOffset)answer["time"]!, receipt.Time);
    }

    // What was issued and sealed under one suite is good under the other: the choice can be changed.
    [Fact]
    public async Task A13_1_An_authority_of_SM_keys_tells_the_same_story_and_keeps_what_it_holds_when_the_choice_changes()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:Suite", "Sm");
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        Assert.Equal("SM2", (string?)HeaderOf(wallet.Certificates[0])["alg"]);
        var shop = await authority.PlatformAsync("shop");
        var under = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal(("pass", "SM2"), ((string?)under["result"], (string?)HeaderOf((string?)under["receipt"])["alg"]));

        await authority.StopAsync();
        await authority.StartAgainAsync("--Authority:Suite", "International");
        shop = await authority.PlatformAsync("shop");
        var after = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal(("pass", "ES256"), ((string?)after["result"], (string?)HeaderOf((string?)after["receipt"])["alg"]));
        Assert.Equal((string?)under["platform_identifier"], (string?)after["platform_identifier"]);
        using var newcomer = await authority.EnrolAsync(Persons.Adults[1]);
        Assert.Equal("ES256", (string?)HeaderOf(newcomer.Certificates[0])["alg"]);
    }

    [Fact]
    public async Task A13_1_An_algorithm_that_answers_otherwise_stops_the_start_before_anything_is_made()
    {
        var data = Path.Combine(Path.GetTempPath(), $"netid-never-{Guid.NewGuid():N}");
        var stopped = await Assert.ThrowsAsync<CryptographicException>(() => FrontDoorApp.BuildAsync(
            ["--Data", data, "--Urls", "http://127.0.0.1:0"], checkAlgorithms: () => throw new CryptographicException("SM3 answers otherwise.")));
        Assert.Contains("SM3", stopped.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    // A8-4: certificates for as many platforms as the authority allows at once, and not one more.
    [Theory]
    [InlineData("10", 10, true)]
    [InlineData("10", 11, false)]
    [InlineData("2", 2, true)]
    [InlineData("2", 3, false)]
    public async Task A8_4_A_batch_has_the_size_that_is_set(string setting, int asked, bool accepted)
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:CertificateBatch", setting);
        using var wallet = authority.NewWallet();
        using var response = await wallet.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name, certificates: asked);
        Assert.Equal(accepted, response.IsSuccessStatusCode);
        if (!accepted) await Task.FromResult(response).IsRefusedAsync(Refusal.HolderKeyProofInvalid);
    }

    // An application handed in again brings new certificates for the same keys: a platform goes on seeing its own and no other's.
    [Fact]
    public async Task A8_4_A_key_that_one_platform_has_seen_is_shown_to_no_other_after_a_repeated_application()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var person = Persons.Adults[0];
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).Dispose();
        (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(person.Number, person.Name))).Dispose();
        async Task CompleteAsync(bool resumed) =>
            Assert.Equal(resumed, (bool?)(await wallet.CompleteAsync(application, certificates: 2).JsonAsync())["resumed"]);

        await CompleteAsync(resumed: false);
        var atShop = KeyIn(wallet.Present("shop", DevelopmentPlatform.NewSequenceNumber(), "nonce"));
        await CompleteAsync(resumed: true);
        Assert.NotEqual(atShop, KeyIn(wallet.Present("bank", DevelopmentPlatform.NewSequenceNumber(), "nonce")));
        Assert.Equal(atShop, KeyIn(wallet.Present("shop", DevelopmentPlatform.NewSequenceNumber(), "nonce")));
    }

    private static string KeyIn(string presentation) =>
        JsonNode.Parse(Base64Url.DecodeFromChars(presentation.Split('.')[1]))!["cnf"]!.ToJsonString();

    [Fact]
    public async Task A8_4_Identifiers_are_stable_at_one_platform_and_join_no_two()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var first = await authority.EnrolAsync(Persons.Adults[0], certificates: 3);
        using var second = await authority.EnrolAsync(Persons.Adults[1], certificates: 2);
        var (shop, bank) = (await authority.PlatformAsync("shop"), await authority.PlatformAsync("bank"));
        var atShop = await IdentifierAsync(shop, first);
        Assert.Equal(atShop, await IdentifierAsync(shop, first));
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var renewed = HolderPresentation.Create(first.Certificates[2], [], "shop", $"{sequence}.{nonce}", authority.Time.GetUtcNow(), first.HolderKeys[2]);
        var answer = await shop.VerifyAsync(JsonContent.Create(DevelopmentPlatform.VerificationBody(sequence, nonce, renewed))).JsonAsync();
        Assert.Equal(atShop, (string?)answer["platform_identifier"]);
        string?[] all = [atShop, await IdentifierAsync(bank, first), await IdentifierAsync(shop, second), await IdentifierAsync(bank, second)];
        Assert.Equal(4, all.Distinct().Count());
    }

    [Fact]
    public async Task A_cold_citizen_in_a_fresh_process_verifies_like_a_warm_one_and_repeats_still_get_the_same_answer()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce));
        var warm = await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync();

        await authority.StopAsync();
        await authority.StartAgainAsync();
        shop = await authority.PlatformAsync("shop");
        var repeated = await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync();
        Assert.Equal(warm.ToJsonString(), repeated.ToJsonString());
        var cold = await shop.VerifyAsync(wallet).JsonAsync();
        Assert.Equal("pass", (string?)cold["result"]);
        Assert.Equal((string?)warm["platform_identifier"], (string?)cold["platform_identifier"]);
    }

    [Fact]
    public async Task A_repeat_gets_the_same_answer_for_a_day_whatever_changed_and_then_the_number_stays_used()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce));
        var first = await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync();
        using (await wallet.ExecuteAsync("freeze"))
            Assert.Equal(first.ToJsonString(), (await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync()).ToJsonString());

        authority.Time.Advance(TimeSpan.FromHours(20)); // the presentation is stale by now, the repeat is not
        shop = await authority.PlatformAsync("shop");
        Assert.Equal(first.ToJsonString(), (await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync()).ToJsonString());
        await shop.VerifyAsync(wallet, sequence).IsRefusedAsync(Authority.Refusal.SequenceNumberUsed);

        await authority.Services.GetRequiredService<Authority.IAuthenticationLog>().DropAnswersAsync(authority.Time.GetUtcNow(), 100);
        await shop.VerifyAsync(JsonContent.Create(body)).IsRefusedAsync(Authority.Refusal.SequenceNumberUsed);
    }

    [Fact]
    public async Task Many_repeats_at_once_are_one_verification()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.VerifyAsync(JsonContent.Create(body)).JsonAsync()));
        Assert.Single(answers.Select(answer => answer.ToJsonString()).Distinct());
    }

    [Fact]
    public async Task Completing_an_application_again_resumes_it_with_the_same_Net_ID()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var person = Persons.Adults[0];
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).Dispose();
        (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(person.Number, person.Name))).Dispose();
        var factors = await wallet.SealFactorsAsync(application, "24681357");
        var command = await wallet.SignStepAsync(application, "complete", await wallet.CompleteBodyAsync(application, factors, 1));
        Assert.False((bool?)(await wallet.SubmitAsync(application, command, factors).JsonAsync())["resumed"]);
        var netId = wallet.NetId;
        Assert.True((bool?)(await wallet.SubmitAsync(application, command, factors).JsonAsync())["resumed"]); // its answer was lost
        Assert.Equal(netId, wallet.NetId);
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
    }

    [Fact]
    public async Task A2_5_Ten_devices_of_one_person_at_once_end_in_one_Net_ID()
    {
        await using var authority = await TestAuthority.StartAsync();
        var wallets = Enumerable.Range(0, 10).Select(_ => authority.NewWallet()).ToList();
        var person = Persons.Adults[0];
        var responses = await Task.WhenAll(wallets.Select(wallet => wallet.ApplyAsync(person.Number, person.Name)));
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK);
        Assert.Equal(9, responses.Count(response => response.StatusCode == HttpStatusCode.Conflict));
        wallets.ForEach(wallet => wallet.Dispose());
    }

    [Fact]
    public async Task Health_and_the_API_description_are_served()
    {
        await using var authority = await TestAuthority.StartAsync();
        Assert.Equal("Healthy", await authority.Http.GetStringAsync("/health/live"));
        Assert.Equal("Healthy", await authority.Http.GetStringAsync("/health/ready"));
        var description = await authority.Http.GetAsync("/openapi/v1.json").JsonAsync();
        var paths = description["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Superset(
            new HashSet<string> { "/v1/notice", "/v1/applications", "/v1/applications/{application}", "/v1/commands", "/v1/token", "/v1/verifications" },
            paths.ToHashSet());
        Assert.DoesNotContain(paths, path => path.StartsWith("/operator", StringComparison.Ordinal));
    }

    private static JsonObject HeaderOf(string? jws) => JsonNode.Parse(Base64Url.DecodeFromChars(jws!.Split('.')[0]))!.AsObject();

    private static async Task<string?> IdentifierAsync(DevelopmentPlatform platform, DevelopmentWallet wallet) =>
        (string?)(await platform.VerifyAsync(wallet).JsonAsync())["platform_identifier"];
}
