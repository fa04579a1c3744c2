using System.Text;

namespace NetIdGrains.Credentials.Tests;

public class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":{"b":[1,"\ud83d\ude00"]}}""", true)]
    [InlineData("""{"a":1,"a":2}""", false)]
    [InlineData("""{"a":1,"\u0061":2}""", false)]
    [InlineData("""{"x":{"a":1,"a":2}}""", false)]
    [InlineData("""{"x":[{"a":1,"a":2}]}""", false)]
    [InlineData("""{"a":1,}""", false)]
    [InlineData("""{"a":1/**/}""", false)]
    [InlineData("""{"a":1} x""", false)]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("""{"\udc00":1}""", false)]
    [InlineData("[]", false)]
    [InlineData("\"text\"", false)]
    [InlineData("", false)]
    [InlineData("{\"a\":[[[[1]]]]}", false)]
    public void JSON_has_one_reading(string json, bool reads) =>
        Assert.Equal(reads, StrictJson.TryParse(Encoding.UTF8.GetBytes(json), 100, 4, out _));

    [Fact]
    public void Broken_UTF_8_is_not_read() => Assert.False(StrictJson.TryParse([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], 100, 4, out _));

    [Fact]
    public void JSON_over_the_limit_is_not_read()
    {
        Assert.True(StrictJson.TryParse("{\"a\":1}"u8, 7, 4, out _));
        Assert.False(StrictJson.TryParse("{\"a\":1}"u8, 6, 4, out _));
    }
}
