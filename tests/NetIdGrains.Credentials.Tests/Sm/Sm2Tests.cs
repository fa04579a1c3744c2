using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace NetIdGrains.Credentials.Tests;

public class Sm2Tests
{
    private static readonly JsonElement Known = Vectors.Read("gm-and-names.json").GetProperty("sm2_sign");
    private static readonly byte[] Message = Encoding.ASCII.GetBytes(Known.Get("message"));
    private static readonly byte[] Signature = [.. Known.Hex("r"), .. Known.Hex("s")];
    private static readonly Sm2Signer Signer = Sm2Signer.FromSecret(Known.Hex("d"), new SystemRandomSource());

    [Fact]
    public void A13_1_the_key_and_the_signature_are_those_of_the_standard()
    {
        Assert.Equal([.. Known.Hex("px"), .. Known.Hex("py")], Signer.PublicKey.ToSpki()[^64..]);
        Assert.True(Signer.PublicKey.Verify(Message, Signature));
        Assert.Equal(Signature, Sm2Signer.FromSecret(Known.Hex("d"), new Fixed(Known.Hex("k"))).Sign(Message));
    }

    // GB/T 32918.2 §5.5: Z is SM3 over the id's length in bits, the id, a, b, the base point and the key; e is SM3 over Z and the message.
    [Fact]
    public void A13_1_Z_is_that_of_the_standard()
    {
        var curve = Sm2Scheme.Domain.Curve;
        var z = Sm3.HashData(
        [
            0x00, 0x80, .. Encoding.ASCII.GetBytes(Known.Get("id")), .. curve.A.GetEncoded(), .. curve.B.GetEncoded(),
            .. Sm2Scheme.Domain.G.GetEncoded(false)[1..], .. Signer.PublicKey.ToSpki()[^64..],
        ]);
        Assert.Equal(Known.Hex("z"), z);
        Assert.Equal(Known.Hex("e"), Sm3.HashData([.. z, .. Message]));
    }

    // An SM2Signer of BouncyCastle 1.8.10 signs right once; without Reset() the next signature is over a hash with no Z. Later ones reset.
    [Fact]
    public void A13_1_the_trap_of_a_signer_used_twice_is_there_and_ours_stays_out()
    {
        var kept = new SM2Signer(PlainDsaEncoding.Instance, new SM3Digest());
        var key = new ECPrivateKeyParameters(new Org.BouncyCastle.Math.BigInteger(1, Known.Hex("d")), Sm2Scheme.Domain);
        kept.Init(true, new ParametersWithID(key, Encoding.ASCII.GetBytes(Known.Get("id"))));
        Assert.True(Signer.PublicKey.Verify(Message, SignAgain(kept)));
        var trapped = typeof(SM2Signer).Assembly.GetName().Name == "BouncyCastle.Crypto";
        Assert.Equal(!trapped, Signer.PublicKey.Verify(Message, SignAgain(kept)));
        for (var i = 0; i < 3; i++) Assert.True(Signer.PublicKey.Verify(Message, Signer.Sign(Message)));
    }

    [Fact]
    public void A13_1_every_flipped_bit_is_caught()
    {
        for (var bit = 0; bit < 8 * Signature.Length; bit += 7)
        {
            byte[] other = [.. Signature];
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Signer.PublicKey.Verify(Message, other));
        }
    }

    [Fact]
    public void A13_1_a_signature_has_one_form_and_one_key()
    {
        var key = Signer.PublicKey;
        Assert.False(key.Verify("other"u8, Signature));
        Assert.False(key.Verify(Message, []));
        Assert.False(key.Verify(Message, [.. Signature, 0]));
        Assert.False(key.Verify(Message, new byte[64]));
        Assert.False(key.Verify(Message, [.. Enumerable.Repeat((byte)0xFF, 64)]));
        Assert.False(Sm2Signer.Create(new SystemRandomSource()).PublicKey.Verify(Message, Signature));
    }

    [Fact]
    public void A13_1_a_public_key_has_one_spelling()
    {
        var spki = Signer.PublicKey.ToSpki();
        Assert.True(Sm2Key.TryFromSpki(spki, out var key));
        Assert.Equal(spki, key.ToSpki());
        Assert.True(key.Verify(Message, Signature));
        Assert.False(Sm2Key.TryFromSpki([.. spki, 0], out _));
        Assert.False(Sm2Key.TryFromSpki(spki.AsSpan(0, spki.Length - 1), out _));
        Assert.False(Sm2Key.TryFromSpki([.. spki[..^1], (byte)(spki[^1] ^ 1)], out _));
        Assert.False(Sm2Key.TryFromSpki([.. spki[..^65], 6, .. spki[^64..]], out _));
        Assert.False(Sm2Key.TryFromSpki([.. spki[..^64], .. Enumerable.Repeat((byte)0xFF, 64)], out _));
        Assert.False(Sm2Key.TryFromSpki([.. spki[..^64], .. new byte[64]], out _));
        Assert.False(Sm2Key.TryFromSpki(TestAuthority.Holder.PublicKey.ToSpki(), out _));
        Assert.False(P256Key.TryFromSpki(spki, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122")]
    [InlineData("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123")]
    public void A13_1_a_number_outside_the_group_is_no_private_key(string secret) => Assert.Throws<CryptographicException>(
        () => Sm2Signer.FromSecret(Convert.FromHexString(secret), new SystemRandomSource()));

    [Fact]
    public void A13_1_a_private_key_survives_its_jwk_and_prints_sealed()
    {
        var signer = Sm2Signer.Create(new FixedRandom("sm2"));
        var again = SigningKey.FromPrivateJwk(signer.ToPrivateJwk(), new SystemRandomSource());
        Assert.True(signer.PublicKey.Verify("text"u8, again.Sign("text"u8)));
        Assert.Equal("sealed", $"{signer}");
        byte[] small = [.. new byte[31], 7];
        var jwk = JsonElement.Parse(Sm2Signer.FromSecret(small, new SystemRandomSource()).ToPrivateJwk());
        Assert.Equal(small, Base64Url.DecodeFromChars(jwk.GetProperty("d").GetString()));
    }

    // RFC 8725 §3.1: the suite is the key's.
    [Fact]
    public void A13_1_a_JWS_is_of_the_suite_of_its_key()
    {
        foreach (var (algorithm, verifies) in new[] { ("SM2", true), ("ES256", false), ("none", false) })
        {
            Assert.True(CompactJws.TryParse(TestAuthority.Jws($$"""{"alg":"{{algorithm}}"}""", new JsonObject(), Signer), 1000, out var jws));
            Assert.Equal(verifies, jws.Verify(Signer.PublicKey));
            Assert.False(jws.Verify(TestAuthority.Holder.PublicKey));
        }
    }

    [Fact]
    public void A13_1_a_key_is_used_from_many_threads_at_once() => Parallel.For(0, 40, i =>
    {
        var data = BitConverter.GetBytes(i);
        Assert.True(Signer.PublicKey.Verify(data, Signer.Sign(data)));
    });

    private static byte[] SignAgain(SM2Signer kept)
    {
        kept.BlockUpdate(Message, 0, Message.Length);
        return kept.GenerateSignature();
    }

    private sealed class Fixed(byte[] bytes) : IRandomSource
    {
        public void Fill(Span<byte> drawn) => bytes.CopyTo(drawn);
    }
}
