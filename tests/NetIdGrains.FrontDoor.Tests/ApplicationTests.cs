using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// Each step of an application, in the order of its checks: a table begins with everything wrong, and each row mends one fault and meets the next.
/// Whatever was refused changed nothing: the last row of each table is taken.
/// </summary>
public sealed class ApplicationTests
{
    private static readonly Person Someone = Persons.Adults[0];

    [Fact]
    public async Task A10_1_A9_2_Agreeing_meets_its_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        using var other = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        var steps = new Steps(authority, wallet, application, await wallet.IssuerAsync());
        var good = await wallet.AgreeBodyAsync();
        var body = new JsonObject
        {
            ["notice"] = "a notice of another day",
            ["consents"] = new JsonArray("application"),
            ["device_key"] = 7,
            ["shoe_size"] = 43,
        };
        Task Refused(Refusal refusal, string command, string? id = null) => wallet.SubmitAsync(id ?? application, command).IsRefusedAsync(refusal);

        await Refused(Refusal.ApplicationUnknown, "no jws", "guessed");
        await Refused(Refusal.CommandMalformed, "no jws");
        await Refused(Refusal.CommandMalformed, $"{steps.Sign("agree", body)}~x~y");
        await Refused(Refusal.CommandUnknown, steps.Sign("apply", body));
        foreach (var later in (string[])["document", "face", "complete"])
            await Refused(Refusal.ApplicationStep, steps.Sign(later, body));
        await Refused(Refusal.UnknownField, steps.Sign("agree", body));
        body.Remove("shoe_size");
        body.Remove("notice");
        await Refused(Refusal.FieldMissing, steps.Sign("agree", body));
        body["notice"] = 5;
        await Refused(Refusal.FieldInvalid, steps.Sign("agree", body));
        body["notice"] = "a notice of another day";
        await Refused(Refusal.DeviceKeyInvalid, steps.Sign("agree", body));
        body["device_key"] = JsonNode.Parse(other.DeviceKey.PublicKey.ToJwk());
        await Refused(Refusal.DeviceKeyInvalid, steps.Sign("agree", body));
        body["device_key"] = good["device_key"]!.DeepClone();
        await Refused(Refusal.CommandSignature, steps.Sign("agree", body, signer: other.DeviceKey));
        await Refused(Refusal.CommandReplayed, steps.Sign("agree", body, nonce: $"{await wallet.BeginApplicationAsync()}.{DevelopmentWallet.NewNonce()}"));
        await Refused(Refusal.CommandMalformed, steps.Sign("agree", body, nonce: $"{application}.short"));
        await Refused(Refusal.CommandAudience, steps.Sign("agree", body, audience: "https://elsewhere.example"));
        await Refused(Refusal.CommandStale, steps.Sign("agree", body, age: TimeSpan.FromMinutes(6)));
        await Refused(Refusal.CommandStale, steps.Sign("agree", body, age: TimeSpan.FromMinutes(-2)));
        await Refused(Refusal.NoticeNotCurrent, steps.Sign("agree", body));
        body["notice"] = good["notice"]!.DeepClone();
        foreach (var consents in (string[][])[["application"], ["application", "application"], ["application", "document-number", "face-image"]])
        {
            body["consents"] = new JsonArray([.. consents.Select(consent => (JsonNode)consent)]);
            await Refused(Refusal.ConsentMissing, steps.Sign("agree", body));
        }

