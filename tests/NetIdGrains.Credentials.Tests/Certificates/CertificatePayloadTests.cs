// A2-2, A12-1: a certificate says what it must, once, and nothing else. Each row is one fault in an otherwise good one.
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class CertificatePayloadTests
{
    private static readonly JsonObject Good = TestAuthority.PayloadOf(TestAuthority.NewCertificate());

    public static TheoryData<string> Members() => [.. Good.Select(member => member.Key)];

    [Fact]
    public void A2_2_a_good_one_is_read_whole()
    {
        Assert.True(Read(Good.ToJsonString(), out var payload));
        Assert.Equal((TestAuthority.Issuer, "serial-1", TestAuthority.Expires), (payload.Issuer, payload.Serial, payload.Expires));
        Assert.Equal((TestAuthority.Status, "sha-256", 8), (payload.Status, payload.Algorithm.Name, payload.DigestCount));
        Assert.Equal(TestAuthority.Holder.PublicKey.ToJwk(), Encoding.UTF8.GetString(payload.HolderJwk.Span));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A2_2_each_member_is_there_but_the_status_may_be_missing(string member)
    {
        var less = Good.DeepClone().AsObject();
        less.Remove(member);
        Assert.Equal(member == "status", Read(less.ToJsonString(), out var payload));
        if (payload is not null) Assert.Null(payload.Status);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A12_1_no_member_is_there_twice(string member) =>
        Assert.False(Read($"{Good.ToJsonString()[..^1]},\"{member}\":{Good[member]!.ToJsonString()}}}", out _));

    [Theory]
    [MemberData(nameof(Members))]
    public void A12_1_each_member_is_of_its_type(string member)
    {
        foreach (var other in new[] { "null", "true", "-1", "1.5", "1e99", "\"\"", "[]", "[1]", "{}", "[[]]", "{\"x\":{}}", "\"\\ud800\"" })
            if (member != "_sd" || other != "[]") Assert.False(Read(With(member, other), out _), other);
    }

    [Theory]
    [InlineData("iat", "1")]
    [InlineData("name", "\"x\"")]
    [InlineData("Iss", "\"x\"")]
    [InlineData("_sd_alg", "\"sha-512\"")]
    [InlineData("exp", "253402300800")]
    [InlineData("exp", "\"1900000000\"")]
    [InlineData("cnf", """{"jwk":{},"kid":"x"}""")]
    [InlineData("cnf", """{"kid":"x"}""")]
    [InlineData("cnf", """{"jwk":"x"}""")]
    [InlineData("cnf", """{"jwk":{"x":{"y":{}}}}""")]
    [InlineData("status", """{"status_list":{"idx":1}}""")]
    [InlineData("status", """{"status_list":{"uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":-1,"uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":2147483648,"uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"uri":""}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"idx":1,"uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"uri":"u","uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":-1,"idx":5,"uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"uri":"","uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"uri":null,"uri":"u"}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"uri":"u","more":1}}""")]
    [InlineData("status", """{"status_list":{"idx":1,"uri":"u"},"more":1}""")]
    [InlineData("status", """{"other":{"idx":1,"uri":"u"}}""")]
    [InlineData("_sd", """["a","a"]""")]
    [InlineData("_sd", """["a",1]""")]
    [InlineData("_sd", """["\u0061"]""")]
    public void A2_2_anything_else_is_refused(string member, string value) => Assert.False(Read(With(member, value), out _));

    [Fact]
    public void A12_1_sizes_and_counts_are_bounded()
    {
        static string Digests(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(number => $"\"{number}\""))}]";
        Assert.True(Read(With("_sd", Digests(64)), out _));
        Assert.False(Read(With("_sd", Digests(65)), out _));
        Assert.True(Read(With("jti", $"\"{new string('x', 128)}\""), out _));
        Assert.False(Read(With("jti", $"\"{new string('x', 129)}\""), out _));
        Assert.False(Read(With("iss", $"\"{new string('x', 8192)}\""), out _));
    }

    [Theory]
    [InlineData("{0} {}")]
    [InlineData("[{0}]")]
    [InlineData("{0},")]
    [InlineData("\uFEFF{0}")]
    [InlineData("")]
    public void A12_1_it_is_one_object_and_nothing_after_it(string form) =>
        Assert.False(Read(form.Replace("{0}", Good.ToJsonString(), StringComparison.Ordinal), out _));

    private static string With(string member, string value)
    {
        var changed = Good.DeepClone().AsObject();
        changed.Remove(member);
        return $"{changed.ToJsonString()[..^1]},\"{member}\":{value}}}";
    }

    private static bool Read(string json, out CertificatePayload payload)
    {
        var accepted = CertificatePayload.TryRead(Encoding.UTF8.GetBytes(json), out var read);
        payload = read!;
        return accepted;
    }
}
