using System.Text;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace NetIdGrains.Credentials.Tests;

public class SmTests
{
    private static readonly JsonElement Known = Vectors.Read("gm-and-names.json");
    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Fact]
    public void A13_1_SM3_answers_as_the_vectors_say() => Assert.All(Known.GetProperty("sm3").EnumerateArray(), vector =>
    {
        var message = vector.Get("message") == "abcd x16" ? string.Concat(Enumerable.Repeat("abcd", 16)) : vector.Get("message");
        Assert.Equal(vector.Hex("digest"), Sm3.HashData(Encoding.ASCII.GetBytes(message)));
    });

    [Fact]
    public void A13_1_SM4_answers_as_the_vectors_say()
    {
        var vector = Known.GetProperty("sm4_ecb");
        var engine = new SM4Engine();
        engine.Init(true, new KeyParameter(vector.Hex("key")));
        var block = vector.Hex("plaintext");
        engine.ProcessBlock(block, 0, block, 0);
        Assert.Equal(vector.Hex("once"), block);
        for (var i = 1; i < 1_000_000; i++) engine.ProcessBlock(block, 0, block, 0);
        Assert.Equal(vector.Hex("million_times"), block);
    }

    [Fact]
    public void A13_1_SM4_GCM_opens_what_it_sealed_and_nothing_else()
    {
        var frame = Sm4Gcm.Seal(Key, "张三"u8, "context"u8, new FixedRandom("nonce"));
        Assert.True(Sm4Gcm.TryOpen(Key, frame, "context"u8, out var opened));
        Assert.Equal("张三"u8, opened);
        Assert.False(Sm4Gcm.TryOpen(Key, frame, "other"u8, out opened));
        Assert.Empty(opened);
        Assert.False(Sm4Gcm.TryOpen([.. Key.Reverse()], frame, "context"u8, out _));
        for (var i = 0; i < 8 * frame.Length; i++) Assert.False(Sm4Gcm.TryOpen(Key, Flipped(frame, i), "context"u8, out _));
        for (var length = 0; length < frame.Length; length++) Assert.False(Sm4Gcm.TryOpen(Key, frame.AsSpan(0, length), "context"u8, out _));
    }

    [Fact]
    public void A13_1_SM4_takes_no_other_key() =>
        Assert.Throws<ArgumentException>(() => Sm4Gcm.Seal(new byte[32], [], [], new FixedRandom("nonce")));

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        byte[] other = [.. bytes];
        other[bit / 8] ^= (byte)(1 << (bit % 8));
        return other;
    }
}
