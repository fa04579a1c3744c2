using System.Text.Json.Nodes;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Credentials.Tests;

public class DocumentEvidenceTests
{
    private const string Passport = "POCHNZHANG<<SAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<EA12345676CHN9001158F3306208<<<<<<<<<<<<<<00";

    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly DateOnly Expiry = new(2036, 6, 30);

    private static readonly Dictionary<EvidenceFault, Action<HandmadeEnvelope>> Spoilt = new()
    {
        [EvidenceFault.Malformed] = envelope => envelope.Payload["address"] = "x",
        [EvidenceFault.Path] = envelope => envelope.Path.Forger = TestAuthority.Stranger,
        [EvidenceFault.Purpose] = envelope => envelope.Path.Reader = envelope.Path.Reader with { Purpose = "1.3.6.1.5.5.7.3.1" },
        [EvidenceFault.Validity] = envelope => envelope.Path.Reader = envelope.Path.Reader with { To = Now.AddSeconds(-1) },
        [EvidenceFault.RevocationUnknown] = envelope => envelope.Path.Lists = (_, ofAuthority) => [ofAuthority],
        [EvidenceFault.Revoked] = envelope => envelope.Path.RevokesReader = true,
        [EvidenceFault.Signature] = envelope => envelope.Signer = TestAuthority.Stranger,
        [EvidenceFault.Reader] = envelope => envelope.Payload["reader_id"] = "R-18",
        [EvidenceFault.Challenge] = envelope => envelope.Payload["nonce"] = "challenge-of-another",
        [EvidenceFault.Stale] = envelope => envelope.Payload["iat"] = Now.AddHours(-1).ToUnixTimeSeconds(),
        [EvidenceFault.ForeignPassport] = envelope =>
        {
            envelope.Payload["document_kind"] = "passport"; // ICAO Doc 9303 part 4, appendix B
            envelope.Payload["document_number"] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        },
        [EvidenceFault.Document] = envelope => envelope.Payload["birth_date"] = "1949-12-30",
        [EvidenceFault.Expired] = envelope => envelope.Payload["expiry_date"] = "2026-11-21",
    };

    [Theory]
    [InlineData(CryptoSuite.International)]
    [InlineData(CryptoSuite.Sm)]
    public void A4_1_what_an_accredited_reader_read_is_believed(CryptoSuite suite)
    {
        var reader = new DevelopmentReader(suite, new SystemRandomSource(), Now);
        var envelope = reader.Read(new(DocumentKind.ResidentId, "11010519491231002X", "张三", new(1949, 12, 31), Expiry), "c", Now);
        Assert.True(DocumentEvidence.TryVerify(envelope, reader.Trust(), "c", Now, out var evidence, out _));
        Assert.Equal((DocumentKind.ResidentId, "11010519491231002X"), (evidence.Document.Kind, evidence.Document.Number));
        Assert.Equal(("张三", new DateOnly(1949, 12, 31), Expiry), (evidence.Name, evidence.BirthDate, evidence.Expiry));
        Assert.Equal((DevelopmentReader.Id, Now), (evidence.ReaderId, evidence.ReadAt));
        Assert.Equal("sealed", $"{evidence}");
    }

    [Theory]
    [InlineData(CryptoSuite.International)]
    [InlineData(CryptoSuite.Sm)]
    public void A4_1_a_reader_that_was_taken_back_is_believed_no_longer(CryptoSuite suite)
    {
        var reader = new DevelopmentReader(suite, new SystemRandomSource(), Now);
        var envelope = reader.Read(new(DocumentKind.ResidentId, "11010519491231002X", "张三", new(1949, 12, 31), Expiry), "c", Now);
        Assert.False(DocumentEvidence.TryVerify(envelope, reader.Trust(reader.Certificates[0]), "c", Now, out _, out var fault));
        Assert.Equal(EvidenceFault.Revoked, fault);
    }

