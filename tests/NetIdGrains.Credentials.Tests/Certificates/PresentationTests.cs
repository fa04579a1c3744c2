using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class PresentationTests
{
    private const string IssuerType = "dc+sd-jwt";
    private const string HolderType = "kb+jwt";

    private static readonly TrustAnchor Anchor = TestAuthority.Anchor;

    [Fact]
    public void A2_3_a_presentation_shows_what_was_chosen_and_no_more()
    {
        var verified = Verify(TestAuthority.Show("age_over_18", "name"), out var fault);
        Assert.Equal(PresentationFault.None, fault);
        Assert.NotNull(verified);
        Assert.Equal(["age_over_18", "name"], verified.Disclosed.Keys.Order());
        Assert.Equal("张三", verified.Disclosed["name"]);
        Assert.Equal(("serial-1", TestAuthority.Expires), (verified.Serial, verified.Expires));
        Assert.Equal(TestAuthority.Holder.PublicKey.Thumbprint, verified.HolderKey.Thumbprint);
        Assert.Equal("sealed", $"{verified}");
    }

    // The key that is remembered saves work, and decides nothing.
    [Fact]
    public void A2_3_a_remembered_key_is_used_only_if_the_certificate_names_it()
    {
        VerifiedPresentation? Verified(string text, IVerificationKey known, out PresentationFault fault) =>
            Presentation.TryParse(text, out var shown, out fault)
                ? shown.Verify(Anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Now, out fault, known)
                : null;
        var good = TestAuthority.Show("name");
        Assert.Same(TestAuthority.Holder.PublicKey, Verified(good, TestAuthority.Holder.PublicKey, out _)!.HolderKey);
        var verified = Verified(good, TestAuthority.Stranger.PublicKey, out _);
        Assert.Equal(TestAuthority.Holder.PublicKey.Thumbprint, verified!.HolderKey.Thumbprint);
        Assert.Null(Verified(Shown(Payload(), [], holder: TestAuthority.Stranger), TestAuthority.Stranger.PublicKey, out var fault));
        Assert.Equal(PresentationFault.HolderSignature, fault);
    }

    [Fact]
    public void A8_1_a_presentation_may_show_nothing() => Assert.Empty(Verify(TestAuthority.Show(), out _)!.Disclosed);

    [Fact]
    public void A_claim_which_is_not_in_the_certificate_cannot_be_shown() =>
        Assert.Throws<ArgumentException>(() => TestAuthority.Show("age_over_21"));

    // Everything is wrong in the first row. Each row mends one fault more, and proves the next.
    [Fact]
    public void A2_3_faults_are_told_in_one_order()
    {
        var order = Enum.GetValues<PresentationFault>()[1..];
        for (var mended = 0; mended <= order.Length; mended++)
        {
            var expected = mended < order.Length ? order[mended] : PresentationFault.None;
            Assert.Equal(expected, FaultOf(Wrong([.. order[mended..]])));
        }
    }

    // And each fault alone is enough.
    [Fact]
    public void A2_3_every_fault_alone_refuses() =>
        Assert.All(Enum.GetValues<PresentationFault>(), fault => Assert.Equal(fault, FaultOf(Wrong([fault]))));

    [Theory]
    [InlineData("iss", "https://elsewhere.example", PresentationFault.IssuerSignature)]
    [InlineData("vct", "urn:other", PresentationFault.IssuerSignature)]
    [InlineData("exp", null, PresentationFault.Malformed)]
    [InlineData("exp", "1900000000", PresentationFault.Malformed)]
    [InlineData("cnf", null, PresentationFault.Malformed)]
    [InlineData("jti", null, PresentationFault.Malformed)]
    [InlineData("iat", "1", PresentationFault.Malformed)]
    [InlineData("_sd_alg", "sha-512", PresentationFault.Malformed)]
    [InlineData("_sd", "x", PresentationFault.Malformed)]
    public void A2_2_a_certificate_with_other_claims_is_refused_even_if_signed(string claim, string? value, PresentationFault fault)
    {
        var payload = Payload();
        payload[claim] = value;
        Assert.Equal(fault, FaultOf(Shown(payload, [])));
    }

    [Theory]
    [InlineData("""["s","age_over_18",false]""")]
    [InlineData("""["s","age_over_18","true"]""")]
    [InlineData("""["s","name",{"_sd":[]}]""")]
    [InlineData("""["s","iss","x"]""")]
    [InlineData("""["s","name"]""")]
    [InlineData("""[1,"name","x"]""")]
    [InlineData("""{"name":"x"}""")]
    [InlineData("name")]
    public void A2_2_a_disclosure_of_another_kind_is_refused_even_if_signed(string json)
    {
        var disclosure = StrictBase64Url.Encode(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(PresentationFault.Disclosure, FaultOf(Shown(Payload(disclosure), [disclosure])));
    }

    [Fact]
    public void A2_2_a_digest_or_a_disclosure_found_twice_is_refused()
    {
        var name = Disclosure.Prepare("1"u8, "name", "张三", DigestAlgorithm.Sha256).Encoded;
        var otherName = Disclosure.Prepare("2"u8, "name", "李四", DigestAlgorithm.Sha256).Encoded;
        Assert.Equal(PresentationFault.None, FaultOf(Shown(Payload(name), [name])));
        Assert.Equal(PresentationFault.Malformed, FaultOf(Shown(Payload(name, name), [name])));
        Assert.Equal(PresentationFault.Disclosure, FaultOf(Shown(Payload(name), [name, name])));
        Assert.Equal(PresentationFault.Disclosure, FaultOf(Shown(Payload(name, otherName), [name, otherName])));
    }

    [Fact]
    public void A8_2_nobody_can_add_or_drop_a_disclosure()
    {
        var parts = TestAuthority.Show("name", "net_id").Split('~');
        Assert.Equal(PresentationFault.HolderSignature, FaultOf($"{parts[0]}~{parts[1]}~{parts[3]}"));
        Assert.Equal(PresentationFault.HolderSignature, FaultOf($"{parts[0]}~{parts[2]}~{parts[1]}~{parts[3]}"));
    }

    [Fact]
    public void A2_3_a_receipt_key_issues_no_certificates() =>
        Assert.Equal(PresentationFault.IssuerSignature, FaultOf(Shown(Payload(), [], issuing: TestAuthority.Receipts)));

    // RFC 8725 §3.11: what the same keys sign for another purpose is not taken for this one.
    [Fact]
    public void A2_3_a_JWS_of_another_type_is_refused()
    {
        Assert.Equal(PresentationFault.IssuerSignature, FaultOf(Shown(Payload(), [], issuerType: "netid-receipt+jwt")));
        Assert.Equal(PresentationFault.HolderSignature, FaultOf(Shown(Payload(), [], holderType: "netid-command+jwt")));
    }

    [Theory]
    [InlineData(-301, PresentationFault.Stale)]
    [InlineData(-300, PresentationFault.None)]
    [InlineData(30, PresentationFault.None)]
    [InlineData(31, PresentationFault.Stale)]
    public void A2_3_a_presentation_is_fresh_for_five_minutes(int seconds, PresentationFault fault) =>
        Assert.Equal(fault, FaultOf(Shown(Payload(), [], signed: TestAuthority.Now.AddSeconds(seconds))));

    [Fact]
    public void A_certificate_ends_at_its_last_second()
    {
        var shown = HolderPresentation.Create(
            TestAuthority.NewCertificate(), [], TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Expires, TestAuthority.Holder);
        Assert.Equal(PresentationFault.None, FaultOf(shown, TestAuthority.Expires.AddSeconds(-1)));
        Assert.Equal(PresentationFault.Expired, FaultOf(shown, TestAuthority.Expires));
    }

    private static string Wrong(HashSet<PresentationFault> faults)
    {
        bool Has(PresentationFault fault) => faults.Contains(fault);
        var payload = Payload();
        if (Has(PresentationFault.Expired)) payload["exp"] = TestAuthority.Now.ToUnixTimeSeconds();
        var shown = Shown(
            payload,
            Has(PresentationFault.Disclosure) ? [Disclosure.Prepare("x"u8, "name", "李四", DigestAlgorithm.Sha256).Encoded] : [],
            Has(PresentationFault.IssuerSignature) ? TestAuthority.Borrow(TestAuthority.Issuing) : TestAuthority.Issuing,
            Has(PresentationFault.HolderSignature) ? TestAuthority.Stranger : TestAuthority.Holder,
            Has(PresentationFault.Audience) ? "https://elsewhere.example" : TestAuthority.Platform,
            Has(PresentationFault.Nonce) ? "replayed" : TestAuthority.Nonce,
            Has(PresentationFault.Stale) ? TestAuthority.Now.AddHours(-1) : TestAuthority.Now);
        return Has(PresentationFault.Malformed) ? shown + "~" : shown;
    }

    private static JsonObject Payload(params string[] disclosures) => new()
    {
        ["iss"] = TestAuthority.Issuer,
        ["vct"] = "urn:netidgrains:net-certificate:1",
        ["jti"] = "serial-1",
        ["exp"] = TestAuthority.Expires.ToUnixTimeSeconds(),
        ["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(TestAuthority.Holder.PublicKey.ToJwk()) },
        ["_sd_alg"] = "sha-256",
        ["_sd"] = new JsonArray([.. disclosures.Select(text => (JsonNode)DigestAlgorithm.Sha256.Of(text))]),
    };

    private static string Shown(
        JsonObject payload,
        string[] disclosures,
        CertifiedSigner? issuing = null,
        P256Signer? holder = null,
        string audience = TestAuthority.Platform,
        string nonce = TestAuthority.Nonce,
        DateTimeOffset? signed = null,
        string issuerType = IssuerType,
        string holderType = HolderType)
    {
        issuing ??= TestAuthority.Issuing;
        var header = $$"""{"typ":"{{issuerType}}","alg":"ES256","x5c":["{{issuing.X5cHeaderValue}}"]}""";
        var shown = string.Concat(disclosures.Prepend(TestAuthority.Jws(header, payload, issuing)).Select(part => part + "~"));
        var binding = new JsonObject
        {
            ["aud"] = audience,
            ["nonce"] = nonce,
            ["iat"] = (signed ?? TestAuthority.Now).ToUnixTimeSeconds(),
            ["sd_hash"] = DigestAlgorithm.Sha256.Of(shown),
        };
        var holderHeader = $$"""{"typ":"{{holderType}}","alg":"ES256"}""";
        return shown + TestAuthority.Jws(holderHeader, binding, holder ?? TestAuthority.Holder);
    }

    private static PresentationFault FaultOf(string text, DateTimeOffset? now = null)
    {
        Verify(text, out var fault, now);
        return fault;
    }

    private static VerifiedPresentation? Verify(string text, out PresentationFault fault, DateTimeOffset? now = null) =>
        Presentation.TryParse(text, out var shown, out fault)
            ? shown.Verify(Anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, now ?? TestAuthority.Now, out fault)
            : null;
}
