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
        ["the Net ID"] = payload => payload["iss"] = Subject.NetId.Value,
        ["the name"] = payload => payload["iss"] = Subject.Name,
        ["the number"] = payload => payload["iss"] = Subject.Document.Number,
    };

    public static TheoryData<string> FaultNames() => [.. Faults.Keys];

    [Fact]
    public void A2_2_what_was_prepared_well_passes_again() => CertificateRecheck.Check(Prepared(_ => { }), Subject);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A2_2_what_tells_too_much_or_too_little_is_not_signed(string fault) =>
        Assert.Throws<InvalidOperationException>(() => CertificateRecheck.Check(Prepared(Faults[fault]), Subject));

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
            Encoding.UTF8.GetBytes(json), [.. parts[1..].Select(text => new PreparedDisclosure(text, DigestAlgorithm.Sha256.Of(text)))]);
    }

    private sealed class NoRandom : IRandomSource
    {
        public void Fill(Span<byte> bytes) => bytes.Clear();
    }
}
