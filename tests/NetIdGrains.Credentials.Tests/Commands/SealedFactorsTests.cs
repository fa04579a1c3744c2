using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials.Tests;

public class SealedFactorsTests
{
    private const string Context = "verification-1";

    private static readonly HpkePrivateKey Authority = HpkePrivateKey.Derive(new byte[32]);
    private static readonly byte[] Face = [.. Enumerable.Range(0, 1000).Select(number => (byte)number)];
    private static readonly string Good = Seal(new Factors("20381946", Face));

    public static TheoryData<string?, bool> Told() => new() { { "20381946", false }, { null, true }, { "00000000", true } };

    [Theory]
    [MemberData(nameof(Told))]
    public void R04_the_authority_reads_what_the_wallet_told(string? password, bool withFace)
    {
        var text = Seal(new Factors(password, withFace ? Face : null));
        Assert.True(SealedFactors.TryOpen(text, Authority, Context, out var factors));
        Assert.Equal(password, factors.Password);
        Assert.Equal(withFace ? Face : null, factors.Face);
        Assert.Equal("sealed", $"{factors}");
    }

    [Fact]
    public void A12_1_nobody_else_opens_it_nor_for_anything_else()
    {
        Assert.False(SealedFactors.TryOpen(Good, HpkePrivateKey.Derive([.. new byte[31], 1]), Context, out _));
        Assert.False(SealedFactors.TryOpen(Good, Authority, "verification-2", out _));
        Assert.False(SealedFactors.TryOpen(Good, Authority, "", out _));
        var qr = Hpke.Send(Authority.PublicKey, HpkePrivateKey.Draw(new FixedRandom("use")), ChangingQr.Info);
        byte[] frame = [.. qr.Encapsulated, .. qr.Seal("""{"password":"20381946"}"""u8, Encoding.UTF8.GetBytes(Context))];
        Assert.False(SealedFactors.TryOpen(StrictBase64Url.Encode(frame), Authority, Context, out _));
    }

    [Fact]
    public void A12_1_every_bit_changed_on_the_way_is_refused()
    {
        var frame = Base64Url.DecodeFromChars(Seal(new Factors("20381946", null)));
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SealedFactors.TryOpen(StrictBase64Url.Encode(frame), Authority, Context, out _), $"Bit {bit}.");
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Two_of_the_same_have_nothing_in_common_and_chance_decides()
    {
        Assert.Equal(Good, Seal(new Factors("20381946", Face)));
        var other = SealedFactors.Seal(Authority.PublicKey, new Factors("20381946", Face), Context, new FixedRandom("other"));
        Assert.Equal(Good.Length, other.Length);
        Assert.NotEqual(Good[4..40], other[4..40]);
        Assert.NotEqual(Good[^40..], other[^40..]);
    }

    [Theory]
    [InlineData("""{"password":"20381946"}""", true)]
    [InlineData("""{"face":"AA"}""", true)]
    [InlineData("""{"face":"AA","password":"20381946"}""", true)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    [InlineData("""{"password":"2038194"}""", false)]
    [InlineData("""{"password":"203819460"}""", false)]
    [InlineData("""{"password":"2038194x"}""", false)]
    [InlineData("""{"password":"2038194\u0666"}""", false)]
    [InlineData("""{"password":20381946}""", false)]
    [InlineData("""{"password":null,"face":"AA"}""", false)]
    [InlineData("""{"password":"","face":"AA"}""", false)]
    [InlineData("""{"password":"20381946","face":null}""", false)]
    [InlineData("""{"password":"20381946","face":""}""", false)]
    [InlineData("""{"password":"20381946","face":"A"}""", false)]
    [InlineData("""{"password":"20381946","face":"AA=="}""", false)]
    [InlineData("""{"password":"20381946","face":"+/+/"}""", false)]
    [InlineData("""{"password":"20381946","face":["AA"]}""", false)]
    [InlineData("""{"password":"20381946","password":"20381946"}""", false)]
    [InlineData("""{"password":"20381946","name":"x"}""", false)]
    public void A9_1_a_wallet_tells_factors_and_nothing_else(string json, bool opens)
    {
        var text = SealedFactors.Write(Authority.PublicKey, Encoding.UTF8.GetBytes(json), Context, new FixedRandom("json"));
        Assert.Equal(opens, SealedFactors.TryOpen(text, Authority, Context, out _));
    }

    [Fact]
    public void A12_1_a_face_is_200_KiB_at_most()
    {
        var largest = Seal(new Factors("20381946", new byte[Factors.LargestFace]));
        Assert.True(SealedFactors.TryOpen(largest, Authority, Context, out var factors));
        Assert.Equal(Factors.LargestFace, factors.Face!.Length);
        var larger = $$"""{"face":"{{StrictBase64Url.Encode(new byte[Factors.LargestFace + 1])}}"}""";
        var text = SealedFactors.Write(Authority.PublicKey, Encoding.UTF8.GetBytes(larger), Context, new FixedRandom("json"));
        Assert.True(text.Length < largest.Length);
        Assert.False(SealedFactors.TryOpen(text, Authority, Context, out _));
    }

    [Fact]
    public void A12_1_a_text_beyond_all_that_could_be_in_it_is_not_even_decoded()
    {
        var huge = new string('A', 1_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(SealedFactors.TryOpen(huge, Authority, Context, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("BA")]
    public void A12_1_a_text_that_is_none_is_refused(string? text) => Assert.False(SealedFactors.TryOpen(text, Authority, Context, out _));

    [Fact]
    public void A12_1_a_text_has_one_spelling_and_all_its_parts()
    {
        foreach (var text in new[] { $"{Good}=", $" {Good}", Good[..^4], $"{Good}AAAA", Good[..88], $"{Good[..^1]}" })
            Assert.False(SealedFactors.TryOpen(text, Authority, Context, out _), text);
    }

    [Fact]
    public void What_is_no_factor_is_not_sealed() => Assert.All(
        [new Factors(null, null), new Factors("1234567", null), new Factors("1234567x", Face), new Factors(null, []), new Factors(null, new byte[204_801])],
        factors => Assert.Throws<ArgumentException>(() => Seal(factors)));

    [Fact]
    public void A_command_names_the_text_by_its_digest() =>
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Good))), SealedFactors.DigestOf(Good));

    private static string Seal(Factors factors) => SealedFactors.Seal(Authority.PublicKey, factors, Context, new FixedRandom("good"));
}
