// RFC 5280 §4.1, taken apart and put together by hand: what .NET's builder would never write. Signatures are another's to check.
using System.Formats.Asn1;
using System.Numerics;

namespace NetIdGrains.Credentials.Tests;

public class CertificateBodyTests
{
    private const int Version = 0;
    private const int Serial = 1;
    private const int Algorithm = 2;
    private const int Validity = 4;
    private const int Key = 6;
    private const int Extensions = 7;

    private static readonly byte[] Certificate = Convert.FromBase64String(TestAuthority.Issuing.X5cHeaderValue);

    [Fact]
    public void A13_1_a_certificate_put_together_again_is_the_same() => Assert.Equal(Certificate, Rebuilt(_ => { }));

    [Theory]
    [InlineData("none", true)]
    [InlineData("of version 1", false)]
    [InlineData("of version 2", false)]
    [InlineData("a serial number of twenty bytes", true)]
    [InlineData("a serial number of twenty-one bytes", false)]
    [InlineData("another algorithm than it is signed by", false)]
    [InlineData("one time only", false)]
    [InlineData("times of four digits of the year", true)]
    [InlineData("a key of no suite", false)]
    [InlineData("no extensions", false)]
    [InlineData("an extension twice", false)]
    [InlineData("a path length below zero", false)]
    [InlineData("key usages of three bytes", false)]
    [InlineData("key usages of no bytes", false)]
    [InlineData("something at the end", false)]
    public void A13_1_a_certificate_is_read_strictly(string what, bool read) => Assert.Equal(read, Reads(Rebuilt(parts => Spoil(parts, what))));

    [Fact]
    public void A13_1_a_certificate_ends_where_it_ends() => Assert.False(Reads([.. Certificate, 0]));

    private static bool Reads(byte[] der) => SignedDer.TryParse(der, out var signed) && CertificateBody.TryRead(signed, out _);

    private static void Spoil(List<byte[]> parts, string what)
    {
        byte[] Basic(int pathLength) => Extension("2.5.29.19", writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteBoolean(true);
                writer.WriteInteger(pathLength);
            }
        });
        byte[] Usages(params byte[] bits) => Extension("2.5.29.15", writer => writer.WriteBitString(bits));
        var (place, part) = what switch
        {
            "of version 2" => (Version, Written(writer => Tagged(writer, 0, () => writer.WriteInteger(1)))),
            "a serial number of twenty bytes" => (Serial, Written(writer => writer.WriteInteger(BigInteger.One << 158))),
            "a serial number of twenty-one bytes" => (Serial, Written(writer => writer.WriteInteger(BigInteger.One << 159))),
            "another algorithm than it is signed by" => (Algorithm, X509Signature.Algorithm(SignatureSuite.SM2)),
            "one time only" => (Validity, Times(writer => writer.WriteUtcTime(TestAuthority.Now))),
            "times of four digits of the year" => (Validity, Times(writer =>
            {
                writer.WriteGeneralizedTime(TestAuthority.Now);
                writer.WriteGeneralizedTime(TestAuthority.Now.AddYears(30));
            })),
            "a key of no suite" => (Key, [.. parts[Key][..^1], (byte)(parts[Key][^1] ^ 1)]),
            "an extension twice" => (Extensions, Listed(Basic(0), Basic(0))),
            "a path length below zero" => (Extensions, Listed(Basic(-1))),
            "key usages of three bytes" => (Extensions, Listed(Usages(4, 0, 0))),
            "key usages of no bytes" => (Extensions, Listed(Usages())),
            _ => (Serial, parts[Serial]),
        };
        parts[place] = part;
        if (what == "of version 1") parts.RemoveAt(Version);
        if (what == "no extensions") parts.RemoveAt(Extensions);
        if (what == "something at the end") parts.Add([5, 0]);
    }

    private static byte[] Rebuilt(Action<List<byte[]>> change)
    {
        var whole = new AsnReader(Certificate, AsnEncodingRules.DER).ReadSequence();
        var body = whole.ReadSequence();
        var parts = new List<byte[]>();
        while (body.HasData) parts.Add(body.ReadEncodedValue().ToArray());
        change(parts);
        return Written(writer =>
        {
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    foreach (var part in parts) writer.WriteEncodedValue(part);
                }

                while (whole.HasData) writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            }
        });
    }

    private static byte[] Times(Action<AsnWriter> times) => Written(writer =>
    {
        using (writer.PushSequence()) times(writer);
    });

    private static byte[] Listed(params byte[][] extensions) => Written(writer => Tagged(writer, 3, () =>
    {
        using (writer.PushSequence())
        {
            foreach (var extension in extensions) writer.WriteEncodedValue(extension);
        }
    }));

    private static byte[] Extension(string oid, Action<AsnWriter> value) => Written(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteOctetString(Written(value));
        }
    });

    private static void Tagged(AsnWriter writer, int tag, Action value)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag))) value();
    }

    private static byte[] Written(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
