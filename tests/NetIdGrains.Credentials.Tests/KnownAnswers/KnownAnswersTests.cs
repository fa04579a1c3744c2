using System.Security.Cryptography;

namespace NetIdGrains.Credentials.Tests;

public class KnownAnswersTests
{
    public static TheoryData<string> Algorithms() => [.. KnownAnswers.All.Select(answer => answer.Algorithm)];

    [Fact]
    public void A13_1_every_algorithm_gives_its_known_answer() => KnownAnswers.Check();

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A13_1_a_spoilt_answer_stops_the_process(string algorithm)
    {
        var spoilt = KnownAnswers.All.Select(answer => answer.Algorithm == algorithm ? answer with { Ask = () => Spoil(answer.Ask()) } : answer);
        var stop = Assert.Throws<CryptographicException>(() => KnownAnswers.Check(spoilt));
        Assert.StartsWith($"{algorithm} ", stop.Message);
    }

    [Fact]
    public void A13_1_a_shortened_answer_stops_the_process()
    {
        var cut = KnownAnswers.All[0] with { Ask = () => SHA256.HashData("abc"u8)[..31] };
        Assert.Throws<CryptographicException>(() => KnownAnswers.Check([cut]));
    }

    private static byte[] Spoil(byte[] answer)
    {
        answer[^1] ^= 1;
        return answer;
    }
}
