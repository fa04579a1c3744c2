// RFC 5280 §5, written by hand: what .NET's builder would never write.
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials.Tests;

public class RevocationListBodyTests
{
    private const string DeltaIndicator = "2.5.29.27";
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string CertificateIssuer = "2.5.29.29";
    private const string ReasonCode = "2.5.29.21";

    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly P256Signer Signer = P256Signer.Create();

    [Theory]
    [InlineData(true)]
    [InlineData(true, null, ReasonCode)]
    [InlineData(true, null, null, 2, false)]
    [InlineData(false, DeltaIndicator)]
    [InlineData(false, IssuingDistributionPoint)]
    [InlineData(false, null, CertificateIssuer)]
    [InlineData(false, null, null, 1)]
    [InlineData(false, null, null, 3)]
    public void A4_1_a_list_is_complete_and_of_version_2(
        bool taken, string? listExtension = null, string? entryExtension = null, int version = 2, bool entries = true) =>
        Assert.Equal(taken, RevocationListBody.TryParse(
            Write(writer => Body(writer, version, entries ? [7] : [], listExtension, entryExtension)), out _));

    [Fact]
    public void A4_1_a_certificate_is_on_a_list_once() =>
        Assert.False(RevocationListBody.TryParse(Write(writer => Body(writer, serials: [7, 8, 7])), out _));

    [Fact]
    public void A4_1_a_serial_number_has_twenty_bytes_at_most()
    {
        Assert.True(RevocationListBody.TryParse(Write(writer => Body(writer, serials: [BigInteger.One << 158])), out _));
        Assert.False(RevocationListBody.TryParse(Write(writer => Body(writer, serials: [BigInteger.One << 159])), out _));
    }

    [Fact]
    public void A4_1_a_list_says_until_when_it_is_good() =>
        Assert.False(RevocationListBody.TryParse(Write(writer => Body(writer, nextUpdate: false)), out _));

    [Fact]
    public void A4_1_a_list_names_one_algorithm() =>
        Assert.False(RevocationListBody.TryParse(Write(writer => Body(writer), X509Signature.Algorithm(SignatureSuite.SM2)), out _));

    [Fact]
    public void A4_1_a_list_ends_where_it_ends()
    {
        var list = Write(writer => Body(writer));
        Assert.True(RevocationListBody.TryParse(list, out _));
        Assert.False(RevocationListBody.TryParse((byte[])[.. list, 0], out _));
        for (var length = 0; length < list.Length; length++) Assert.False(RevocationListBody.TryParse(list.AsMemory(0, length), out _));
    }

    [Fact]
    public void A12_1_a_list_has_a_hundred_thousand_entries_at_most()
    {
        var serials = Enumerable.Range(1, 100_001).Select(number => (BigInteger)number).ToArray();
        Assert.True(RevocationListBody.TryParse(Write(writer => Body(writer, serials: serials[1..])), out _));
        Assert.False(RevocationListBody.TryParse(Write(writer => Body(writer, serials: serials)), out _));
    }

    [Fact]
    public void A4_1_every_changed_byte_of_a_list_is_caught()
    {
        var authority = new Link("CN=authority", Signer);
        var body = CertificateBody.ReadTrusted(authority.CertifiedBy(authority));
        var list = Write(writer => Body(writer));
        Assert.True(RevocationListBody.TryParse(list, out var good) && good.IsOf(body));
        for (var place = 0; place < list.Length; place++)
        {
            byte[] changed = [.. list];
            changed[place] ^= 1;
            Assert.False(RevocationListBody.TryParse(changed, out var read) && read.IsOf(body));
        }
    }

    private static byte[] Write(Action<AsnWriter> body, byte[]? algorithm = null)
    {
        var signed = new AsnWriter(AsnEncodingRules.DER);
        body(signed);
        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(signed.Encode());
            list.WriteEncodedValue(algorithm ?? X509Signature.Algorithm(SignatureSuite.ES256));
            list.WriteBitString(X509Signature.ToDer(Signer.Sign(signed.Encode())));
        }

        return list.Encode();
    }

    private static void Body(
        AsnWriter writer,
        int version = 2,
        BigInteger[]? serials = null,
        string? listExtension = null,
        string? entryExtension = null,
        bool nextUpdate = true)
    {
        using (writer.PushSequence())
        {
            if (version > 1) writer.WriteInteger(version - 1);
            writer.WriteEncodedValue(X509Signature.Algorithm(SignatureSuite.ES256));
            writer.WriteEncodedValue(new X500DistinguishedName("CN=authority").RawData);
            writer.WriteUtcTime(Now);
            if (nextUpdate) writer.WriteUtcTime(Now.AddDays(1));
            if (serials is not { Length: 0 }) WriteEntries(writer, serials ?? [7], entryExtension);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                WriteExtensions(writer, listExtension);
        }
    }

    private static void WriteEntries(AsnWriter writer, BigInteger[] serials, string? extension)
    {
        using (writer.PushSequence())
        {
            foreach (var serial in serials)
            {
                using (writer.PushSequence())
                {
                    writer.WriteInteger(serial);
                    writer.WriteUtcTime(Now);
                    if (extension is not null) WriteExtensions(writer, extension);
                }
            }
        }
    }

    // The reason is the one extension here that is not critical.
    private static void WriteExtensions(AsnWriter writer, string? extension)
    {
        using (writer.PushSequence())
        {
            if (extension is null) return;
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(extension);
                if (extension != ReasonCode) writer.WriteBoolean(true);
                writer.WriteOctetString([0x0A, 1, 1]);
            }
        }
    }
}
