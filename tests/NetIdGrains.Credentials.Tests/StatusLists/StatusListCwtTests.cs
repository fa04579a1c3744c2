using System.Text.Json;
using static NetIdGrains.Credentials.Tests.HandmadeCose;

namespace NetIdGrains.Credentials.Tests;

public class StatusListCwtTests
{
    private const string Uri = "https://authority.example/status/7";
    private const string MediaType = "application/statuslist+cwt";
    private const string Type = "10";
    private const string Chain = "1821";
    private const string Subject = "02";
    private const string Expires = "04";
    private const string IssuedAt = "06";
    private const string TimeToLive = "19FFFE";
    private const string Statuses = "19FFFD";

    private static readonly JsonElement Published = Vectors.Read("status-lists.json");
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly CertifiedSigner Signer = TestAuthority.Certify(WorkingKeyUse.StatusList, Now.AddDays(-1), Now.AddDays(1));

    [Fact]
    public void The_token_of_the_draft_is_read_as_published()
    {
        var vector = Published.GetProperty("cwt");
        Assert.True(VerificationKey.TryFromJwk(vector.GetProperty("key"), out var key));
        Assert.True(CoseSign1.TryParse(vector.Hex("message"), 1000, out var parsed));
        Assert.True(parsed.Verify(key));
        Assert.Equal(MediaType, parsed.Type);
        var token = StatusListCwt.Read(parsed.Payload);
        Assert.NotNull(token);
        Assert.Equal(vector.Get("sub"), token.Uri);
        Assert.Equal(
            (vector.GetProperty("iat").GetInt64(), vector.GetProperty("exp").GetInt64(), vector.GetProperty("ttl").GetDouble()),
            (token.IssuedAt.ToUnixTimeSeconds(), token.Expires.ToUnixTimeSeconds(), token.TimeToLive.TotalSeconds));
        var small = Published.GetProperty("small")[0];
        Assert.Equal(1, token.List.Bits);
        Assert.Equal(small.GetProperty("statuses").EnumerateArray().Select(status => (TokenStatus)status.GetInt32()), All(token.List));
    }

