// The examples of RFC 9901, from its own text: see "about" in vectors/rfc9901.json. Its disclosures of object properties are ours; those of
// array elements and those that hold further digests are well-formed there and refused here, because a Net Certificate is flat.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class Rfc9901Tests
{
    private static readonly JsonElement Published = Vectors.Read("rfc9901.json");
    private static readonly string Presented = Published.Get("presentation");
    private static readonly string Shown = Presented[..(Presented.LastIndexOf('~') + 1)];

    [Theory]
    [InlineData("object_properties", 53)]
    [InlineData("recursive", 4)]
    public void A2_2_every_disclosure_of_a_property_is_read_and_hashed_as_published(string kind, int count)
    {
        var vectors = Published.GetProperty(kind).EnumerateArray().ToList();
        Assert.Equal(count, vectors.Count);
        Assert.All(vectors, vector =>
        {
            var contents = JsonElement.Parse(vector.Get("contents"));
            Assert.True(Disclosure.TryParse(vector.Get("disclosure"), out var read));
            Assert.Equal(contents[1].GetString(), read.Name);
            Assert.Equal((contents[2].ValueKind, contents[2].ValueKind == JsonValueKind.String ? contents[2].GetString() : null), (read.Kind, read.Text));
            Assert.Equal(vector.Get("digest"), DigestAlgorithm.Sha256.Of(vector.Get("disclosure")));
            Assert.Contains(vector.Get("digest"), Listed(vector.Get("section")));
        });
    }

    // §4.2.1: no spelling of the JSON is better than another, and each has a digest of its own.
    [Fact]
    public void A2_2_one_claim_in_four_spellings_has_four_digests()
    {
        var spellings = Published.GetProperty("spellings").EnumerateArray().Select(text => text.GetString()!).ToList();
        Assert.All(spellings, spelling =>
        {
            Assert.True(Disclosure.TryParse(spelling, out var disclosure));
            Assert.Equal(("family_name", "Möbius"), (disclosure.Name, disclosure.Text));
        });
        Assert.Equal(4, spellings.Select(text => DigestAlgorithm.Sha256.Of(text)).Distinct().Count());
    }

    [Fact]
    public void A2_2_the_issued_example_is_signed_and_lists_what_it_discloses()
    {
        var parts = Published.Get("issuance").Split('~');
        Assert.True(CompactJws.TryParse(parts[0], 10_000, out var issued));
        Assert.True(VerificationKey.TryFromJwk(Published.GetProperty("issuer_key"), out var key));
        Assert.True(issued.Verify(key));
        Assert.Equal(Listed("5.1"), [.. issued.Payload.GetProperty("_sd").EnumerateArray().Select(digest => digest.GetString()!)]);
        Assert.Equal(11, parts.Length - 1);
        Assert.Equal(Listed("5.1").Order(), parts[1..9].Select(text => DigestAlgorithm.Sha256.Of(text)).Order());
    }

    [Fact]
    public void A2_3_the_presented_example_is_bound_to_its_holder()
    {
        Assert.True(CompactJws.TryParse(Presented.Split('~')[0], 10_000, out var issued));
        Assert.True(CompactJws.TryParse(Presented.Split('~')[^1], 10_000, out var binding));
        Assert.True(VerificationKey.TryFromJwk(issued.Payload.GetProperty("cnf").GetProperty("jwk"), out var holder));
        Assert.True(binding.Verify(holder));
        Assert.Equal(HolderPresentation.MediaType, binding.Type);
        Assert.Equal(Published.Get("sd_hash"), binding.Payload.Get("sd_hash"));
        Assert.Equal(Published.Get("sd_hash"), DigestAlgorithm.Sha256.Of(Shown));
    }

    // §7.2: the holder's side picks the same disclosures out of the issued example, in the order of the presented one.
    [Fact]
    public void A2_3_our_holder_shows_what_the_example_shows()
    {
        var ours = HolderPresentation.Create(
            Published.Get("issuance"), ["family_name", "address", "given_name"], "a", "n", TestAuthority.Now, TestAuthority.Holder);
        Assert.Equal(Shown.Split('~')[..4], ours.Split('~')[..4]);
    }

    // §4.2.2: two parts and not three.
    [Fact]
    public void A2_2_a_disclosure_of_an_array_element_is_none_of_ours()
    {
        var vectors = Published.GetProperty("array_elements").EnumerateArray().ToList();
        Assert.Equal(7, vectors.Count);
        Assert.All(vectors, vector =>
        {
            Assert.Equal(vector.Get("digest"), DigestAlgorithm.Sha256.Of(vector.Get("disclosure")));
            Assert.False(Disclosure.TryParse(vector.Get("disclosure"), out _));
        });
    }

    // Issued by our own authority, its digest where a Net Certificate lists them: even so.
    [Theory]
    [InlineData("object_properties")]
    [InlineData("recursive")]
    [InlineData("array_elements")]
    public void A2_2_no_published_disclosure_is_a_claim_of_a_Net_Certificate(string kind) =>
        Assert.All(
            Published.GetProperty(kind).EnumerateArray(),
            vector => Assert.Equal(PresentationFault.Disclosure, FaultOf(vector.Get("disclosure"))));

    [Fact]
    public void A2_2_the_same_certificate_with_a_claim_of_ours_is_accepted() =>
        Assert.Equal(PresentationFault.None, FaultOf(Disclosure.Prepare("rfc9901"u8, "name", "Möbius", DigestAlgorithm.Sha256).Encoded));

    [Fact]
    public void A2_3_the_presented_example_is_no_Net_Certificate()
    {
        Assert.False(Presentation.TryParse(Presented, out _, out var fault));
        Assert.Equal(PresentationFault.Malformed, fault);
        Assert.False(Presentation.TryParse(Published.Get("issuance"), out _, out fault));
        Assert.Equal(PresentationFault.Malformed, fault);
    }

    private static IReadOnlyList<string> Listed(string section) =>
        [.. Published.GetProperty("_sd").GetProperty(section).EnumerateArray().Select(digest => digest.GetString()!)];

    private static PresentationFault FaultOf(string disclosure)
    {
        var payload = TestAuthority.PayloadOf(TestAuthority.NewCertificate());
        payload["_sd"] = new JsonArray(DigestAlgorithm.Sha256.Of(disclosure));
        var header = $$"""{"typ":"dc+sd-jwt","alg":"ES256","x5c":["{{TestAuthority.Issuing.X5cHeaderValue}}"]}""";
        var shown = $"{TestAuthority.Jws(header, payload, TestAuthority.Issuing)}~{disclosure}~";
        var binding = new JsonObject
        {
            ["aud"] = TestAuthority.Platform,
            ["nonce"] = TestAuthority.Nonce,
            ["iat"] = TestAuthority.Now.ToUnixTimeSeconds(),
            ["sd_hash"] = DigestAlgorithm.Sha256.Of(shown),
        };
        var text = shown + TestAuthority.Jws("""{"typ":"kb+jwt","alg":"ES256"}""", binding, TestAuthority.Holder);
        Assert.True(Presentation.TryParse(text, out var presentation, out _));
        presentation.Verify(TestAuthority.Anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, TestAuthority.Now, out var fault);
        return fault;
    }
}
