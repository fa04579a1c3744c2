using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class StatusListJwtTests
{
    private const string Uri = "https://authority.example/status/7";
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly CertifiedSigner Signer = TestAuthority.Certify(WorkingKeyUse.StatusList, Now.AddDays(-1), Now.AddDays(1));

    [Fact]
    public void The_token_of_the_draft_is_read_as_published_and_trusted_by_nobody_here()
    {
        var published = Vectors.Read("status-lists.json");
        Assert.True(VerificationKey.TryFromJwk(published.GetProperty("cwt").GetProperty("key"), out var key));
        Assert.True(CompactJws.TryParse(published.Get("jwt"), 1000, out var parsed));
        Assert.True(parsed.Verify(key));
        Assert.Equal("statuslist+jwt", parsed.Type);
        var token = StatusListJwt.Read(parsed.Payload);
        Assert.NotNull(token);
        Assert.Equal("https://example.com/statuslists/1", token.Uri);
        Assert.Equal(
            (1686920170, 2291720170, 43200), (token.IssuedAt.ToUnixTimeSeconds(), token.Expires.ToUnixTimeSeconds(), token.TimeToLive.TotalSeconds));
        var statuses = published.GetProperty("small")[0].GetProperty("statuses").EnumerateArray();
        Assert.Equal(
            statuses.Select(status => (TokenStatus)status.GetInt32()),
            Enumerable.Range(0, token.List.Length).Select(index => token.List.TryGet(index, out var status) ? status : TokenStatus.ApplicationSpecific));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(published.Get("jwt")));
    }

    // .NET would take each of these for a whole list (RFC 1950 §2.2).
    [Theory]
    [InlineData(-4)]
    [InlineData(-6)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(100)]
    public void A12_1_a_list_is_whole_to_its_checksum_and_nothing_follows(int change)
    {
        var whole = new StatusList(2, 2048).Compress();
        Assert.True(StatusList.TryDecompress(2, whole, 1000, out _));
        byte[] changed = change < 0 ? whole[..(whole.Length + change)] : [.. whole, .. new byte[change]];
        Assert.False(StatusList.TryDecompress(2, changed, 1000, out _));
    }

    [Fact]
    public void A_list_is_read_as_it_was_signed()
    {
        Assert.True(StatusListJwt.TryVerify(
            StatusListJwt.Sign(Token(), Signer), TestAuthority.Anchor, Uri, Now, MaxAge, out var read, out var fault));
        Assert.Equal(StatusListFault.None, fault);
        Assert.Equal((Uri, Now, Now.AddHours(1), TimeSpan.FromSeconds(30)), (read.Uri, read.IssuedAt, read.Expires, read.TimeToLive));
        Assert.True(read.List.TryGet(5, out var status));
        Assert.Equal((2, 16, TokenStatus.Suspended), (read.List.Bits, read.List.Length, status));
    }

    // The names and types of §5.1 and §4.2, which other implementations read.
    [Fact]
    public void A_token_is_written_as_the_draft_says()
    {
        var jws = StatusListJwt.Sign(Token(), Signer);
        Assert.True(CompactJws.TryParse(jws, 10_000, out var read));
        Assert.Equal(("statuslist+jwt", "ES256"), (read.Type, read.Header.Get("alg")));
        var payload = TestAuthority.PayloadOf(jws);
        Assert.Equal(["exp", "iat", "status_list", "sub", "ttl"], payload.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal((30, 2), (payload["ttl"]!.GetValue<int>(), payload["status_list"]!["bits"]!.GetValue<int>()));
    }

    // One bad token, one fault mended in each row, and each row proves the next fault.
    [Fact]
    public void Faults_are_told_in_one_order()
    {
        var old = Payload(payload => (payload["sub"], payload["iat"], payload["ttl"]) = ("other", Now.AddDays(-1).ToUnixTimeSeconds(), 0));
        Assert.Equal(StatusListFault.Malformed, FaultOf(Signed(old, TestAuthority.Receipts, "jwt")));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Signed(old, TestAuthority.Receipts)));
        Assert.Equal(StatusListFault.Malformed, FaultOf(Signed(old, Signer)));
        old["ttl"] = 30;
        Assert.Equal(StatusListFault.OtherList, FaultOf(Signed(old, Signer)));
        old["sub"] = Uri;
        Assert.Equal(StatusListFault.Stale, FaultOf(Signed(old, Signer)));
        old["iat"] = Now.ToUnixTimeSeconds();
        Assert.Equal(StatusListFault.None, FaultOf(Signed(old, Signer)));
    }

    [Theory]
    [InlineData(0, StatusListFault.None)]
    [InlineData(-600, StatusListFault.None)]
    [InlineData(-601, StatusListFault.Stale)]
    [InlineData(60, StatusListFault.None)]
    [InlineData(61, StatusListFault.Stale)]
    public void The_age_of_a_list_is_bounded_by_its_reader(int issuedSeconds, StatusListFault fault) =>
        Assert.Equal(fault, FaultOf(StatusListJwt.Sign(Token() with { IssuedAt = Now.AddSeconds(issuedSeconds) }, Signer)));

    [Theory]
    [InlineData(1, StatusListFault.None)]
    [InlineData(0, StatusListFault.Stale)]
    [InlineData(-1, StatusListFault.Stale)]
    public void The_age_of_a_list_is_bounded_by_its_end(int endSeconds, StatusListFault fault) =>
        Assert.Equal(fault, FaultOf(StatusListJwt.Sign(Token() with { Expires = Now.AddSeconds(endSeconds) }, Signer)));

    [Fact]
    public void Only_a_key_for_lists_signs_lists()
    {
        var ended = TestAuthority.Certify(WorkingKeyUse.StatusList, Now.AddDays(-2), Now.AddDays(-1));
        foreach (var other in new[] { TestAuthority.Issuing, TestAuthority.Receipts, TestAuthority.Borrow(Signer), ended })
            Assert.Equal(StatusListFault.Untrusted, FaultOf(StatusListJwt.Sign(Token(), other)));
        Assert.False(TestAuthority.Anchor.TryVerify(Signer.X5cHeaderValue, WorkingKeyUse.Issuing, Now, out _));
    }

    [Theory]
    [InlineData("sub", "1")]
    [InlineData("iat", "\"1\"")]
    [InlineData("iat", "null")]
    [InlineData("exp", "-1")]
    [InlineData("ttl", "0")]
    [InlineData("ttl", "-30")]
    [InlineData("ttl", "1.5")]
    [InlineData("ttl", "99999999999")]
    [InlineData("status_list", "[]")]
    [InlineData("status_list", "{}")]
    [InlineData("status_list", "{\"bits\":2}")]
    [InlineData("status_list", "{\"bits\":\"1\",\"lst\":\"eNrbuRgAAhcBXQ\"}")]
    [InlineData("status_list", "{\"bits\":8,\"lst\":\"eNrbuRgAAhcBXQ\"}")]
    [InlineData("status_list", "{\"bits\":1,\"lst\":\"eNrbuRgAAhcBXA\"}")]
    public void A_token_with_a_bad_member_is_malformed(string member, string json)
    {
        Assert.Equal(StatusListFault.Malformed, FaultOf(Signed(Payload(payload => payload[member] = JsonNode.Parse(json)), Signer)));
        Assert.Equal(StatusListFault.Malformed, FaultOf(Signed(Payload(payload => payload.Remove(member)), Signer)));
    }

    [Fact]
    public void A_member_that_others_add_is_ignored() =>
        Assert.Equal(StatusListFault.None, FaultOf(Signed(Payload(payload => payload["iss"] = TestAuthority.Issuer), Signer)));

    private static StatusListToken Token()
    {
        var list = new StatusList(2, 16);
        list.Set(5, TokenStatus.Suspended);
        return new StatusListToken(Uri, Now, Now.AddHours(1), TimeSpan.FromSeconds(30), list);
    }

    private static JsonObject Payload(Action<JsonObject> change)
    {
        var payload = TestAuthority.PayloadOf(StatusListJwt.Sign(Token(), Signer));
        change(payload);
        return payload;
    }

    private static string Signed(JsonObject payload, CertifiedSigner signer, string type = "statuslist+jwt") =>
        TestAuthority.Jws($$"""{"typ":"{{type}}","alg":"ES256","x5c":["{{signer.X5cHeaderValue}}"]}""", payload, signer);

    private static StatusListFault FaultOf(string jws)
    {
        Assert.Equal(StatusListJwt.TryVerify(jws, TestAuthority.Anchor, Uri, Now, MaxAge, out var token, out var fault), token is not null);
        Assert.Equal(fault == StatusListFault.None, token is not null);
        return fault;
    }
}