    [Theory]
    [InlineData(DocumentKind.Passport, Passport, "1990-01-15")]
    [InlineData(DocumentKind.HkMacaoTravelPermit, "M1234567801", "1971-03-04")]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "911398199012310021", "1990-12-31")]
    public void A15_1_every_kind_of_document_can_be_read_and_a_long_term_one_has_no_expiry(DocumentKind kind, string number, string birthDate)
    {
        var reader = new DevelopmentReader(CryptoSuite.International, new SystemRandomSource(), Now);
        var reading = new DocumentReading(kind, number, "张三", DateOnly.Parse(birthDate), Expiry: null);
        Assert.Equal("sealed", $"{reading}");
        Assert.True(DocumentEvidence.TryVerify(reader.Read(reading, "c", Now), reader.Trust(), "c", Now, out var evidence, out _));
        Assert.Equal((kind, null), (evidence.Document.Kind, evidence.Expiry));
    }

    // Everything is wrong in the first row. Each row mends one fault more, and proves the next.
    [Fact]
    public void A4_1_faults_are_told_in_one_order()
    {
        var order = Enum.GetValues<EvidenceFault>()[1..];
        for (var mended = 0; mended <= order.Length; mended++)
        {
            var expected = mended < order.Length ? order[mended] : EvidenceFault.None;
            Assert.Equal(expected, FaultOf(order[mended..]));
        }
    }

    // And each fault alone is enough.
    [Fact]
    public void A4_1_every_fault_alone_refuses() =>
        Assert.All(Enum.GetValues<EvidenceFault>()[1..], fault => Assert.Equal(fault, FaultOf(fault)));

    [Theory]
    [InlineData("document_kind", null)]
    [InlineData("document_kind", "foreign-passport")]
    [InlineData("document_number", null)]
    [InlineData("name", null)]
    [InlineData("birth_date", null)]
    [InlineData("birth_date", "1949-12-32")]
    [InlineData("birth_date", "19491231")]
    [InlineData("expiry_date", "long-term")]
    [InlineData("expiry_date", "")]
    [InlineData("reader_id", null)]
    [InlineData("nonce", null)]
    [InlineData("iat", null)]
    [InlineData("iat", "1795310000")]
    [InlineData("face", "AAAA")]
    public void A9_1_an_envelope_has_these_members_and_no_other(string member, string? value)
    {
        var envelope = new HandmadeEnvelope();
        if (value is null) envelope.Payload.Remove(member);
        else envelope.Payload[member] = value;
        Assert.Equal(EvidenceFault.Malformed, envelope.Fault());
    }

    [Fact]
    public void A9_1_a_member_that_is_there_and_says_nothing_is_refused()
    {
        var envelope = new HandmadeEnvelope();
        envelope.Payload["expiry_date"] = null;
        Assert.Equal(EvidenceFault.Malformed, envelope.Fault());
    }

    // RFC 8725 §3.1, §3.10, §3.11: the type is told apart, no key comes another way, and the algorithm is the certified key's.
    [Theory]
    [InlineData("typ", "netid-command+jwt", EvidenceFault.Malformed)]
    [InlineData("jku", "https://reader.example/keys", EvidenceFault.Malformed)]
    [InlineData("crit", "x", EvidenceFault.Malformed)]
    [InlineData("alg", "SM2", EvidenceFault.Signature)]
    [InlineData("alg", "none", EvidenceFault.Signature)]
    public void A4_1_an_envelope_of_another_header_is_refused(string member, string value, EvidenceFault fault)
    {
        var envelope = new HandmadeEnvelope();
        envelope.Header[member] = value;
        Assert.Equal(fault, envelope.Fault());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[\"\"]", EvidenceFault.Path)]
    [InlineData("[\"AAAA\"]", EvidenceFault.Path)]
    [InlineData("[\"AAAA\\n\"]")]
    [InlineData("[\"AA-_\"]")]
    [InlineData("[\"AAB=\"]")]
    [InlineData("[\"AAAA\",\"BBBB\",\"CCCC\",\"DDDD\"]")]
    public void A4_1_what_is_no_chain_of_certificates_is_refused(string x5c, EvidenceFault fault = EvidenceFault.Malformed)
    {
        var envelope = new HandmadeEnvelope();
        envelope.Header["x5c"] = JsonNode.Parse(x5c);
        Assert.Equal(fault, envelope.Fault());
    }

    [Theory]
    [InlineData(-601, EvidenceFault.Stale)]
    [InlineData(-600, EvidenceFault.None)]
    [InlineData(60, EvidenceFault.None)]
    [InlineData(61, EvidenceFault.Stale)]
    public void A4_1_a_reading_is_good_for_ten_minutes(int seconds, EvidenceFault fault)
    {
        var envelope = new HandmadeEnvelope();
        envelope.Payload["iat"] = Now.AddSeconds(seconds).ToUnixTimeSeconds();
        Assert.Equal(fault, envelope.Fault());
    }

    // It is 22 November in China.
    [Theory]
    [InlineData("2026-11-21", EvidenceFault.Expired)]
    [InlineData("2026-11-22", EvidenceFault.None)]
    public void A4_1_a_document_is_good_to_the_end_of_its_last_day(string expiry, EvidenceFault fault)
    {
        var envelope = new HandmadeEnvelope();
        envelope.Payload["expiry_date"] = expiry;
        Assert.Equal(fault, envelope.Fault());
    }

    [Theory]
    [InlineData("document_number", "110105194912310021")]
    [InlineData("document_number", "")]
    [InlineData("document_kind", "taiwan-residence-permit")]
    [InlineData("birth_date", "1949-12-30")]
    [InlineData("name", "努尔麦麦提•卡卡西")]
    [InlineData("name", "张 三 ")]
    [InlineData("name", "")]
    public void A15_1_what_no_document_can_say_is_refused(string member, string value)
    {
        var envelope = new HandmadeEnvelope();
        envelope.Payload[member] = value;
        Assert.Equal(EvidenceFault.Document, envelope.Fault());
    }

    [Theory]
    [InlineData("CN=no id")]
    [InlineData("SERIALNUMBER=R-17, SERIALNUMBER=R-18, CN=two ids")]
    [InlineData("SERIALNUMBER=R-18, SERIALNUMBER=R-17, CN=two ids")]
    [InlineData("SERIALNUMBER=r-17, CN=another spelling")]
    [InlineData("OU=R-17, CN=another attribute")]
    public void A4_1_a_reader_is_who_its_certificate_says(string subject)
    {
        var envelope = new HandmadeEnvelope();
        envelope.Path.Reader = envelope.Path.Reader with { Subject = subject };
        Assert.Equal(EvidenceFault.Reader, envelope.Fault());
    }

    private static EvidenceFault FaultOf(params EvidenceFault[] faults)
    {
        var envelope = new HandmadeEnvelope();
        foreach (var fault in faults) Spoilt[fault](envelope);
        return envelope.Fault();
    }
}
