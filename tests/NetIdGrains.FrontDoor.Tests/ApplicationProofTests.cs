using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Who applies: a document that an accredited reader has read (A4-1), and the holder's face (A9-2, A9-5).</summary>
public sealed class ApplicationProofTests : IDisposable
{
    private static readonly Person Someone = Persons.Adults[0];
    private readonly string _readers = Directory.CreateTempSubdirectory("netid-readers-").FullName;

    private string[] OnlyEvidence => ["--Authority:TypedDocuments", "false", "--Authority:Readers", _readers];

    public void Dispose() => Directory.Delete(_readers, recursive: true);

    [Fact]
    public async Task A4_1_Evidence_meets_its_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync(OnlyEvidence);
        var now = authority.Time.GetUtcNow();
        var (reader, stranger) = (NewReader(now), NewReader(now));
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        Task Refused(Refusal refusal, JsonObject body) => wallet.DocumentAsync(application, body).IsRefusedAsync(refusal);
        JsonObject Evidence(DocumentReading read, DevelopmentReader? by = null, string? challenge = null) =>
            DevelopmentWallet.EvidenceBody((by ?? reader).Read(read, challenge ?? application, authority.Time.GetUtcNow()));
        void Publish(Action publish)
        {
            publish();
            authority.Time.Advance(TimeSpan.FromMinutes(1)); // looked into again after that long
        }

