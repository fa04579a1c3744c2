using FsCheck;
using FsCheck.Fluent;

namespace NetIdGrains.Credentials.Tests;

public class SealedBoxTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void A12_1_what_is_sealed_opens_under_the_same_key_and_context() =>
        Prop.ForAll<byte[]>(plaintext =>
        {
            var box = SealedBox.Seal(CryptoSuite.International, Key, plaintext, "name", new FixedRandom("nonce"));
            return SealedBox.TryOpen(Key, box, "name", out var opened) && opened.SequenceEqual(plaintext);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A12_1_a_box_in_another_place_does_not_open()
    {
        var box = SealedBox.Seal(CryptoSuite.International, Key, [1, 2, 3], "citizen/1/name", new FixedRandom("nonce"));
        Assert.False(SealedBox.TryOpen(Key, box, "citizen/2/name", out var opened));
        Assert.Empty(opened);
    }

    [Fact]
    public void A12_1_every_changed_bit_is_caught()
    {
        var box = SealedBox.Seal(CryptoSuite.International, Key, [1, 2, 3], "name", new FixedRandom("nonce"));
        for (var bit = 0; bit < box.Length * 8; bit++)
        {
            var changed = box.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SealedBox.TryOpen(Key, changed, "name", out _));
        }
    }

    [Fact]
    public void A12_1_every_cut_is_caught()
    {
        var box = SealedBox.Seal(CryptoSuite.International, Key, [1, 2, 3], "name", new FixedRandom("nonce"));
        for (var length = 0; length < box.Length; length++) Assert.False(SealedBox.TryOpen(Key, box.AsSpan(0, length), "name", out _));
    }

    [Fact]
    public void A13_1_keys_of_two_labels_differ() =>
        Assert.NotEqual(KeyDerivation.Derive(Key, "serials"), KeyDerivation.Derive(Key, "sectors"));
}