    // It names no certificate that our root has signed, so that nothing but its form can be taken over.
    [Fact]
    public void The_token_of_the_draft_is_trusted_by_nobody_here() =>
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Published.GetProperty("cwt").Hex("message")));

    [Fact]
    public void The_lists_of_the_draft_are_read_as_published() =>
        Assert.All(Published.GetProperty("cbor").EnumerateArray(), (vector, i) =>
        {
            Assert.True(CborMap.TryParse(vector.Hex("map"), out var map));
            Assert.Equal(vector.GetProperty("bits").GetInt64(), map.Number("bits"));
            Assert.True(StatusList.TryDecompress(vector.GetProperty("bits").GetInt32(), map.Bytes("lst"), 100, out var list));
            var statuses = Published.GetProperty("small")[i].GetProperty("statuses").EnumerateArray();
            Assert.Equal(statuses.Select(status => (TokenStatus)status.GetInt32()), All(list));
        });

    [Fact]
    public void A_list_is_read_as_it_was_signed()
    {
        Assert.True(StatusListCwt.TryVerify(
            StatusListCwt.Sign(Token(), Signer), TestAuthority.Anchor, Uri, Now, MaxAge, out var read, out var fault));
        Assert.Equal(StatusListFault.None, fault);
        Assert.Equal((Uri, Now, Now.AddHours(1), TimeSpan.FromSeconds(30)), (read.Uri, read.IssuedAt, read.Expires, read.TimeToLive));
        Assert.Equal(All(Token().List), All(read.List));
    }

    // The labels and types of §5.2 and §4.3, which other implementations read.
    [Fact]
    public void A_token_is_written_as_the_draft_says()
    {
        Assert.True(CoseSign1.TryParse(StatusListCwt.Sign(Token(), Signer), 10_000, out var parsed));
        Assert.Equal([1, 16, 33], parsed.Header.Labels.Select(label => label.Number));
        Assert.Equal((-7, MediaType), (parsed.Header.Number(1), parsed.Header.Text(16)));
        Assert.Equal(Map(Good().Payload), Convert.ToHexString(parsed.Payload.Span));
    }

    [Fact]
    public void A_full_list_goes_through_and_is_smaller_than_as_a_JWT()
    {
        var list = new StatusList(2, 1 << 20);
        var random = new Random(20261122);
        for (var i = 0; i < list.Length; i++) list.Set(i, (TokenStatus)random.Next(4));
        var cwt = StatusListCwt.Sign(Token() with { List = list }, Signer);
        Assert.Equal(StatusListFault.None, FaultOf(cwt));
        Assert.InRange(cwt.Length, 1, StatusListJwt.Sign(Token() with { List = list }, Signer).Length * 3 / 5);
    }

    // One bad token, one fault mended in each row, and each row proves the next fault.
    [Fact]
    public void Faults_are_told_in_one_order()
    {
        var bad = Good();
        bad.Header[Type] = Text("application/cwt");
        (bad.Payload[Subject], bad.Payload[IssuedAt]) = (Text("other"), Number(Now.AddDays(-1).ToUnixTimeSeconds()));
        bad.Payload[TimeToLive] = "00";
        Assert.Equal(StatusListFault.Malformed, FaultOf(bad.Sign(TestAuthority.Receipts)));
        bad.Header[Type] = Text(MediaType);
        Assert.Equal(StatusListFault.Untrusted, FaultOf(bad.Sign(TestAuthority.Receipts)));
        Assert.Equal(StatusListFault.Malformed, FaultOf(bad.Sign(Signer)));
        bad.Payload[TimeToLive] = Number(30);
        Assert.Equal(StatusListFault.OtherList, FaultOf(bad.Sign(Signer)));
        bad.Payload[Subject] = Text(Uri);
        Assert.Equal(StatusListFault.Stale, FaultOf(bad.Sign(Signer)));
        bad.Payload[IssuedAt] = Number(Now.ToUnixTimeSeconds());
        Assert.Equal(StatusListFault.None, FaultOf(bad.Sign(Signer)));
    }

    [Theory]
    [InlineData(-600, 1, StatusListFault.None)]
    [InlineData(-601, 1, StatusListFault.Stale)]
    [InlineData(60, 1, StatusListFault.None)]
    [InlineData(61, 1, StatusListFault.Stale)]
    [InlineData(0, 0, StatusListFault.Stale)]
    public void The_age_of_a_list_is_bounded_twice(int issuedSeconds, int endSeconds, StatusListFault fault) => Assert.Equal(
        fault,
        FaultOf(StatusListCwt.Sign(
            Token() with { IssuedAt = Now.AddSeconds(issuedSeconds), Expires = Now.AddSeconds(endSeconds) }, Signer)));

    [Fact]
    public void Only_a_key_for_lists_signs_lists()
    {
        var ended = TestAuthority.Certify(WorkingKeyUse.StatusList, Now.AddDays(-2), Now.AddDays(-1));
        foreach (var other in new[] { TestAuthority.Issuing, TestAuthority.Receipts, TestAuthority.Borrow(Signer), ended })
            Assert.Equal(StatusListFault.Untrusted, FaultOf(StatusListCwt.Sign(Token(), other)));
    }

    [Fact]
    public void A_certificate_counts_as_the_one_entry_of_the_protected_header()
    {
        var chain = Good().Header[Chain];
        Assert.Equal(StatusListFault.None, FaultOf(Good().Sign(Signer)));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Changed(good => good.Header[Chain] = $"81{chain}")));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Changed(good => good.Header[Chain] = Text(Signer.X5cHeaderValue))));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Changed(good => good.Header[Chain] = "40")));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Changed(good => good.Header[Chain] = Bytes(new byte[10_000]))));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Changed(good => good.Header.Remove(Chain))));
        Assert.Equal(StatusListFault.Untrusted, FaultOf(Changed(good =>
        {
            good.Header.Remove(Chain);
            good.Unprotected[Chain] = chain;
        })));
    }

    // The number of a CoAP content format, which may stand for the type (RFC 9596 §2), is not assigned yet.
    [Theory]
    [InlineData(null)]
    [InlineData("00")]
    [InlineData("6E7374617475736C6973742B637774")]
    [InlineData("581A6170706C69636174696F6E2F7374617475736C6973742B637774")]
    public void A_token_of_another_type_is_malformed(string? type)
    {
        Assert.Equal(StatusListFault.Malformed, FaultOf(Changed(good => good.Header.Remove(Type))));
        if (type is not null) Assert.Equal(StatusListFault.Malformed, FaultOf(Changed(good => good.Header[Type] = type)));
    }

    [Fact]
    public void What_stands_behind_or_before_a_token_is_malformed()
    {
        var good = Good().Sign(Signer);
        Assert.Equal(StatusListFault.None, FaultOf(good));
        Assert.Equal(StatusListFault.Malformed, FaultOf([.. good, 0]));
        Assert.Equal(StatusListFault.Malformed, FaultOf([0xD8, 0x3D, .. good]));
        Assert.Equal(StatusListFault.Malformed, FaultOf(good[1..]));
        Assert.Equal(StatusListFault.Malformed, FaultOf([]));
        Assert.Equal(StatusListFault.Malformed, FaultOf(Changed(big => big.Unprotected["05"] = Bytes(new byte[1536 * 1024]))));
    }

    [Theory]
    [InlineData(Subject, "01")]
    [InlineData(Subject, "4175")]
    [InlineData(IssuedAt, "6131")]
    [InlineData(IssuedAt, "F6")]
    [InlineData(IssuedAt, "20")]
    [InlineData(IssuedAt, "C11A64000000")]
    [InlineData(IssuedAt, "FB41D9000000000000")]
    [InlineData(Expires, "20")]
    [InlineData(Expires, "1BFFFFFFFFFFFFFFFF")]
    [InlineData(Expires, "3BFFFFFFFF00000000")]
    [InlineData(Expires, "1B7FFFFFFFFFFFFFFF")]
    [InlineData(TimeToLive, "00")]
    [InlineData(TimeToLive, "381D")]
    [InlineData(TimeToLive, "F93E00")]
    [InlineData(TimeToLive, "1A80000000")]
    [InlineData(Statuses, "80")]
    [InlineData(Statuses, "A0")]
    [InlineData(Statuses, "A1646269747302")]
    [InlineData(Statuses, "A264626974736132636C73744B78DA3BE9F2130003DF0207")]
    [InlineData(Statuses, "A2646269747308636C73744B78DA3BE9F2130003DF0207")]
    [InlineData(Statuses, "A264626974731B0000000100000002636C73744B78DA3BE9F2130003DF0207")]
    [InlineData(Statuses, "A2646269747302636C73744B78DA3BE9F2130003DF0206")]
    [InlineData(Statuses, "A2646269747302636C73745F4B78DA3BE9F2130003DF0207FF")]
    [InlineData(Statuses, "A3646269747302646269747302636C73744B78DA3BE9F2130003DF0207")]
    [InlineData(Statuses, "A2646269747302636C73746F654E6F373666495441415066416763")]
    public void A_token_with_a_bad_claim_is_malformed(string label, string value)
    {
        Assert.Equal(StatusListFault.Malformed, FaultOf(Changed(good => good.Payload[label] = value)));
        Assert.Equal(StatusListFault.Malformed, FaultOf(Changed(good => good.Payload.Remove(label))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("F6")]
    [InlineData("A0")]
    [InlineData("D83D{0}")]
    [InlineData("{0}00")]
    public void Claims_that_are_no_map_are_malformed(string payload) => Assert.Equal(
        StatusListFault.Malformed,
        FaultOf(HandmadeCose.Sign(Map(Good().Header), "A0", string.Format(payload, Map(Good().Payload)), Signer)));

    [Theory]
    [InlineData("01", "6161", StatusListFault.None)]
    [InlineData("6161", "F6", StatusListFault.None)]
    [InlineData("4161", "F6", StatusListFault.Malformed)]
    [InlineData("1802", "F6", StatusListFault.Malformed)]
    [InlineData("07", "BFFF", StatusListFault.Malformed)]
    public void A_claim_that_others_add_is_ignored_if_it_is_one(string label, string value, StatusListFault fault) =>
        Assert.Equal(fault, FaultOf(Changed(good => good.Payload[label] = value)));

    private static StatusListToken Token()
    {
        var list = new StatusList(2, 16);
        list.Set(5, TokenStatus.Suspended);
        return new StatusListToken(Uri, Now, Now.AddHours(1), TimeSpan.FromSeconds(30), list);
    }

    private static HandmadeCose Good() => new()
    {
        Header = new() { ["01"] = "26", [Type] = Text(MediaType), [Chain] = Bytes(Convert.FromBase64String(Signer.X5cHeaderValue)) },
        Payload = new()
        {
            [Subject] = Text(Uri),
            [Expires] = Number(Now.AddHours(1).ToUnixTimeSeconds()),
            [IssuedAt] = Number(Now.ToUnixTimeSeconds()),
            [Statuses] = Map(new() { [Text("lst")] = Bytes(Token().List.Compress()), [Text("bits")] = "02" }),
            [TimeToLive] = Number(30),
        },
    };

    private static byte[] Changed(Action<HandmadeCose> change)
    {
        var good = Good();
        change(good);
        return good.Sign(Signer);
    }

    private static IEnumerable<TokenStatus> All(StatusList list) =>
        Enumerable.Range(0, list.Length).Select(i => list.TryGet(i, out var status) ? status : throw new InvalidOperationException());

    private static StatusListFault FaultOf(byte[] cwt)
    {
        Assert.Equal(StatusListCwt.TryVerify(cwt, TestAuthority.Anchor, Uri, Now, MaxAge, out var token, out var fault), token is not null);
        Assert.Equal(fault == StatusListFault.None, token is not null);
        return fault;
    }
}
