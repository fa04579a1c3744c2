using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class StatutoryDocumentTests
{
    private const string Upper = "POCHNZHANG<<SAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<";
    private const string Lower = "EA12345676CHN9001158F3306208<<<<<<<<<<<<<<00";

    private static readonly Dictionary<string, DocumentKind> Kinds = new()
    {
        ["resident-id"] = DocumentKind.ResidentId,
        ["hk-macao-residence-permit"] = DocumentKind.HkMacaoResidencePermit,
        ["taiwan-residence-permit"] = DocumentKind.TaiwanResidencePermit,
        ["hk-macao-travel-permit"] = DocumentKind.HkMacaoTravelPermit,
        ["taiwan-travel-permit"] = DocumentKind.TaiwanTravelPermit,
        ["foreign-pr-card"] = DocumentKind.ForeignPermanentResidentCard,
    };

    public static TheoryData<DocumentKind, string, string, string> Numbers()
    {
        var rows = new TheoryData<DocumentKind, string, string, string>();
        var vectors = Vectors.Read("document-numbers.json");
        foreach (var vector in vectors.GetProperty("documents").EnumerateArray())
            rows.Add(Kinds[vector.Get("kind")], vector.Get("number"), Error(vector), Or(vector, "converts_to", vector.Get("number")));
        foreach (var vector in vectors.GetProperty("passports").EnumerateArray())
        {
            var lines = vector.GetProperty("mrz").EnumerateArray().Select(line => line.GetString()!).ToList();
            rows.Add(DocumentKind.Passport, string.Join('\n', lines), Error(vector), lines[1][..9]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A15_1_numbers_are_judged_as_the_vectors_say(DocumentKind kind, string number, string error, string read)
    {
        Assert.Equal(error == "none", StatutoryDocument.TryParse(kind, number, out var document, out var fault));
        Assert.Equal(error.Replace("-", "", StringComparison.Ordinal), fault.ToString().ToLowerInvariant());
        Assert.Equal(error == "none" ? read : null, document?.Number);
    }

    // One bad number of each kind, one fault mended in each row, and each row proves the next fault.
    [Theory]
    [InlineData(DocumentKind.ResidentId, "160105194902310029Y", DocumentFault.Format)]
    [InlineData(DocumentKind.ResidentId, "160105194902310029", DocumentFault.CheckCharacter)]
    [InlineData(DocumentKind.ResidentId, "160105194902310025", DocumentFault.BirthDate)]
    [InlineData(DocumentKind.ResidentId, "160105194912310029", DocumentFault.Region)]
    [InlineData(DocumentKind.ResidentId, "11010519491231002X", DocumentFault.None)]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "81010119900230002Y", DocumentFault.Format)]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810101199002300020", DocumentFault.CheckCharacter)]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810101199002300028", DocumentFault.BirthDate)]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810101199001010029", DocumentFault.Region)]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810000199001010027", DocumentFault.None)]
    [InlineData(DocumentKind.TaiwanResidencePermit, "81000019781311004X0", DocumentFault.Format)]
    [InlineData(DocumentKind.TaiwanResidencePermit, "81000019900230002X", DocumentFault.CheckCharacter)]
    [InlineData(DocumentKind.TaiwanResidencePermit, "810000199002300026", DocumentFault.BirthDate)]
    [InlineData(DocumentKind.TaiwanResidencePermit, "810000199001010027", DocumentFault.Region)]
    [InlineData(DocumentKind.TaiwanResidencePermit, "830000197811110040", DocumentFault.None)]
    [InlineData(DocumentKind.HkMacaoTravelPermit, "h1234567801", DocumentFault.Format)]
    [InlineData(DocumentKind.HkMacaoTravelPermit, "H1234567801", DocumentFault.None)]
    [InlineData(DocumentKind.TaiwanTravelPermit, "123456789", DocumentFault.Format)]
    [InlineData(DocumentKind.TaiwanTravelPermit, "1234567890", DocumentFault.None)]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "999999199002310021Y", DocumentFault.Format)]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "99999919900230002?", DocumentFault.Format)]
    [InlineData(DocumentKind.Passport, "POUSA", DocumentFault.Format)]
    public void A15_1_faults_are_told_in_one_order(DocumentKind kind, string number, DocumentFault expected) =>
        Assert.Equal(expected, FaultOf(kind, number));

    // The same table where a row's check character follows from the rest.
    [Theory]
    [InlineData("XYZ99009002310", DocumentFault.BirthDate)]
    [InlineData("XYZ99009001310", DocumentFault.Region)]
    [InlineData("XYZ11009001310", DocumentFault.Country)]
    [InlineData("CHN11009001310", DocumentFault.Country)]
    [InlineData("KAZ11009001310", DocumentFault.None)]
    public void A15_1_faults_of_the_card_of_2017_are_told_in_one_order(string digits, DocumentFault expected)
    {
        var check = Icao9303.CheckDigit(digits);
        Assert.Equal(expected, FaultOf(DocumentKind.ForeignPermanentResidentCard, digits + check));
        var wrong = (char)('0' + ((check - '0' + 1) % 10));
        Assert.Equal(DocumentFault.CheckCharacter, FaultOf(DocumentKind.ForeignPermanentResidentCard, digits + wrong));
    }

    [Theory]
    [InlineData("99999919900231002", DocumentFault.BirthDate)]
    [InlineData("99999919900131002", DocumentFault.Region)]
    [InlineData("91199919900131002", DocumentFault.Country)]
    [InlineData("91115619900131002", DocumentFault.Country)]
    [InlineData("91139819900131002", DocumentFault.None)]
    public void A15_1_faults_of_the_card_of_2023_are_told_in_one_order(string digits, DocumentFault expected)
    {
        var check = CitizenNumber.CheckCharacter(digits);
        Assert.Equal(expected, FaultOf(DocumentKind.ForeignPermanentResidentCard, digits + check));
        var wrong = check == '1' ? '2' : '1';
        Assert.Equal(DocumentFault.CheckCharacter, FaultOf(DocumentKind.ForeignPermanentResidentCard, digits + wrong));
    }

    [Theory]
    [InlineData("EA1234567?USA900231?f330631?<<<<<<<<<<<<<<??", DocumentFault.Format)]
    [InlineData("EA1234567?USA900231?F330631?<<<<<<<<<<<<<<??", DocumentFault.Format)]
    [InlineData("EA12345670USA900231?F330620?<<<<<<<<<<<<<<??", DocumentFault.CheckCharacter)]
    [InlineData("EA1234567?USA900231?F330620?<<<<<<<<<<<<<<??", DocumentFault.BirthDate)]
    [InlineData("EA1234567?USA900131?F330620?<<<<<<<<<<<<<<??", DocumentFault.Country)]
    [InlineData("EA1234567?CHN900131?F330620?<<<<<<<<<<<<<<??", DocumentFault.None)]
    [InlineData("EA1234567?CHN900131?F330620?<<<<<<<<<<<<<<<?", DocumentFault.None)]
    [InlineData("EA1234567?CHN900131?F330620?A<<<<<<<<<<<<<<?", DocumentFault.CheckCharacter)]
    public void A15_1_faults_of_a_passport_are_told_in_one_order(string lower, DocumentFault expected) =>
        Assert.Equal(expected, FaultOf(DocumentKind.Passport, Upper + WithCheckDigits(lower)));

    // ICAO Doc 9303 part 4, appendix B.
    [Fact]
    public void The_passport_of_ICAO_9303_reads_well_and_is_foreign() => Assert.Equal(
        DocumentFault.Country,
        FaultOf(DocumentKind.Passport, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"));

    [Theory]
    [InlineData(DocumentKind.ResidentId, "11010519491231002X", "")]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810000199001010027", "")]
    [InlineData(DocumentKind.TaiwanResidencePermit, "830000197811110040", "")]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "911398199012310021", "")]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "KAZ110090123105", "")]
    [InlineData(DocumentKind.Passport, Lower, Upper)]
    public void A15_1_every_wrong_digit_is_caught(DocumentKind kind, string number, string before)
    {
        Assert.Equal(DocumentFault.None, FaultOf(kind, before + number));
        for (var i = 0; i < number.Length; i++)
            foreach (var digit in "0123456789".Where(digit => char.IsAsciiDigit(number[i]) && digit != number[i]))
                Assert.NotEqual(DocumentFault.None, FaultOf(kind, before + number[..i] + digit + number[(i + 1)..]));
    }

    [Theory]
    [InlineData(DocumentKind.HkMacaoTravelPermit, "M12345678", "M1234567801")]
    [InlineData(DocumentKind.TaiwanTravelPermit, "12345678", "1234567802")]
    public void A15_1_a_reissued_permit_has_the_same_identity_key(DocumentKind kind, string first, string reissued)
    {
        Assert.Equal(first, Read(kind, first).IdentityKey);
        Assert.Equal(first, Read(kind, reissued).IdentityKey);
        Assert.Equal(reissued, Read(kind, reissued).Number);
    }

    [Fact]
    public void A15_1_a_lower_case_check_character_and_the_retired_form_are_one_identity()
    {
        Assert.Equal("11010519491231002X", Read(DocumentKind.ResidentId, "11010519491231002x").IdentityKey);
        Assert.Equal("11010519491231002X", Read(DocumentKind.ResidentId, "110105491231002").IdentityKey);
        Assert.Equal("81000019900101006X", Read(DocumentKind.HkMacaoResidencePermit, "81000019900101006x").IdentityKey);
    }

    [Theory]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810000199001010027", "1990-01-01", Sex.Female)]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "911036198501010011", "1985-01-01", Sex.Male)]
    [InlineData(DocumentKind.ForeignPermanentResidentCard, "KAZ110090123105", null, null)]
    [InlineData(DocumentKind.Passport, Upper + Lower, null, Sex.Female)]
    [InlineData(DocumentKind.TaiwanTravelPermit, "12345678", null, null)]
    public void A15_1_a_document_says_no_more_than_its_number(DocumentKind kind, string number, string? birthDate, Sex? sex)
    {
        var document = Read(kind, number);
        Assert.Equal((birthDate is null ? null : DateOnly.Parse(birthDate), sex), (document.BirthDate, document.Sex));
    }

    [Theory]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810000199001010027", "1990-01-01", true)]
    [InlineData(DocumentKind.HkMacaoResidencePermit, "810000199001010027", "1890-01-01", false)]
    [InlineData(DocumentKind.Passport, Upper + Lower, "1990-01-15", true)]
    [InlineData(DocumentKind.Passport, Upper + Lower, "1990-01-16", false)]
    [InlineData(DocumentKind.TaiwanTravelPermit, "12345678", "1990-01-16", true)]
    public void A15_1_a_birth_date_is_held_against_what_the_number_says(DocumentKind kind, string number, string birthDate, bool allowed) =>
        Assert.Equal(allowed, Read(kind, number).AllowsBirthDate(DateOnly.Parse(birthDate)));

    [Fact]
    public void A15_1_what_has_not_the_form_of_a_kind_is_refused() => Assert.All(Enum.GetValues<DocumentKind>(), kind =>
    {
        foreach (var text in new[] { null, "", "１２３４５６７８", "H１２３４５６７８", new string('9', 88), new string('<', 88), new string('x', 1000) })
            Assert.Equal(DocumentFault.Format, FaultOf(kind, text));
    });

    [Fact]
    public void A9_1_it_prints_sealed() => Assert.Equal("sealed", $"{Read(DocumentKind.TaiwanTravelPermit, "12345678")}");

    private static StatutoryDocument Read(DocumentKind kind, string number)
    {
        Assert.True(StatutoryDocument.TryParse(kind, number, out var document, out _));
        return document;
    }

    private static DocumentFault FaultOf(DocumentKind kind, string? number)
    {
        Assert.Equal(StatutoryDocument.TryParse(kind, number, out var document, out var fault), document is not null);
        Assert.Equal(fault == DocumentFault.None, document is not null);
        return fault;
    }

    // Each question mark becomes the digit that is right there.
    private static string WithCheckDigits(string lower)
    {
        var line = lower.ToCharArray();
        foreach (var (at, from, length) in new[] { (9, 0, 9), (19, 13, 6), (27, 21, 6), (42, 28, 14) })
            if (line[at] == '?') line[at] = Icao9303.CheckDigit(line.AsSpan(from, length));
        line[43] = Icao9303.CheckDigit([.. line[..10], .. line[13..20], .. line[21..43]]);
        return new string(line);
    }

    private static string Error(JsonElement vector) => Or(vector, "error", "none");

    private static string Or(JsonElement vector, string name, string otherwise) =>
        vector.TryGetProperty(name, out var value) ? value.GetString()! : otherwise;
}
