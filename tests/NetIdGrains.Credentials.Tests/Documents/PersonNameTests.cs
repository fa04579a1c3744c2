using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class PersonNameTests
{
    private static readonly JsonElement Names = Vectors.Read("gm-and-names.json").GetProperty("names");

    [Fact]
    public void A15_1_names_of_the_vectors_are_kept_as_they_are() =>
        Assert.All(Texts("valid"), name => Assert.Equal(name, Normalised(name)));

    [Fact]
    public void A15_1_invalid_names_of_the_vectors_are_refused() =>
        Assert.All(Texts("invalid"), name => Assert.Null(Normalised(name)));

    [Fact]
    public void A15_1_separators_are_folded_as_the_vectors_say() =>
        Assert.All(Names.GetProperty("fold").EnumerateArray(), pair => Assert.Equal(pair[1].GetString(), Normalised(pair[0].GetString())));

    [Theory]
    [InlineData('\u2022')]
    [InlineData('\u30FB')]
    [InlineData('\u2027')]
    [InlineData('\u22C5')]
    [InlineData('\u2219')]
    [InlineData('\uFF65')]
    public void A15_1_every_dot_is_the_middle_dot(char dot) => Assert.True(PersonName.Same($"古丽娜尔{dot}买买提", "古丽娜尔·买买提"));

    // UnicodeData.txt: the compatibility ideographs of GB 18030 have these canonical decompositions; the last two have none.
    [Theory]
    [InlineData("\uF92C", "郎")]
    [InlineData("\uF979", "凉")]
    [InlineData("\uF995", "秊")]
    [InlineData("\uF9E7", "裏")]
    [InlineData("\uF9F1", "隣")]
    [InlineData("\uFA0C", "兀")]
    [InlineData("\uFA0D", "嗀")]
    [InlineData("\uFA18", "礼")]
    [InlineData("\uFA20", "蘒")]
    [InlineData("\uFA0E", "\uFA0E")]
    [InlineData("\uFA29", "\uFA29")]
    public void A15_1_ideographs_are_compared_after_NFC(string written, string unified) => Assert.Equal(unified, Normalised(written));

    [Theory]
    [InlineData("SMITH JOHN", true)]
    [InlineData("José", true)]
    [InlineData("Jose\u0301", false)]
    [InlineData("\uF900", false)]
    [InlineData("\U0002F800", false)]
    [InlineData("𠮷田", true)]
    [InlineData("\uD842田", false)]
    [InlineData("张·", false)]
    [InlineData("张 三 ", false)]
    [InlineData("张· 三", false)]
    [InlineData("张3", false)]
    [InlineData("张\u200B三", false)]
    [InlineData(null, false)]
    public void A15_1_a_name_is_letters_with_single_separators_between(string? name, bool valid) =>
        Assert.Equal(valid, Normalised(name) is not null);

    [Fact]
    public void A15_1_a_name_has_up_to_a_hundred_characters()
    {
        Assert.NotNull(Normalised(new string('张', 100)));
        Assert.Null(Normalised(new string('张', 101)));
    }

    [Fact]
    public void NFKC_is_not_applied() => Assert.False(PersonName.Same("ﬁ", "fi"));

    [Fact]
    public void No_name_is_the_same_as_none() => Assert.False(PersonName.Same("", ""));

    private static IEnumerable<string> Texts(string member) => Names.GetProperty(member).EnumerateArray().Select(name => name.GetString()!);

    private static string? Normalised(string? name) => PersonName.TryNormalise(name, out var normalised) ? normalised : null;
}
