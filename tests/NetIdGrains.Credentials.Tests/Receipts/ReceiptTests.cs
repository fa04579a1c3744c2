using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class ReceiptTests
{
    private static readonly VerificationReceipt Receipt = new(
        Issuer: TestAuthority.Issuer,
        TransactionId: "transaction-1",
        Platform: "shop",
        SequenceNumber: "00000000000000000000000000000001",
        Purpose: "login",
        LegalBasis: "contract",
        Mode: "R02",
        Passed: true,
        Subject: "subject-1",
        Time: TestAuthority.Now);

    [Fact]
    public void A5_1_a_receipt_says_all_that_the_law_asks_for()
    {
        Assert.True(VerificationReceipt.TryVerify(Receipt.Sign(TestAuthority.Receipts), TestAuthority.Anchor, out var read));
        Assert.Equal(Receipt, read);
        Assert.Equal("sealed", $"{read}");
    }

    [Fact]
    public void A5_1_a_failed_verification_has_no_subject()
    {
        var failed = Receipt with { Passed = false, Subject = null };
        Assert.True(VerificationReceipt.TryVerify(failed.Sign(TestAuthority.Receipts), TestAuthority.Anchor, out var read));
        Assert.Equal(failed, read);
    }

    // There is no clock in the check: the certificate is held against the receipt's own time, also long after its end.
    [Fact]
    public void S_2_a_receipt_is_good_in_the_time_of_its_key_only()
    {
        Assert.False(Verifies(Receipt with { Time = TestAuthority.Now.AddMinutes(51) }, TestAuthority.Receipts));
        Assert.False(Verifies(Receipt with { Time = TestAuthority.Now.AddMinutes(-11) }, TestAuthority.Receipts));
        var longAgo = TestAuthority.Now.AddMonths(-6);
        var keyOfThatHour = TestAuthority.Certify(WorkingKeyUse.Receipt, longAgo, longAgo.AddHours(1));
        Assert.True(Verifies(Receipt with { Time = longAgo }, keyOfThatHour));
    }

    [Fact]
    public void S_2_an_issuing_key_signs_no_receipts() => Assert.False(Verifies(Receipt, TestAuthority.Issuing));

    [Fact]
    public void S_2_a_certificate_without_its_key_signs_nothing() =>
        Assert.False(Verifies(Receipt, TestAuthority.Borrow(TestAuthority.Receipts)));

    [Theory]
    [InlineData("extra", "1")]
    [InlineData("passed", "\"true\"")]
    [InlineData("sub", "1")]
    [InlineData("iat", "\"1\"")]
    [InlineData("legal_basis", "null")]
    public void A5_1_a_receipt_has_exactly_its_members(string member, string json)
    {
        var payload = TestAuthority.PayloadOf(Receipt.Sign(TestAuthority.Receipts));
        Assert.True(VerificationReceipt.TryVerify(Signed(payload), TestAuthority.Anchor, out _));
        payload[member] = JsonNode.Parse(json);
        Assert.False(VerificationReceipt.TryVerify(Signed(payload), TestAuthority.Anchor, out _));
    }

    // Each row mends the fault of the row before: what is told first is what stands higher.
    [Theory]
    [InlineData("dc+sd-jwt", false, false, ReceiptFault.Malformed)]
    [InlineData("netid-receipt+jwt", false, false, ReceiptFault.Malformed)]
    [InlineData("netid-receipt+jwt", true, false, ReceiptFault.Untrusted)]
    [InlineData("netid-receipt+jwt", true, true, ReceiptFault.Signature)]
    public void S_2_the_first_fault_is_told(string type, bool hasItsMembers, bool isCertified, ReceiptFault fault)
    {
        var payload = TestAuthority.PayloadOf(Receipt.Sign(TestAuthority.Receipts));
        if (!hasItsMembers) payload.Remove("purpose");
        var x5c = isCertified ? TestAuthority.Receipts.X5cHeaderValue : TestAuthority.Issuing.X5cHeaderValue;
        var signed = Signed(payload, x5c, type);
        Assert.False(VerificationReceipt.TryVerify($"{signed[..^10]}AAAAAAAAAA", TestAuthority.Anchor, out var receipt, out var told));
        Assert.Equal((null, fault), (receipt, told));
    }

    [Fact]
    public void S_2_a_good_receipt_has_no_fault()
    {
        Assert.True(VerificationReceipt.TryVerify(Receipt.Sign(TestAuthority.Receipts), TestAuthority.Anchor, out _, out var fault));
        Assert.Equal(ReceiptFault.None, fault);
    }

    [Fact]
    public void S_2_a_JWS_of_another_type_is_no_receipt()
    {
        var payload = TestAuthority.PayloadOf(Receipt.Sign(TestAuthority.Receipts));
        Assert.False(VerificationReceipt.TryVerify(Signed(payload, type: "dc+sd-jwt"), TestAuthority.Anchor, out _));
    }

    [Fact]
    public void S_2_a_longer_path_is_refused()
    {
        var x5c = $"{TestAuthority.Receipts.X5cHeaderValue}\",\"{Convert.ToBase64String(TestAuthority.RootCertificate)}";
        var payload = TestAuthority.PayloadOf(Receipt.Sign(TestAuthority.Receipts));
        Assert.False(VerificationReceipt.TryVerify(Signed(payload, x5c), TestAuthority.Anchor, out _));
    }

    private static string Signed(JsonObject payload, string? x5c = null, string type = "netid-receipt+jwt") => TestAuthority.Jws(
        $$"""{"typ":"{{type}}","alg":"ES256","x5c":["{{x5c ?? TestAuthority.Receipts.X5cHeaderValue}}"]}""",
        payload,
        TestAuthority.Receipts);

    private static bool Verifies(VerificationReceipt receipt, CertifiedSigner signer) =>
        VerificationReceipt.TryVerify(receipt.Sign(signer), TestAuthority.Anchor, out _);
}
