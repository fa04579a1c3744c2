// A13-1: whoever keeps a copy of the set for as long as it may be kept finds every key that signed, and no text outlives its key.
namespace NetIdGrains.Credentials.Tests;

public class KeyRotationTests
{
    private static readonly DateTimeOffset Start = TestAuthority.Now;
    private static readonly RotationPeriods Periods = new(Publish: TimeSpan.FromHours(1), Sign: TimeSpan.FromDays(7), Outlive: TimeSpan.FromDays(2));
    private static readonly ISigner[] Signers = [TestAuthority.Root, TestAuthority.Holder, TestAuthority.Stranger];

    [Fact]
    public void The_first_key_signs_at_once_and_until_another_takes_over()
    {
        var rotation = KeyRotation.Begin(Periods, Signers[0], Start);
        Assert.Same(Signers[0], rotation.SignerAt(Start));
        Assert.Same(Signers[0], rotation.SignerAt(Start.AddDays(100)));
        Assert.Equal(Start.AddDays(7).AddHours(-1), rotation.NextIsDue);
        Assert.Equal([Id(0)], Ids(rotation, Start.AddDays(100)));
    }

    // Hour by hour after the start: when the next is made on time, which key signs and which are published.
    [Theory]
    [InlineData(166, 0, "0")]
    [InlineData(167, 0, "0 1")]
    [InlineData(168, 1, "0 1")]
    [InlineData(168 + 47, 1, "0 1")]
    [InlineData(168 + 48, 1, "1")]
    public void Keys_overlap(int hours, int signs, string published)
    {
        var rotation = KeyRotation.Begin(Periods, Signers[0], Start);
        if (Start.AddHours(hours) >= rotation.NextIsDue) rotation = rotation.WithNext(Signers[1], rotation.NextIsDue);
        Assert.Same(Signers[signs], rotation.SignerAt(Start.AddHours(hours)));
        Assert.Equal(published.Split(' ').Select(index => Id(int.Parse(index))).Order(), Ids(rotation, Start.AddHours(hours)).Order());
    }

    // A process that slept through the day still publishes before it signs, and the old key goes on until then.
    [Fact]
    public void A_late_key_is_published_for_long_enough_all_the_same()
    {
        var late = Start.AddDays(30);
        var rotation = KeyRotation.Begin(Periods, Signers[0], Start).WithNext(Signers[1], late);
        Assert.Same(Signers[0], rotation.SignerAt(late.AddMinutes(59)));
        Assert.Same(Signers[1], rotation.SignerAt(late.AddHours(1)));
        Assert.Equal([Id(0), Id(1)], Ids(rotation, late.AddHours(1).AddDays(2).AddSeconds(-1)));
        Assert.Equal([Id(1)], Ids(rotation, late.AddHours(1).AddDays(2)));
    }

    [Fact]
    public void Through_many_rotations_every_text_finds_its_key_in_any_copy_of_the_set()
    {
        var rotation = KeyRotation.Begin(Periods, Signers[0], Start);
        var copies = new List<(DateTimeOffset At, JwkSet Set)>();
        for (var (now, made) = (Start, 1); now < Start.AddDays(60); now = now.AddMinutes(30))
        {
            if (now >= rotation.NextIsDue) rotation = rotation.WithNext(Signers[made++ % Signers.Length], now);
            copies.Add((now, rotation.PublishedAt(now)));
            var signer = rotation.SignerAt(now).PublicKey.Thumbprint;
            Assert.All(
                copies.Where(copy => copy.At >= now - Periods.Publish), copy => Assert.True(copy.Set.TryFind(signer, out _)));
            Assert.True(rotation.PublishedAt(now).Keys.Count <= 2);
        }
    }

    [Theory]
    [InlineData(0, 7, 2)]
    [InlineData(7, 7, 2)]
    [InlineData(1, 7, 0)]
    public void Periods_without_an_overlap_are_refused(int publish, int sign, int outlive) => Assert.Throws<ArgumentException>(() => KeyRotation.Begin(
        new RotationPeriods(TimeSpan.FromDays(publish), TimeSpan.FromDays(sign), TimeSpan.FromDays(outlive)), Signers[0], Start));

    private static string Id(int signer) => Signers[signer].PublicKey.Thumbprint;

    private static IEnumerable<string> Ids(KeyRotation rotation, DateTimeOffset now) => rotation.PublishedAt(now).Keys.Select(key => key.Thumbprint);
}
