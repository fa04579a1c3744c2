// Standard Webhooks 1.0. The library of that project puts its messages before us, and we ours before it, in tests/interop.
using System.Text;

namespace NetIdGrains.Credentials.Tests;

public class WebhookSignatureTests
{
    private const string Id = "msg_1";
    private const string SecretText = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    // By Python's hmac, of "msg_1.1795311000." and the body.
    private const string Signature = "v1,AE/1tLzTlG5MmacRfuWOT36eGHEI2vTwG4UAoX0BLHY=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"type":"verification.decided","data":"结果"}""");
    private static readonly WebhookSecret Secret = new([.. Enumerable.Range(0, 32).Select(number => (byte)number)]);
    private static readonly WebhookSecret Next = new(new byte[32]);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_311_000);

    [Fact]
    public void A_signature_is_HMAC_of_id_time_and_body()
    {
        Assert.Equal(SecretText, Secret.ToText());
        Assert.Equal(Signature, WebhookSignature.Sign([Secret], Id, Now.AddMilliseconds(999), Body));
        Assert.True(WebhookSignature.TryVerify(Secret, Id, "1795311000", Signature, Body, Now, out var fault));
        Assert.Equal(WebhookFault.None, fault);
    }

    [Fact]
    public void While_a_secret_is_replaced_either_is_enough()
    {
        var signatures = WebhookSignature.Sign([Next, Secret], Id, Now, Body);
        Assert.EndsWith($" {Signature}", signatures);
        foreach (var secret in new[] { Secret, Next })
            Assert.True(WebhookSignature.TryVerify(secret, Id, "1795311000", signatures, Body, Now, out _));
        Assert.False(WebhookSignature.TryVerify(new WebhookSecret(Body[..32]), Id, "1795311000", signatures, Body, Now, out _));
    }

    [Theory]
    [InlineData(Signature, true)]
    [InlineData($"v1a,AAAA {Signature}", true)]
    [InlineData($"{Signature} v2,x", true)]
    [InlineData($" {Signature}  ", true)]
    [InlineData("v1,", false)]
    [InlineData("v1", false)]
    [InlineData("v1a,AE/1tLzTlG5MmacRfuWOT36eGHEI2vTwG4UAoX0BLHY=", false)]
    [InlineData("V1,AE/1tLzTlG5MmacRfuWOT36eGHEI2vTwG4UAoX0BLHY=", false)]
    [InlineData("AE/1tLzTlG5MmacRfuWOT36eGHEI2vTwG4UAoX0BLHY=", false)]
    [InlineData("v1,AE/1tLzTlG5MmacRfuWOT36eGHEI2vTwG4UAoX0BLHY", false)]
    [InlineData("v1,AE/1tLzTlG5MmacRfuWOT36eGHEI2vTwG4UAoX0BLHZ=", false)]
    [InlineData($"{Signature},{Signature}", false)]
    public void One_good_signature_among_others_is_enough(string signatures, bool verifies)
    {
        Assert.Equal(verifies, WebhookSignature.TryVerify(Secret, Id, "1795311000", signatures, Body, Now, out var fault));
        Assert.Equal(verifies ? WebhookFault.None : WebhookFault.Signature, fault);
    }

    // Each row mends the fault of the row before: what is told first is what stands higher.
    [Theory]
    [InlineData("", 301, "v1,x", WebhookFault.Malformed)]
    [InlineData(Id, 301, "v1,x", WebhookFault.Stale)]
    [InlineData(Id, 300, "v1,x", WebhookFault.Signature)]
    [InlineData(Id, 300, Signature, WebhookFault.None)]
    [InlineData(Id, -300, Signature, WebhookFault.None)]
    [InlineData(Id, -301, Signature, WebhookFault.Stale)]
    [InlineData("msg_2", 0, Signature, WebhookFault.Signature)]
    public void The_first_fault_is_told(string id, int secondsLater, string signatures, WebhookFault fault)
    {
        Assert.Equal(
            fault == WebhookFault.None,
            WebhookSignature.TryVerify(Secret, id, "1795311000", signatures, Body, Now.AddSeconds(secondsLater), out var told));
        Assert.Equal(fault, told);
    }

    [Theory]
    [InlineData(null, "1795311000", Signature)]
    [InlineData("msg.1", "1795311000", Signature)]
    [InlineData(Id, null, Signature)]
    [InlineData(Id, "", Signature)]
    [InlineData(Id, "-1", Signature)]
    [InlineData(Id, "+1795311000", Signature)]
    [InlineData(Id, " 1795311000", Signature)]
    [InlineData(Id, "1795311000.0", Signature)]
    [InlineData(Id, "253402300800", Signature)]
    [InlineData(Id, "99999999999999999999", Signature)]
    [InlineData(Id, "1795311000", null)]
    [InlineData(Id, "1795311000", "")]
    public void A12_1_headers_that_are_none_are_told_from_forged_ones(string? id, string? time, string? signatures)
    {
        Assert.False(WebhookSignature.TryVerify(Secret, id, time, signatures, Body, Now, out var fault));
        Assert.Equal(WebhookFault.Malformed, fault);
    }

    [Fact]
    public void A12_1_headers_are_bounded()
    {
        static WebhookFault Fault(string id, string signatures)
        {
            WebhookSignature.TryVerify(Secret, id, "1795311000", signatures, Body, Now, out var fault);
            return fault;
        }

        Assert.Equal(WebhookFault.Signature, Fault(new string('x', 256), Signature));
        Assert.Equal(WebhookFault.Malformed, Fault(new string('x', 257), Signature));
        Assert.Equal(WebhookFault.None, Fault(Id, Signature.PadRight(1024)));
        Assert.Equal(WebhookFault.Malformed, Fault(Id, Signature.PadRight(1025)));
    }

    [Fact]
    public void A_changed_body_or_another_time_is_not_what_was_signed()
    {
        byte[] changed = [.. Body, (byte)' '];
        Assert.False(WebhookSignature.TryVerify(Secret, Id, "1795311000", Signature, changed, Now, out _));
        Assert.False(WebhookSignature.TryVerify(Secret, Id, "1795311001", Signature, Body, Now, out _));
        Assert.False(WebhookSignature.TryVerify(Secret, Id, "01795311000", Signature, Body, Now, out _));
    }

    [Fact]
    public void What_could_be_taken_for_another_message_is_not_signed()
    {
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign([Secret], "msg.1", Now, Body));
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign([Secret], "", Now, Body));
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign([], Id, Now, Body));
    }

    [Theory]
    [InlineData(SecretText, true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("whsec_", false)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", false)]
    [InlineData("WHSEC_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", false)]
    [InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", false)]
    [InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", false)]
    [InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= ", false)]
    [InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", false)]
    [InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", false)]
    [InlineData("whsec_?AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", false)]
    public void A_secret_has_one_spelling(string? text, bool reads)
    {
        Assert.Equal(reads, WebhookSecret.TryParse(text, out var secret));
        if (reads) Assert.Equal((SecretText, "sealed"), (secret!.ToText(), $"{secret}"));
    }

    [Fact]
    public void A_secret_has_32_bytes() => Assert.Throws<ArgumentException>(() => new WebhookSecret(new byte[24]));
}