        Assert.Equal("", authority.Rows("application"));
        body["consents"] = good["consents"]!.DeepClone();
        Assert.Equal("document", (string?)(await wallet.SubmitAsync(application, steps.Sign("agree", body)).JsonAsync())["step"]);
    }

    [Fact]
    public async Task A4_1_A15_1_A_typed_document_meets_its_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        using var other = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        var steps = new Steps(authority, wallet, application, await wallet.IssuerAsync());
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        var body = new JsonObject { ["kind"] = "foreign-passport", ["number"] = "1234", ["name"] = "", ["evidence"] = "none", ["address"] = "here" };
        Task Refused(Refusal refusal, string? command = null) =>
            wallet.SubmitAsync(application, command ?? steps.Sign("document", body)).IsRefusedAsync(refusal);

        await Refused(Refusal.DeviceKeyInvalid, await other.SignStepAsync(application, "document", body));
        await Refused(Refusal.DeviceKeyInvalid, await other.SignStepAsync(application, "agree", await other.AgreeBodyAsync()));
        await Refused(Refusal.CommandSignature, steps.Sign("document", body, signer: other.DeviceKey));
        await Refused(Refusal.CommandStale, steps.Sign("document", body, age: TimeSpan.FromMinutes(6)));
        foreach (var step in (string[])["agree", "face", "complete"])
            await Refused(Refusal.ApplicationStep, steps.Sign(step, body));
        await Refused(Refusal.UnknownField);
        body.Remove("address");
        await Refused(Refusal.FieldInvalid);
        body.Remove("evidence");
        body.Remove("name");
        await Refused(Refusal.FieldMissing);
        body["name"] = "";
        await Refused(Refusal.ForeignPassport);
        body["kind"] = "fishing-licence";
        await Refused(Refusal.DocumentKindNotAccepted);
        body["kind"] = "resident-id";
        await Refused(Refusal.DocumentFormat);
        body["number"] = "990101199902310011";
        await Refused(Refusal.DocumentCheckCharacter);
        body["number"] = WithCheck("99010119990231001");
        await Refused(Refusal.DocumentBirthDate);
        body["number"] = WithCheck("99010119990228001");
        await Refused(Refusal.DocumentRegion);
        body["number"] = WithCheck("11010119990228001");
        await Refused(Refusal.NameInvalid);
        body["name"] = "张三";
        await Refused(Refusal.DocumentUnknown);
        body["number"] = Someone.Number;
        await Refused(Refusal.DocumentUnknown); // another's number under a name that is not theirs says no more than a number nobody has
        body["name"] = Someone.Name;
        Assert.Equal("complete", (string?)(await wallet.SubmitAsync(application, steps.Sign("document", body)).JsonAsync())["step"]);
    }

    [Fact]
    public async Task Completing_meets_its_refusals_in_order_and_after_it_nothing_else_is_taken()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        using var other = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        var steps = new Steps(authority, wallet, application, await wallet.IssuerAsync());
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name))).EnsureSuccessStatusCode();
        var good = await wallet.CompleteBodyAsync(application, "", 1);
        var body = new JsonObject { ["holder_key_proofs"] = new JsonArray(), ["factors"] = "another", ["telephone"] = "1" };
        async Task Refused(Refusal refusal, string? factors = null) =>
            await wallet.SubmitAsync(application, steps.Sign("complete", body), factors).IsRefusedAsync(refusal);
        async Task RefusedWith(Refusal refusal, string? password, byte[]? face = null, string? context = null)
        {
            var factors = await wallet.SealFactorsAsync(context ?? application, password, face);
            body["factors"] = SealedFactors.DigestOf(factors);
            await Refused(refusal, factors);
        }

        await Refused(Refusal.UnknownField);
        body.Remove("telephone");
        await Refused(Refusal.HolderKeyProofInvalid);
        body["holder_key_proofs"] = new JsonArray([.. Enumerable.Repeat((string)good["holder_key_proofs"]![0]!, 2).Select(proof => (JsonNode)proof)]);
        await Refused(Refusal.HolderKeyProofInvalid);
        var strange = await wallet.CompleteBodyAsync(await wallet.BeginApplicationAsync(), "", 1);
        body["holder_key_proofs"] = strange["holder_key_proofs"]!.DeepClone();
        await Refused(Refusal.HolderKeyProofInvalid);
        body["holder_key_proofs"] = good["holder_key_proofs"]!.DeepClone();
        await Refused(Refusal.FactorsMissing);
        await Refused(Refusal.FactorsInvalid, await wallet.SealFactorsAsync(application, DevelopmentWallet.Password)); // not what the command names
        await RefusedWith(Refusal.FactorsInvalid, DevelopmentWallet.Password, context: await wallet.BeginApplicationAsync());
        await RefusedWith(Refusal.FactorsInvalid, DevelopmentWallet.Password, DevelopmentFace.Png(Someone.Number));
        await RefusedWith(Refusal.FactorsInvalid, password: null, DevelopmentFace.Png(Someone.Number));
        await RefusedWith(Refusal.PasswordTooCommon, "12345678");
        await RefusedWith(Refusal.PasswordPersonal, $"{Someone.BirthDate:yyyyMMdd}");
        Assert.Equal("issued", (string?)(await wallet.CompleteAsync(application).JsonAsync())["step"]);
        foreach (var step in (string[])["agree", "document", "face", "cancel"])
            await wallet.SubmitAsync(application, steps.Sign(step, [])).IsRefusedAsync(Refusal.ApplicationStep);
        await other.CompleteAsync(application).IsRefusedAsync(Refusal.DeviceKeyInvalid);
    }

    [Fact]
    public async Task An_application_whose_time_is_over_is_over()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var (application, untouched) = (await wallet.BeginApplicationAsync(), await wallet.BeginApplicationAsync());
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromHours(24));
        await wallet.SubmitAsync(untouched, "").IsRefusedAsync(Refusal.ApplicationExpired);
        await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name)).IsRefusedAsync(Refusal.ApplicationExpired);
    }

    [Fact]
    public async Task The_latest_step_again_gets_its_answer_again_whenever_and_an_earlier_one_is_out_of_its_place()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        var agree = await wallet.SignStepAsync(application, "agree", await wallet.AgreeBodyAsync());
        var document = await wallet.SignStepAsync(application, "document", DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name));
        var agreed = await wallet.SubmitAsync(application, agree).JsonAsync();
        authority.Time.Advance(TimeSpan.FromMinutes(4)); // an answer that is waited for in vain
        Assert.Equal(agreed.ToJsonString(), (await wallet.SubmitAsync(application, agree).JsonAsync()).ToJsonString());
        var documented = await wallet.SubmitAsync(application, document).JsonAsync();
        await authority.StopAsync();
        await authority.StartAgainAsync();
        authority.Time.Advance(TimeSpan.FromHours(2));
        using var again = await PutAsync(authority, application, document);
        Assert.Equal(documented.ToJsonString(), (await Task.FromResult(again).JsonAsync()).ToJsonString());
        await PutAsync(authority, application, agree).IsRefusedAsync(Refusal.CommandStale);
    }

    [Fact]
    public async Task A2_5_Two_documents_of_one_person_never_give_two_Net_IDs()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        (await wallet.ApplyAsync("H01301587", "何诗丽", kind: "hk-macao-travel-permit")).EnsureSuccessStatusCode();
        using var second = authority.NewWallet();
        var application = await second.BeginApplicationAsync();
        var document = DevelopmentWallet.DocumentBody("810000196201300527", "何诗丽", "hk-macao-residence-permit");
        await second.ApplyAsync(application, document, []).IsRefusedAsync(Refusal.AlreadyEnrolled);
        await second.CompleteAsync(application).IsRefusedAsync(Refusal.AlreadyEnrolled);
        Assert.Equal("cancelled", (string?)(await second.CancelAsync(application).JsonAsync())["step"]);
        Assert.Single(authority.Rows("net-id").Split('\n'));
    }

    [Theory]
    [InlineData("taiwan-residence-permit", "83000019930422072X", "秦欣涛")]
    [InlineData("taiwan-travel-permit", "98429522", "秦欣涛")]
    [InlineData("hk-macao-residence-permit", "810000196201300527", "何诗丽")]
    [InlineData("hk-macao-travel-permit", "H01301587", "何诗丽")]
    [InlineData("foreign-pr-card", "911036197708150420", "SMITH JOHN")]
    [InlineData("resident-id", "619901198705140059", "雷强")]
    public async Task A15_1_Every_kind_of_document_is_good_for_applying_and_for_a_pass(string kind, string number, string name)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        (await wallet.ApplyAsync(number, name, kind: kind)).EnsureSuccessStatusCode();
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
    }

    [Fact]
    public async Task A15_1_A_passport_is_good_where_China_issued_it_and_a_kind_that_is_not_configured_is_not()
    {
        await using var authority = await TestAuthority.StartAsync();
        var (birth, expiry) = (new DateOnly(1979, 3, 8), new DateOnly(2034, 6, 30));
        using (var wallet = authority.NewWallet())
        {
            await wallet.ApplyAsync(Passports.Zone("X00000017", birth, 'M', expiry, "GBR"), "卫安远", kind: "passport").IsRefusedAsync(Refusal.ForeignPassport);
            (await wallet.ApplyAsync(Passports.Zone("X00000017", birth, 'M', expiry), "卫安远", kind: "passport")).EnsureSuccessStatusCode();
            (await wallet.IssueAsync("refill", 1)).EnsureSuccessStatusCode(); // what is kept of a passport is its number
        }

        await authority.StopAsync();
        await authority.StartAgainAsync("--Authority:DocumentKinds:0", "resident-id");
        using var another = authority.NewWallet();
        await another.ApplyAsync(Passports.Zone("X00000025", new(1991, 10, 21), 'F', new(2035, 1, 31)), "卫宁·阿依", kind: "passport")
            .IsRefusedAsync(Refusal.DocumentKindNotAccepted);
    }

    private static Task<HttpResponseMessage> PutAsync(TestAuthority authority, string application, string command) =>
        authority.Http.PutAsync($"/v1/applications/{application}", new StringContent(command, System.Text.Encoding.ASCII, "application/jose"));

    /// <summary>ISO 7064 MOD 11-2, written out here so that the library is not its own judge.</summary>
    private static string WithCheck(string digits)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return digits + "10X98765432"[digits.Select((digit, index) => (digit - '0') * weights[index]).Sum() % 11];
    }

    private sealed record Steps(TestAuthority Authority, DevelopmentWallet Wallet, string Application, string Issuer)
    {
        public string Sign(string command, JsonObject body, string? audience = null, string? nonce = null, TimeSpan age = default, P256Signer? signer = null) =>
            SignedCommand.Sign(
                command,
                body,
                audience ?? Issuer,
                nonce ?? $"{Application}.{DevelopmentWallet.NewNonce()}",
                Wallet.DeviceKey.PublicKey.Thumbprint,
                Authority.Time.GetUtcNow() - age,
                signer ?? Wallet.DeviceKey);
    }
}