        await Refused(Refusal.EvidenceNeeded, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name));
        await Refused(Refusal.EvidenceMalformed, DevelopmentWallet.EvidenceBody("no envelope"));
        await Refused(Refusal.ReaderNotAccredited, Evidence(Reading())); // nobody is
        Publish(() => File.WriteAllBytes(Path.Combine(_readers, "anchor.der"), reader.Anchor));
        await Refused(Refusal.ReaderNotAccredited, Evidence(Reading(), stranger));
        await Refused(Refusal.ReadersUnknown, Evidence(Reading()));
        Publish(() => reader.PublishTo(_readers, reader.Certificates[0]));
        await Refused(Refusal.ReaderNotAccredited, Evidence(Reading())); // taken back
        Publish(() => File.WriteAllText(Path.Combine(_readers, "0.crl"), "no list"));
        await Refused(Refusal.ReaderNotAccredited, Evidence(Reading())); // what was read last goes on counting
        Publish(() => reader.PublishTo(_readers));
        var envelope = (string)Evidence(Reading())["evidence"]!;
        var another = (string)Evidence(Reading(), challenge: "another")["evidence"]!;
        await Refused(Refusal.EvidenceSignature, DevelopmentWallet.EvidenceBody($"{envelope[..envelope.LastIndexOf('.')]}{another[another.LastIndexOf('.')..]}"));
        await Refused(Refusal.EvidenceChallenge, Evidence(Reading(), challenge: await wallet.BeginApplicationAsync()));
        authority.Time.Advance(TimeSpan.FromMinutes(11));
        await Refused(Refusal.EvidenceStale, DevelopmentWallet.EvidenceBody(envelope));
        await Refused(Refusal.EvidenceMalformed, Evidence(Reading() with { Number = "1234" }));
        var (birth, expiry) = (new DateOnly(1979, 3, 8), new DateOnly(2034, 6, 30));
        var passport = new DocumentReading(DocumentKind.Passport, Passports.Zone("X00000017", birth, 'M', expiry, "GBR"), "卫安远", birth, expiry);
        await Refused(Refusal.ForeignPassport, Evidence(passport));
        await Refused(Refusal.DocumentExpired, Evidence(Reading() with { Expiry = new DateOnly(2026, 11, 21) }));
        await Refused(Refusal.DocumentUnknown, Evidence(Reading() with { Name = "张三" }));
        Assert.Equal("complete", (string?)(await wallet.DocumentAsync(application, Evidence(Reading())).JsonAsync())["step"]);
        Assert.Equal("issued", (string?)(await wallet.CompleteAsync(application).JsonAsync())["step"]);

        using var abroad = authority.NewWallet();
        application = await abroad.BeginApplicationAsync();
        var document = Evidence(passport with { Number = Passports.Zone("X00000017", birth, 'M', expiry) });
        (await abroad.ApplyAsync(application, document, [])).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A9_2_A_face_meets_its_refusals_in_order_and_has_a_consent_of_its_own()
    {
        await using var service = await StartServiceAsync();
        await using var authority = await TestAuthority.StartAsync(Faces(service));
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        await wallet.FaceAsync(application, Face()).IsRefusedAsync(Refusal.ApplicationStep);
        (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name))).EnsureSuccessStatusCode();
        await wallet.CompleteAsync(application).IsRefusedAsync(Refusal.ApplicationStep);
        var body = new JsonObject { ["consent"] = "application", ["camera"] = "front" };
        async Task Refused(Refusal refusal, string? factors = null) =>
            await wallet.SubmitAsync(application, await wallet.SignStepAsync(application, "face", body), factors).IsRefusedAsync(refusal);
        async Task RefusedWith(Refusal refusal, byte[]? face, string? password = null, string? context = null)
        {
            var factors = await wallet.SealFactorsAsync(context ?? application, password, face);
            body["factors"] = SealedFactors.DigestOf(factors);
            await Refused(refusal, factors);
        }

        await Refused(Refusal.UnknownField);
        body.Remove("camera");
        await Refused(Refusal.FieldMissing);
        body["factors"] = "another";
        await Refused(Refusal.ConsentMissing);
        body["consent"] = "face-image";
        await Refused(Refusal.FactorsMissing);
        await Refused(Refusal.FactorsInvalid, await wallet.SealFactorsAsync(application, face: Face()));
        await RefusedWith(Refusal.FactorsInvalid, Face(), context: await wallet.BeginApplicationAsync());
        await RefusedWith(Refusal.FactorsInvalid, Face(), DevelopmentWallet.Password);
        await RefusedWith(Refusal.FactorsInvalid, face: null, DevelopmentWallet.Password);
        await RefusedWith(Refusal.FaceNotMatched, DevelopmentFace.Png(Persons.Adults[1].Number));
        await RefusedWith(Refusal.FaceNotMatched, DevelopmentFace.Png(Someone.Number, spoof: true));
        Assert.Equal("complete", (string?)(await wallet.FaceAsync(application, Face()).JsonAsync())["step"]);
        (await wallet.CompleteAsync(application)).EnsureSuccessStatusCode();
        var consents = (await wallet.ExecuteAsync("consents").JsonAsync())["consents"]!.AsArray();
        Assert.Equal(["application", "document-number", "face-image"], consents.Select(consent => (string)consent!["purpose"]!));
        (await wallet.ExecuteAsync("withdraw-consent", new JsonObject { ["consent"] = (string)consents[^1]!["id"]! })).EnsureSuccessStatusCode();
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]); // the comparison was over long ago
    }

    [Fact]
    public async Task While_the_face_service_is_away_nothing_is_decided()
    {
        var isAway = true;
        await using var service = await OutsideServer.StartAsync(context => isAway
            ? OutsideServer.Status(500)(context)
            : OutsideServer.Json("""{"score":0.97,"liveness":0.99}""")(context));
        await using var authority = await TestAuthority.StartAsync("--HolderCheck:Address", service.Address().AbsoluteUri, "--HolderCheck:Token", "secret");
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name))).EnsureSuccessStatusCode();
        for (var tried = 0; tried < 6; tried++)
            await wallet.FaceAsync(application, Face()).IsRefusedAsync(Refusal.HolderCheckUnavailable);
        isAway = false;
        Assert.Equal("complete", (string?)(await wallet.FaceAsync(application, Face()).JsonAsync())["step"]);
    }

    [Fact]
    public async Task After_five_faces_of_others_the_application_is_over_and_a_repeat_is_no_other_try()
    {
        await using var service = await StartServiceAsync();
        await using var authority = await TestAuthority.StartAsync(Faces(service));
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).EnsureSuccessStatusCode();
        (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name))).EnsureSuccessStatusCode();
        for (var tried = 0; tried < 4; tried++)
        {
            var factors = await wallet.SealFactorsAsync(application, face: DevelopmentFace.Png(Persons.Adults[1].Number));
            var command = await wallet.SignStepAsync(application, "face", DevelopmentWallet.FaceBody(factors));
            await wallet.SubmitAsync(application, command, factors).IsRefusedAsync(Refusal.FaceNotMatched);
            await wallet.SubmitAsync(application, command, factors).IsRefusedAsync(Refusal.FaceNotMatched);
        }

        Assert.NotNull(authority.RowText($"application/{application}"));
        await wallet.FaceAsync(application, DevelopmentFace.Png(Persons.Adults[1].Number)).IsRefusedAsync(Refusal.FaceNotMatched);
        Assert.Null(authority.RowText($"application/{application}"));
        await wallet.FaceAsync(application, Face()).IsRefusedAsync(Refusal.ApplicationExpired);
    }

    [Fact]
    public async Task A2_5_Who_is_enrolled_gets_another_device_by_fresh_evidence_and_face_and_by_nothing_less()
    {
        await using var service = await StartServiceAsync();
        var reader = NewReader(new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero));
        reader.PublishTo(_readers);
        await using var authority = await TestAuthority.StartAsync("--Authority:Readers", _readers);
        using var first = await authority.EnrolAsync(Someone);
        using (var withoutFace = authority.NewWallet())
            await ByEvidenceAsync(authority, withoutFace, reader).IsRefusedAsync(Refusal.AlreadyEnrolled);
        await authority.StopAsync();
        await authority.StartAgainAsync(Faces(service));
        using (var typed = authority.NewWallet())
            await typed.ApplyAsync(Someone.Number, Someone.Name).IsRefusedAsync(Refusal.AlreadyEnrolled);
        using var second = authority.NewWallet();
        (await ByEvidenceAsync(authority, second, reader)).EnsureSuccessStatusCode();
        Assert.Equal((first.NetId, false), (second.NetId, first.Device == second.Device));
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(second).JsonAsync())["result"]);
    }

    private static async Task<HttpResponseMessage> ByEvidenceAsync(TestAuthority authority, DevelopmentWallet wallet, DevelopmentReader reader)
    {
        var application = await wallet.BeginApplicationAsync();
        var envelope = reader.Read(Reading(), application, authority.Time.GetUtcNow());
        return await wallet.ApplyAsync(application, DevelopmentWallet.EvidenceBody(envelope), Face());
    }

    private static byte[] Face() => DevelopmentFace.Png(Someone.Number);

    private static DocumentReading Reading() => new(DocumentKind.ResidentId, Someone.Number, Someone.Name, Someone.BirthDate, Expiry: null);

    private static DevelopmentReader NewReader(DateTimeOffset now) => new(CryptoSuite.International, new SystemRandomSource(), now);

    private static string[] Faces(WebApplication service) => ["--HolderCheck:Address", $"{service.Urls.Single()}/", "--HolderCheck:Token", "secret"];

    private static async Task<WebApplication> StartServiceAsync()
    {
        var service = HolderCheckCommand.Build("http://127.0.0.1:0", "secret");
        await service.StartAsync();
        return service;
    }
}
