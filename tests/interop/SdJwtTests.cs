// RFC 9901 and SD-JWT VC, both ways: they read and refuse what our authority and holders make, and we what theirs do.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class SdJwtTests(Node node)
{
    private static readonly DateOnly Adult = new(1949, 12, 31);
    private static readonly DateOnly FifteenYearsOld = new(2011, 6, 1);

    private static readonly CertifiedSigner Lists =
        TestAuthority.Certify(WorkingKeyUse.StatusList, TestAuthority.Now.AddDays(-1), TestAuthority.Now.AddDays(100));

    public enum Edit
    {
        None,
        Certificate,
        Disclosure,
        DroppedDisclosure,
        Holder,
        Audience,
        Nonce,
        Time,
        Root,
        Expired,
    }

    [Theory]
    [InlineData("core")]
    [InlineData("sd-jwt-vc")]
    public async Task A2_3_they_read_what_our_holder_shows_and_no_more(string library)
    {
        var certificate = Issue(FifteenYearsOld, TestAuthority.Holder.PublicKey);
        var shown = HolderPresentation.Create(
            certificate, ["name", "age_over_14"], TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Now, TestAuthority.Holder);
        var answer = await VerifyAsync(library, shown);
        Assert.Null(answer.Text("refused"));
        var expected = InTheClear(certificate);
        (expected["name"], expected["age_over_14"]) = ("张三", true);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(answer.GetProperty("claims").GetRawText())));
    }

    [Theory]
    [InlineData(Edit.Certificate, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED")]
    [InlineData(Edit.Disclosure, "Invalid sd_hash in Key Binding JWT")]
    [InlineData(Edit.DroppedDisclosure, "Invalid sd_hash in Key Binding JWT")]
    [InlineData(Edit.Holder, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED")]
    [InlineData(Edit.Audience, "ERR_JWT_CLAIM_VALIDATION_FAILED")]
    [InlineData(Edit.Nonce, "Verify Error: Invalid Nonce")]
    [InlineData(Edit.Time, "ERR_JWT_EXPIRED")]
    [InlineData(Edit.Root, "Untrusted")]
    [InlineData(Edit.Expired, "Verify Error: JWT is expired")]
    public async Task A8_2_they_refuse_what_was_edited(Edit edit, string refusal)
    {
        var shown = Edited(edit, HolderPresentation.Create(
            TestAuthority.NewCertificate(),
            ["name", "net_id"],
            edit == Edit.Audience ? "https://elsewhere.example" : TestAuthority.Platform,
            edit == Edit.Nonce ? "replayed" : TestAuthority.Nonce,
            edit == Edit.Time ? TestAuthority.Now.AddHours(-1) : TestAuthority.Now,
            edit == Edit.Holder ? TestAuthority.Stranger : TestAuthority.Holder));
        var root = edit == Edit.Root ? TestAuthority.NewRoot(TestAuthority.Stranger) : TestAuthority.RootCertificate;
        var now = edit == Edit.Expired ? TestAuthority.Expires.AddSeconds(1) : TestAuthority.Now;
        Assert.Equal(refusal, (await VerifyAsync("sd-jwt-vc", shown, root, now)).Text("refused"));
    }

    [Theory]
    [InlineData(Edit.None, PresentationFault.None)]
    [InlineData(Edit.Certificate, PresentationFault.IssuerSignature)]
    [InlineData(Edit.Disclosure, PresentationFault.HolderSignature)]
    [InlineData(Edit.DroppedDisclosure, PresentationFault.HolderSignature)]
    [InlineData(Edit.Holder, PresentationFault.HolderSignature)]
    [InlineData(Edit.Audience, PresentationFault.Audience)]
    [InlineData(Edit.Nonce, PresentationFault.Nonce)]
    [InlineData(Edit.Time, PresentationFault.Stale)]
    public async Task A2_3_we_verify_what_their_wallet_shows_of_our_certificate(Edit edit, PresentationFault expected)
    {
        var (publicKey, privateKey) = await node.NewKeyAsync();
        var key = edit == Edit.Holder ? Keys.PrivateJwkOf(TestAuthority.Stranger) : privateKey;
        var shown = Edited(edit, await PresentAsync(Issue(Adult, publicKey), key, ["net_id", "age_over_18"], edit));
        var verified = Verify(shown, out var fault);
        Assert.Equal((expected, expected == PresentationFault.None), (fault, verified is not null));
        if (verified is null) return;
        Assert.Equal(["age_over_18", "net_id"], verified.Disclosed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(TestAuthority.Subject(Adult).NetId.Value, verified.Disclosed["net_id"]);
        Assert.Equal(publicKey.Thumbprint, verified.HolderKey.Thumbprint);
    }

    // With decoys too: a child's certificate has fewer claims to show, and as many digests.
    [Theory]
    [InlineData("1949-12-31", 0)]
    [InlineData("2011-06-01", 2)]
    public async Task A2_2_we_verify_a_certificate_that_their_issuer_made(string birthDate, int decoys)
    {
        var issued = await IssueByThemAsync(DateOnly.Parse(birthDate), decoys, claims => { });
        var payload = TestAuthority.PayloadOf(issued.Split('~')[0]);
        var ours = TestAuthority.PayloadOf(TestAuthority.NewCertificate());
        Assert.Equal(ours.Select(claim => claim.Key).Order(StringComparer.Ordinal), payload.Select(claim => claim.Key).Order(StringComparer.Ordinal));
        Assert.Equal(CertificateClaims.Disclosable.Count, payload["_sd"]!.AsArray().Count);
        var shown = await PresentAsync(issued, Keys.PrivateJwkOf(TestAuthority.Holder), ["birth_date", "age_over_14"]);
        var verified = Verify(shown, out var fault);
        Assert.Equal(PresentationFault.None, fault);
        Assert.Equal(["age_over_14", "birth_date"], verified!.Disclosed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(birthDate, verified.Disclosed["birth_date"]);
    }

    [Fact]
    public async Task A2_2_we_refuse_a_claim_off_the_list_in_a_certificate_that_their_issuer_made()
    {
        var issued = await IssueByThemAsync(Adult, decoys: 0, claims => claims["iat"] = TestAuthority.Now.ToUnixTimeSeconds());
        var shown = await PresentAsync(issued, Keys.PrivateJwkOf(TestAuthority.Holder), []);
        Assert.Null(Verify(shown, out var fault));
        Assert.Equal(PresentationFault.Malformed, fault);
    }

    [Theory]
    [InlineData(TokenStatus.Valid, null)]
    [InlineData(TokenStatus.Invalid, "Status is not valid")]
    [InlineData(TokenStatus.Suspended, "Status is not valid")]
    public async Task A2_3_they_look_up_the_status_that_our_certificate_points_to(TokenStatus status, string? refusal) =>
        Assert.Equal(refusal, (await VerifyAsync("sd-jwt-vc", TestAuthority.Show(), statuses: StatusListJwt.Sign(StatusesWith(status), Lists))).Text("refused"));

    [Fact]
    public async Task A2_3_they_refuse_a_status_that_another_key_signed()
    {
        var statuses = StatusListJwt.Sign(StatusesWith(TokenStatus.Valid), TestAuthority.Borrow(Lists));
        var answer = await VerifyAsync("sd-jwt-vc", TestAuthority.Show(), statuses: statuses);
        Assert.Equal("Status List JWT verification failed: signature verification failed", answer.Text("refused"));
    }

    private static string Issue(DateOnly birthDate, IVerificationKey holder) => NetCertificate.Issue(
        NetCertificate.Prepare(
            TestAuthority.Subject(birthDate) with { HolderKey = holder },
            TestAuthority.Terms,
            TestAuthority.Now,
            new FixedRandom("salts")),
        TestAuthority.Issuing);

    private static StatusListToken StatusesWith(TokenStatus status)
    {
        var list = new StatusList(2, 320);
        list.Set(TestAuthority.Status.Index, status);
        return new StatusListToken(TestAuthority.Status.Uri, TestAuthority.Now, TestAuthority.Expires, TimeSpan.FromSeconds(30), list);
    }

    private static JsonObject InTheClear(string certificate)
    {
        var payload = TestAuthority.PayloadOf(certificate.Split('~')[0]);
        payload.Remove("_sd");
        payload.Remove("_sd_alg");
        return payload;
    }

    // Parts in order: certificate, two disclosures, key binding.
    private static string Edited(Edit edit, string presentation)
    {
        var parts = presentation.Split('~');
        switch (edit)
        {
            case Edit.Certificate:
                var jws = parts[0].Split('.');
                parts[0] = $"{jws[0]}.{jws[1]}.{(jws[2][0] == 'A' ? 'B' : 'A')}{jws[2][1..]}";
                break;
            case Edit.Disclosure:
                parts[1] = Disclosure.Prepare(new byte[Disclosure.SaltSize], "name", "李四", DigestAlgorithm.Sha256).Encoded;
                break;
            case Edit.DroppedDisclosure:
                parts = [parts[0], parts[2], parts[3]];
                break;
        }

        return string.Join('~', parts);
    }

    private static VerifiedPresentation? Verify(string text, out PresentationFault fault) =>
        Presentation.TryParse(text, out var shown, out fault)
            ? shown.Verify(
                TestAuthority.Anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Now, out fault)
            : null;

    // The same certificate as ours: whatever ours says in the clear, and the claims its disclosures open.
    private async Task<string> IssueByThemAsync(DateOnly birthDate, int decoys, Action<JsonObject> change)
    {
        var ours = Issue(birthDate, TestAuthority.Holder.PublicKey);
        var claims = InTheClear(ours);
        var disclosable = new JsonArray();
        foreach (var encoded in ours.Split('~', StringSplitOptions.RemoveEmptyEntries)[1..])
        {
            Assert.True(Disclosure.TryParse(encoded, out var disclosure));
            claims[disclosure.Name] = disclosure.Text is { } text ? text : true;
            disclosable.Add(disclosure.Name);
        }

        change(claims);
        var (key, x5c) = Keys.Certified(WorkingKeyUse.Issuing);
        var request = new JsonObject
        {
            ["claims"] = claims,
            ["disclosable"] = disclosable,
            ["decoys"] = decoys,
            ["key"] = key,
            ["x5c"] = x5c,
        };
        return (await node.AskAsync("sd-jwt", "issue", request)).Text("certificate")!;
    }

    private async Task<string> PresentAsync(string certificate, JsonNode key, string[] disclose, Edit edit = Edit.None)
    {
        var request = new JsonObject
        {
            ["certificate"] = certificate,
            ["disclose"] = new JsonArray([.. disclose.Select(name => (JsonNode)name)]),
            ["key"] = key,
            ["audience"] = edit == Edit.Audience ? "https://elsewhere.example" : TestAuthority.Platform,
            ["nonce"] = edit == Edit.Nonce ? "replayed" : TestAuthority.Nonce,
            ["time"] = (edit == Edit.Time ? TestAuthority.Now.AddHours(-1) : TestAuthority.Now).ToUnixTimeSeconds(),
        };
        return (await node.AskAsync("sd-jwt", "present", request)).Text("presentation")!;
    }

    private Task<JsonElement> VerifyAsync(string library, string presentation, byte[]? root = null, DateTimeOffset? now = null, string? statuses = null) =>
        node.AskAsync("sd-jwt", "verify", new JsonObject
        {
            ["library"] = library,
            ["presentation"] = presentation,
            ["root"] = Convert.ToBase64String(root ?? TestAuthority.RootCertificate),
            ["audience"] = TestAuthority.Platform,
            ["nonce"] = TestAuthority.Nonce,
            ["time"] = (now ?? TestAuthority.Now).ToUnixTimeSeconds(),
            ["statuses"] = new JsonObject { [TestAuthority.Status.Uri] = statuses ?? StatusListJwt.Sign(StatusesWith(TokenStatus.Valid), Lists) },
        });
}
