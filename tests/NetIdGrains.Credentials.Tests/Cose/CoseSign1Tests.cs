using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class CoseSign1Tests
{
    private const string Type = "application/example+cwt";
    private static readonly JsonElement Published = Vectors.Read("cose-sign1.json");

    public static TheoryData<string> Names() => [.. Published.GetProperty("messages").EnumerateArray().Select(message => message.Get("name"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_published_messages_are_answered(string name)
    {
        Assert.True(VerificationKey.TryFromJwk(Published.GetProperty("key"), out var key));
        var vector = Published.GetProperty("messages").EnumerateArray().Single(message => message.Get("name") == name);
        Assert.Equal(vector.Get("answer"), Answer(vector.Hex("message"), key));
    }

    // The Sig_structure and its encoding are written a second time, by hand, in HandmadeCose.
    [Fact]
    public void What_is_signed_here_is_what_others_sign()
    {
        var signer = TestAuthority.Receipts;
        Assert.True(CoseSign1.TryParse(CoseSign1.Sign(Type, [1, 2, 3], signer), 1000, out var ours));
        Assert.Equal((Type, signer.X5cHeaderValue), (ours.Type, Convert.ToBase64String(ours.OnlyCertificate!)));
        Assert.Equal([1, 2, 3], ours.Payload.ToArray());
        Assert.True(TestAuthority.Anchor.TryVerify(signer.X5cHeaderValue, WorkingKeyUse.Receipt, TestAuthority.Now, out var key));
        Assert.True(ours.Verify(key));
        var theirs = HandmadeCose.Sign($"A20126{HandmadeCose.Number(16)}{HandmadeCose.Text(Type)}", "A0", "010203", signer);
        Assert.Equal("verified", Answer(theirs, key));
        Assert.Equal("unverified", Answer(theirs, TestAuthority.Holder.PublicKey));
    }

    [Fact]
    public void A13_1_the_algorithm_is_the_keys_in_both_suites()
    {
        var sm2 = Sm2Signer.Create(new FixedRandom("sm2"));
        var certified = new CertifiedSigner(sm2, [0x30, 0x00]);
        Assert.Equal("verified", Answer(CoseSign1.Sign(Type, [], certified), sm2.PublicKey));
        Assert.Equal("verified", Answer(HandmadeCose.Sign("A1013A000505DD", "A0", "", sm2), sm2.PublicKey));
        Assert.Equal("unverified", Answer(HandmadeCose.Sign("A10126", "A0", "", sm2), sm2.PublicKey));
        Assert.Equal("verified", Answer(HandmadeCose.Sign("A10126", "A0", "", TestAuthority.Holder), TestAuthority.Holder.PublicKey));
        Assert.Equal(
            "unverified", Answer(HandmadeCose.Sign("A1013A000505DD", "A0", "", TestAuthority.Holder), TestAuthority.Holder.PublicKey));
    }

    [Theory]
    [InlineData("A10126", "A0", "verified")]
    [InlineData("A10126", "A104423132", "verified")]
    [InlineData("A1011826", "A0", "unverified")]
    [InlineData("A101654553323536", "A0", "unverified")]
    [InlineData("A1013A00010000", "A0", "unverified")]
    [InlineData("A1013BFFFFFFFFFFFFFFFF", "A0", "unverified")]
    [InlineData("A2012602811863", "A0", "unverified")]
    [InlineData("A10300", "A10126", "unverified")]
    [InlineData("A10126", "A10126", "refused")]
    [InlineData("", "A10126", "refused")]
    [InlineData("26", "A0", "refused")]
    [InlineData("8126", "A0", "refused")]
    [InlineData("A1012600", "A0", "refused")]
    [InlineData("A201260126", "A0", "refused")]
    [InlineData("A20126180126", "A0", "refused")]
    [InlineData("A2012600", "A0", "refused")]
    [InlineData("BF0126FF", "A0", "refused")]
    [InlineData("A20126420102", "A0", "refused")]
    [InlineData("A2012641016100", "A0", "refused")]
    [InlineData("A201261BFFFFFFFFFFFFFFFF00", "A0", "refused")]
    [InlineData("A2012661FF00", "A0", "refused")]
    [InlineData("A201260361FF", "A0", "refused")]
    [InlineData("A2012603FC", "A0", "refused")]
    [InlineData("A2012603F818", "A0", "refused")]
    [InlineData("A20126039F00FF", "A0", "refused")]
    [InlineData("A20126037F6161FF", "A0", "refused")]
    [InlineData("A2012603A2616100616101", "A0", "refused")]
    [InlineData("A2012603818181818181818100", "A0", "refused")]
    [InlineData("A20126038181818181818100", "A0", "verified")]
    [InlineData("A10126", "80", "refused")]
    [InlineData("A10126", "40", "refused")]
    [InlineData("A10126", "F6", "refused")]
    [InlineData("A10126", "BFFF", "refused")]
    [InlineData("A10126", "A2040004F6", "refused")]
    [InlineData("A10126", "A1045F4101FF", "refused")]
    [InlineData("A10126", "A1048181818181818100", "refused")]
    [InlineData("A10126", "A104818181818100", "verified")]
    public void A12_1_each_header_is_answered_under_a_good_signature(string header, string unprotected, string answer) =>
        Assert.Equal(answer, Answer(HandmadeCose.Sign(header, unprotected, "F6", TestAuthority.Holder), TestAuthority.Holder.PublicKey));

    // The message of RFC 8152 appendix C.2.1 taken apart: each row changes one place of it.
    [Theory]
    [InlineData("", "", "verified")]
    [InlineData("D284", "84", "refused")]
    [InlineData("D284", "D184", "refused")]
    [InlineData("D284", "D86284", "refused")]
    [InlineData("D284", "D83DD284", "refused")]
    [InlineData("D284", "D2D284", "refused")]
    [InlineData("D284", "D29F", "refused")]
    [InlineData("D284", "D285", "refused")]
    [InlineData("D284", "D285", "refused", "00")]
    [InlineData("D284", "D29AFFFFFFFF", "refused")]
    [InlineData("D284", "D29BFFFFFFFFFFFFFFFF", "refused")]
    [InlineData("D284", "D2A4", "refused")]
    [InlineData("D284", "D9D9F7D284", "refused")]
    [InlineData("43A10126", "A10126", "refused")]
    [InlineData("43A10126", "5F43A10126FF", "refused")]
    [InlineData("43A10126", "5BFFFFFFFFFFFFFFFFA10126", "refused")]
    [InlineData("54546869732069732074686520636F6E74656E742E", "F6", "refused")]
    [InlineData("54546869732069732074686520636F6E74656E742E", "74546869732069732074686520636F6E74656E742E", "refused")]
    [InlineData("54546869732069732074686520636F6E74656E742E", "5F54546869732069732074686520636F6E74656E742EFF", "refused")]
    [InlineData("5840", "583F", "refused")]
    [InlineData("5840", "7840", "refused")]
    [InlineData("CACB36", "CACB3600", "refused")]
    [InlineData("CACB36", "CACB", "refused")]
    [InlineData("5840", "5841", "unverified", "00")]
    public void A12_1_each_part_of_a_message_is_answered(string part, string change, string answer, string more = "")
    {
        Assert.True(VerificationKey.TryFromJwk(Published.GetProperty("key"), out var key));
        var good = Published.GetProperty("messages")[0].Get("message");
        Assert.Contains(part, good);
        var changed = part.Length == 0 ? good : good.Replace(part, change, StringComparison.Ordinal) + more;
        Assert.Equal(answer, Answer(Convert.FromHexString(changed), key));
    }

    [Theory]
    [InlineData(64, "verified")]
    [InlineData(65, "refused")]
    public void A12_1_maps_and_arrays_have_a_bounded_number_of_members(int count, string answer)
    {
        var members = Enumerable.Range(100, count).ToDictionary(label => HandmadeCose.Number(label), _ => "00");
        var array = $"A10498{count:X2}{string.Concat(Enumerable.Repeat("00", count))}";
        foreach (var unprotected in new[] { HandmadeCose.Map(members), array })
        {
            var message = HandmadeCose.Sign("A10126", unprotected, "", TestAuthority.Holder);
            Assert.Equal(answer, Answer(message, TestAuthority.Holder.PublicKey));
        }
    }

    [Fact]
    public void A12_1_a_long_or_deep_message_costs_no_more_than_its_bytes()
    {
        const int size = 1 << 20;
        var deep = new byte[size];
        Array.Fill(deep, (byte)0x81);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(CoseSign1.TryParse(deep, size, out _));
        Assert.False(CoseSign1.TryParse(deep, size - 1, out _));
        Array.Fill(deep, (byte)0xD2);
        Assert.False(CoseSign1.TryParse(deep, size, out _));
        Assert.False(CoseSign1.TryParse(default, size, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, size / 8);
    }

    private static string Answer(byte[] message, IVerificationKey key) =>
        !CoseSign1.TryParse(message, 10_000, out var parsed) ? "refused" : parsed.Verify(key) ? "verified" : "unverified";
}
