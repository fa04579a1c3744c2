using System.Text;

namespace NetIdGrains.Credentials.Tests;

public class Base45Tests
{
    // RFC 9285 §4.3 and §4.4.
    [Theory]
    [InlineData("AB", "BB8")]
    [InlineData("Hello!!", "%69 VD92EX0")]
    [InlineData("base-45", "UJCLQE7W581")]
    [InlineData("ietf!", "QED8WEX0")]
    [InlineData("", "")]
    public void The_examples_are_those_of_RFC_9285(string plain, string text)
    {
        var bytes = new byte[plain.Length];
        Assert.Equal(text, Base45.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.True(Base45.TryDecode(text, bytes));
        Assert.Equal(plain, Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("FGW", 2, true)]
    [InlineData("GGW", 2, false)]
    [InlineData(":::", 2, false)]
    [InlineData("U5", 1, true)]
    [InlineData("V5", 1, false)]
    [InlineData("::", 1, false)]
    [InlineData("bb8", 2, false)]
    [InlineData("BB?", 2, false)]
    [InlineData("ＢB8", 2, false)]
    [InlineData("?0", 1, false)]
    [InlineData("BB", 2, false)]
    [InlineData("BB8 ", 2, false)]
    [InlineData("BB8", 3, false)]
    [InlineData("BB8", 1, false)]
    [InlineData("", 1, false)]
    public void Only_what_its_bytes_can_hold_is_read(string text, int bytes, bool reads) =>
        Assert.Equal(reads, Base45.TryDecode(text, new byte[bytes]));

    [Fact]
    public void Every_pair_has_a_spelling_and_none_ends_in_the_blank()
    {
        var read = new byte[2];
        for (var pair = 0; pair <= ushort.MaxValue; pair++)
        {
            var text = Base45.Encode([(byte)(pair >> 8), (byte)pair]);
            Assert.True(text[^1] != ' ' && Base45.TryDecode(text, read) && pair == ((read[0] << 8) | read[1]), text);
        }
    }
}
