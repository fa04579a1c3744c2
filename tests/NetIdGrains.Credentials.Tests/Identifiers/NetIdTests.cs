namespace NetIdGrains.Credentials.Tests;

public class NetIdTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly List<NetId> Sample = Draw(50);

    [Fact]
    public void A2_1_it_is_sixteen_random_characters_and_a_check_character()
    {
        Assert.All(Sample, id => Assert.Equal(17, id.Value.Length));
        Assert.All(Sample, id => Assert.All(id.Value, letter => Assert.Contains(letter, Alphabet)));
        Assert.Equal(Sample.Count, Sample.Distinct().Count());
    }

    [Fact]
    public void A2_1_every_single_wrong_character_is_caught()
    {
        foreach (var value in Sample.Select(id => id.Value))
            for (var i = 0; i < value.Length; i++)
                foreach (var wrong in Alphabet.Where(letter => letter != value[i]))
                    Assert.Equal(NetIdFault.CheckCharacter, FaultOf(value[..i] + wrong + value[(i + 1)..]));
    }

    // All pairs of characters, at all places: the check is linear, but that is what is to be shown.
    [Fact]
    public void A2_1_every_adjacent_swap_is_caught()
    {
        for (var i = 0; i < 15; i++)
            foreach (var one in Alphabet)
                foreach (var other in Alphabet.Where(letter => letter != one))
                {
                    var value = WithCheck(Sample[0].Value[..i] + one + other + Sample[0].Value[(i + 2)..16]);
                    Assert.Equal(NetIdFault.CheckCharacter, FaultOf(Swapped(value, i)));
                }

        foreach (var before in Alphabet)
            foreach (var last in Alphabet)
            {
                var value = WithCheck(Sample[0].Value[..14] + before + last);
                if (value[15] != value[16]) Assert.Equal(NetIdFault.CheckCharacter, FaultOf(Swapped(value, 15)));
            }
    }

    [Fact]
    public void A2_1_it_is_read_as_people_type_it()
    {
        foreach (var id in Sample)
        {
            Assert.Equal(id, Parsed(id.Display));
            Assert.Equal(id, Parsed($" {id.Display.Replace('-', ' ').ToLowerInvariant()} "));
        }
    }

    [Fact]
    public void It_is_displayed_in_groups_of_four() => Assert.Equal("TSVX-FBKC-RBJV-KBY9-F", Parsed("TSVXFBKCRBJVKBY9F").Display);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("TSVXFBKCRBJVKBY9")]
    [InlineData("TSVXFBKCRBJVKBY9F0")]
    [InlineData("TSVXFBKCRBJVKBY9U")]
    [InlineData("TSVXFBKCRBJVKBY9É")]
    [InlineData("TSVXFBKCRBJVKBY9\u0130")]
    [InlineData("TSVXFBKCRBJVKBY9F                                                 ")]
    public void A2_1_what_has_not_the_form_is_refused(string? text) => Assert.Equal(NetIdFault.Format, FaultOf(text));

    [Fact]
    public void It_prints_sealed() => Assert.Equal("sealed", $"{Sample[0]}");

    private static List<NetId> Draw(int count)
    {
        var random = new FixedRandom("sample");
        return [.. Enumerable.Range(0, count).Select(_ => NetId.Create(random))];
    }

    private static NetIdFault FaultOf(string? text) => NetId.TryParse(text, out _, out var fault) ? NetIdFault.None : fault;

    private static NetId Parsed(string text)
    {
        Assert.True(NetId.TryParse(text, out var id, out _));
        return id;
    }

    private static string WithCheck(string random) =>
        Alphabet.Select(check => random + check).Single(value => FaultOf(value) == NetIdFault.None);

    private static string Swapped(string value, int i) => value[..i] + value[i + 1] + value[i] + value[(i + 2)..];
}
