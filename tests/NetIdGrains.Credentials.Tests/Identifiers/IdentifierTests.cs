using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace NetIdGrains.Credentials.Tests;

public class IdentifierTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] OtherKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly EnrolmentHandle Handle = EnrolmentHandle.Create(new FixedRandom("handle"));

    // RFC 4648 §10, in lower case and without the padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "my")]
    [InlineData("fo", "mzxq")]
    [InlineData("foo", "mzxw6")]
    [InlineData("foob", "mzxw6yq")]
    [InlineData("fooba", "mzxw6ytb")]
    [InlineData("foobar", "mzxw6ytboi")]
    public void Base32_is_that_of_RFC_4648(string text, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));
        var decoded = new byte[text.Length];
        Assert.True(Base32.TryDecode(encoded, decoded));
        Assert.Equal(text, Encoding.ASCII.GetString(decoded));
    }

    [Theory]
    [InlineData("mz")]
    [InlineData("MY")]
    [InlineData("m1")]
    [InlineData("my======")]
    [InlineData(null)]
    public void Base32_has_one_spelling(string? text) => Assert.False(Base32.TryDecode(text, new byte[1]));

    [Fact]
    public void A8_1_each_handle_comes_back_from_its_per_platform_identifier() =>
        Prop.ForAll<Guid>(id =>
        {
            var handle = EnrolmentHandle.From(id.ToByteArray());
            var identifier = PlatformIdentifier.Derive(Key, handle);
            return identifier.Length == 26
                && PlatformIdentifier.TryResolve(Key, identifier, out var resolved) && resolved.Matches(handle)
                && PlatformIdentifier.TryResolve(OtherKey, identifier, out var elsewhere) && !elsewhere.Matches(handle);
        }).QuickCheckThrowOnFailure();

    // 26 characters have 130 bits: the last two must be zero, or one citizen would have four identifiers.
    [Fact]
    public void A8_1_a_per_platform_identifier_has_one_spelling()
    {
        var identifier = PlatformIdentifier.Derive(Key, Handle);
        var accepted = "abcdefghijklmnopqrstuvwxyz234567".Count(last => PlatformIdentifier.TryResolve(Key, identifier[..25] + last, out _));
        Assert.Equal(8, accepted);
        Assert.False(PlatformIdentifier.TryResolve(Key, identifier.ToUpperInvariant(), out _));
        Assert.False(PlatformIdentifier.TryResolve(Key, identifier + "a", out _));
        Assert.False(PlatformIdentifier.TryResolve(Key, null, out _));
    }

    [Fact]
    public void A8_4_no_two_references_to_one_thing_look_alike()
    {
        var random = new FixedRandom("references");
        var texts = Enumerable.Range(0, 100).Select(_ => SealedReference.Seal(Key, "serial", Handle.ToArray(), 1, random)).ToList();
        Assert.Equal(100, texts.Distinct().Count());
        Assert.All(texts, text => Assert.Equal(SealedReference.TextLength, text.Length));
    }

    [Fact]
    public void A8_4_every_changed_character_of_a_reference_is_caught()
    {
        var text = SealedReference.Seal(Key, "serial", Handle.ToArray(), 1, new FixedRandom("reference"));
        Assert.True(SealedReference.TryOpen(Key, "serial", text, out _, out _));
        for (var i = 0; i < text.Length; i++)
            Assert.False(SealedReference.TryOpen(Key, "serial", text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..], out _, out _));
    }

    [Fact]
    public void A8_4_a_reference_opens_for_its_purpose_and_key_only()
    {
        var text = SealedReference.Seal(Key, "serial", Handle.ToArray(), 1, new FixedRandom("reference"));
        Assert.False(SealedReference.TryOpen(Key, "device", text, out _, out _));
        Assert.False(SealedReference.TryOpen(OtherKey, "serial", text, out _, out _));
        Assert.False(SealedReference.TryOpen(Key, "serial", text + "\n", out _, out _));
        Assert.False(SealedReference.TryOpen(Key, "serial", null, out _, out _));
    }

    [Fact]
    public void A12_1_tags_of_two_days_do_not_join() =>
        Assert.NotEqual(LogTag.Derive(Key, new DateOnly(2026, 11, 22)), LogTag.Derive(Key, new DateOnly(2026, 11, 23)));

    [Fact]
    public void A12_1_a_handle_prints_sealed() => Assert.Equal("sealed", $"{Handle}");

    [Fact]
    public void Sixteen_bytes_make_a_handle_and_no_other_number() =>
        Assert.Throws<ArgumentException>(() => EnrolmentHandle.From(new byte[15]));
}
