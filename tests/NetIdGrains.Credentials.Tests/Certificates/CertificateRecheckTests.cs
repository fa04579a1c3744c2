using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class CertificateRecheckTests
{
    private static readonly CertificateSubject Subject = TestAuthority.Subject(new DateOnly(1949, 12, 31));

    private static readonly Dictionary<string, Action<JsonObject>> Faults = new()
    {
        ["another claim"] = payload => payload["iat"] = 1,
        ["a claim less"] = payload => payload.Remove("cnf"),
        ["a digest less"] = payload => payload["_sd"]!.AsArray().RemoveAt(0),
        ["a digest twice"] = payload => payload["_sd"]![0] = payload["_sd"]![1]!.DeepClone(),
        ["another issuer"] = payload => payload["iss"] = "https://elsewhere.example",
        ["another type"] = payload => payload["vct"] = "urn:other",
        ["another serial"] = payload => payload["jti"] = "serial-2",
        ["another end"] = payload => payload["exp"] = payload["exp"]!.GetValue<long>() + 1,
        ["another key"] = payload => payload["cnf"]!["jwk"] = JsonNode.Parse(TestAuthority.Stranger.PublicKey.ToJwk()),
        ["another status"] = payload => payload["status"]!["status_list"]!["idx"] = 1,
        ["no status"] = payload => payload.Remove("status"),
        ["another digest algorithm"] = payload => payload["_sd_alg"] = "sm3",
        ["the Net ID"] = payload => payload["iss"] = Subject.NetId.Value,
        ["the name"] = payload => payload["iss"] = Subject.Name,
        ["the number"] = payload => payload["iss"] = Subject.Document.Number,
    };

    public static TheoryData<string> FaultNames() => [.. Faults.Keys];

    [Fact]
    public void A2_2_what_was_prepared_well_passes_again() => CertificateRecheck.Check(Prepared(_ => { }), Subject, TestAuthority.Terms, TestAuthority.Now);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A2_2_what_tells_too_much_or_too_little_is_not_signed(string fault) =>
        Assert.Throws<InvalidOperationException>(() => CertificateRecheck.Check(Prepared(Faults[fault]), Subject, TestAuthority.Terms, TestAuthority.Now));

    public static TheoryData<string, CertificateSubject> OtherSubjects() => new()
    {
        { "age", TestAuthority.Subject(new DateOnly(2010, 11, 22)) },
        { "age", TestAuthority.Subject(new DateOnly(2020, 1, 1)) },
        { "birth date", TestAuthority.Subject(new DateOnly(1949, 12, 30)) },
        { "name", Subject with { Name = "李四" } },
        { "Net ID", Subject with { NetId = NetId.Create(new FixedRandom("another")) } },
    };

    // What the disclosures say is not this subject's.
    [Theory]
    [MemberData(nameof(OtherSubjects), DisableDiscoveryEnumeration = true)]
    public void A2_2_what_is_not_true_of_the_subject_is_not_signed(string what, CertificateSubject subject)
    {
        Assert.NotEmpty(what);
        Assert.Throws<InvalidOperationException>(() => CertificateRecheck.Check(Prepared(_ => { }), subject, TestAuthority.Terms, TestAuthority.Now));
    }

    [Fact]
    public void A2_2_a_text_of_others_may_not_carry_the_person()
    {
        var telling = Subject with { Serial = $"x{Subject.Document.Number}" };
        Assert.Throws<InvalidOperationException>(
            () => NetCertificate.Prepare(telling, TestAuthority.Terms, TestAuthority.Now, new FixedRandom("salts")));
        var status = Subject with { Status = new StatusReference($"https://authority.example/{Subject.NetId.Value}", 1) };
        Assert.Throws<InvalidOperationException>(
            () => NetCertificate.Prepare(status, TestAuthority.Terms, TestAuthority.Now, new FixedRandom("salts")));
    }

    // A source that repeats itself makes two decoys alike: seen before signing, as every certificate is checked again.
    [Fact]
    public void A2_2_a_broken_random_source_issues_nothing() => Assert.Throws<InvalidOperationException>(() => NetCertificate.Prepare(
        TestAuthority.Subject(new DateOnly(2020, 1, 1)), TestAuthority.Terms, TestAuthority.Now, new NoRandom()));

    private static PreparedCertificate Prepared(Action<JsonObject> spoil)
    {
        var parts = TestAuthority.NewCertificate().Split('~', StringSplitOptions.RemoveEmptyEntries);
        var payload = TestAuthority.PayloadOf(parts[0]);
        spoil(payload);
        var json = payload.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return new PreparedCertificate(
            Encoding.UTF8.GetBytes(json), [.. parts[1..].Select(text => new PreparedDisclosure(text, DigestAlgorithm.Sha256.Of(text)))], TestAuthority.Expires);
    }

    private sealed class NoRandom : IRandomSource
    {
        public void Fill(Span<byte> bytes) => bytes.Clear();
    }
}
