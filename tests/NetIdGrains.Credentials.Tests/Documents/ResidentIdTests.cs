using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class ResidentIdTests
{
    public static TheoryData<string, bool, string, string> Numbers()
    {
        var rows = new TheoryData<string, bool, string, string>();
        foreach (var vector in Vectors.Read("document-numbers.json").GetProperty("documents").EnumerateArray())
            if (vector.Get("kind") == "resident-id")
                rows.Add(
                    vector.Get("number"),
                    vector.GetProperty("valid").GetBoolean(),
                    Or(vector, "error", "none"),
                    Or(vector, "converts_to", vector.Get("number")));
        return rows;
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A15_1_resident_numbers_are_judged_as_the_vectors_say(string number, bool valid, string error, string full)
    {
        Assert.Equal(valid, ResidentId.TryParse(number, out var id, out var fault));
        Assert.Equal(error.Replace("-", "", StringComparison.Ordinal), fault.ToString().ToLowerInvariant());
        if (valid) Assert.Equal(full, id.Number);
    }

    // One bad number, one fault mended in each row, and each row proves the next fault.
    [Theory]
    [InlineData("160105194902310029Y", DocumentFault.Format)]
    [InlineData("160105194902310029", DocumentFault.CheckCharacter)]
    [InlineData("160105194902310025", DocumentFault.BirthDate)]
    [InlineData("160105194912310029", DocumentFault.Region)]
    [InlineData("11010519491231002X", DocumentFault.None)]
    public void A15_1_faults_are_told_in_one_order(string number, DocumentFault expected)
    {
        Assert.Equal(expected == DocumentFault.None, ResidentId.TryParse(number, out _, out var fault));
        Assert.Equal(expected, fault);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("１１010519491231002X")]
    [InlineData("1X010519491231002X")]
    [InlineData("11010549123100X")]
    [InlineData(" 11010519491231002X")]
    public void A15_1_what_has_not_the_form_is_refused(string? number)
    {
        Assert.False(ResidentId.TryParse(number, out _, out var fault));
        Assert.Equal(DocumentFault.Format, fault);
    }

    [Theory]
    [InlineData("11010519491231002x", "1949-12-31", Sex.Female)]
    [InlineData("440524188001010014", "1880-01-01", Sex.Male)]
    [InlineData("110105491231002", "1949-12-31", Sex.Female)]
    public void A15_1_birth_date_and_sex_are_read_from_the_number(string number, string birthDate, Sex sex)
    {
        Assert.True(ResidentId.TryParse(number, out var id, out _));
        Assert.Equal((DateOnly.Parse(birthDate), sex), (id.BirthDate, id.Sex));
    }

    [Fact]
    public void A9_1_it_prints_sealed()
    {
        Assert.True(ResidentId.TryParse("11010519491231002X", out var id, out _));
        Assert.Equal("sealed", $"{id}");
    }

    private static string Or(JsonElement vector, string name, string otherwise) =>
        vector.TryGetProperty(name, out var value) ? value.GetString()! : otherwise;
}
