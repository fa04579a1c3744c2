// RFC 7516 and RFC 7518: one way to encrypt, and nothing else is decrypted. jose's texts and ours are put before each other in tests/interop.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class JweTests
{
    // Bob of RFC 7518 appendix C, with Alice's ephemeral key.
    private const string Bob =
        """
        {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
         "d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
        """;

    private const string Alice =
        """
        {"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
         "d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}
        """;

    private static readonly HpkePrivateKey Own = HpkePrivateKey.FromPrivateJwk(Bob);
    private static readonly JweRecipient To = Recipient(Bob);
    private static readonly string Text = Encrypt("good");

    [Fact]
    public void The_agreed_key_is_that_of_RFC_7518_appendix_C()
    {
        var alice = HpkePrivateKey.FromPrivateJwk(Alice);
        foreach (var agreed in new[] { alice.Agree(Own.PublicKey), Own.Agree(alice.PublicKey) })
        {
            Assert.Equal("9E56D91D817135D372834283BF84269CFB316EA3DA806A48F6DAA7798CFE90C4", Convert.ToHexString(agreed));
            Assert.Equal("VqqN6vgjbSBcIijNcacQGg", StrictBase64Url.Encode(ConcatKdf.Derive(agreed, "A128GCM", "Alice"u8, "Bob"u8, 16)));
        }
    }

    [Fact]
    public void The_recipient_reads_what_was_encrypted()
    {
        Assert.True(Jwe.TryDecrypt(Text, Bob, out var plaintext));
        Assert.Equal("made-up", Encoding.UTF8.GetString(plaintext));
        var header = JsonNode.Parse(Decoded(Text, 0))!.AsObject();
        Assert.Equal(["alg", "enc", "epk", "kid", "cty"], header.Select(member => member.Key));
        Assert.Equal(("ECDH-ES", "A256GCM", "JWT"), ((string?)header["alg"], (string?)header["enc"], (string?)header["cty"]));
        Assert.Equal(To.KeyId, (string?)header["kid"]);
        Assert.Equal(["crv", "kty", "x", "y"], header["epk"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Each_text_has_a_key_and_a_nonce_of_its_own_and_chance_decides_both()
    {
        Assert.Equal(Text, Encrypt("good"));
        var (one, other) = (Text.Split('.'), Encrypt("other").Split('.'));
        foreach (var part in new[] { 0, 2, 3, 4 }) Assert.NotEqual(one[part], other[part]);
    }

    [Fact]
    public void Another_recipient_reads_nothing()
    {
        Assert.False(Jwe.TryDecrypt(Text, Alice, out var plaintext));
        Assert.Empty(plaintext);
    }

    [Fact]
    public void A12_1_every_character_changed_on_the_way_is_refused()
    {
        for (var i = 0; i < Text.Length; i++)
            Assert.False(Jwe.TryDecrypt($"{Text[..i]}{(Text[i] == 'A' ? 'B' : 'A')}{Text[(i + 1)..]}", Bob, out _), $"Character {i}.");
    }

    // Each is encrypted under just this header, by someone who can do it right: the row's one fault is what refuses it.
    [Theory]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>}""", true)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"kid":"1","cty":"JWT"}""", true)]
    [InlineData("""{"alg":"ECDH-ES+A256KW","enc":"A256GCM","epk":<epk>}""", false)]
    [InlineData("""{"alg":"dir","enc":"A256GCM","epk":<epk>}""", false)]
    [InlineData("""{"enc":"A256GCM","epk":<epk>}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A128GCM","epk":<epk>}""", false)]
    [InlineData("""{"alg":"ECDH-ES","epk":<epk>}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"crit":["exp"],"exp":1}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"crit":[]}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"zip":"DEF"}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"apu":""}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"typ":"JWT"}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"kid":1}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"cty":null}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<epk>,"alg":"ECDH-ES"}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":[<epk>]}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM","epk":<private>}""", false)]
    [InlineData("""{"alg":"ECDH-ES","enc":"A256GCM"}""", false)]
    [InlineData("""[]""", false)]
    public void A12_1_a_header_has_its_members_and_no_others(string header, bool decrypts)
    {
        header = header
            .Replace("<epk>", HpkePrivateKey.FromPrivateJwk(Alice).PublicKey.ToJwk(), StringComparison.Ordinal)
            .Replace("<private>", Alice, StringComparison.Ordinal);
        Assert.Equal(decrypts, Jwe.TryDecrypt(Handmade(header, []), Bob, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("....")]
    [InlineData("{0}..{2}.{3}")]
    [InlineData("{0}..{2}.{3}.{4}.")]
    [InlineData("{0}.AA.{2}.{3}.{4}")]
    [InlineData("{0}=..{2}.{3}.{4}")]
    [InlineData("{0}..{2}AA.{3}.{4}")]
    [InlineData("{0}...{3}.{4}")]
    [InlineData("{0}..{2}.{3}.")]
    [InlineData("{0}..{2}.{3}.{4}AA")]
    [InlineData("{0}..{2}.{3} .{4}")]
    public void A12_1_a_text_has_five_parts_of_their_sizes(string? form)
    {
        var text = form is null ? null : string.Format(form, [.. Text.Split('.')]);
        Assert.False(Jwe.TryDecrypt(text, Bob, out _));
    }

    // All the same bytes, in the same order: each text has one spelling.
    [Fact]
    public void A12_1_no_byte_stands_in_the_part_of_another()
    {
        var parts = Handmade(ByAlice, new byte[12]).Split('.');
        Assert.True(Jwe.TryDecrypt(string.Join('.', parts), Bob, out _));
        Assert.False(Jwe.TryDecrypt($"{parts[0]}..{parts[2][..12]}.{parts[2][12..]}{parts[3]}.{parts[4]}", Bob, out _));
        Assert.False(Jwe.TryDecrypt($"{parts[0]}..{parts[2]}{parts[3][..4]}.{parts[3][4..]}.{parts[4]}", Bob, out _));
        Assert.False(Jwe.TryDecrypt($"{parts[0]}..{parts[2]}.{parts[3][..^4]}.{parts[3][^4..]}{parts[4]}", Bob, out _));
    }

    [Fact]
    public void A12_1_a_text_is_64_KiB_at_most()
    {
        var overhead = Handmade(ByAlice, []).Length;
        var (largest, rest) = Math.DivRem((64 * 1024) - overhead, 4);
        var room = (largest * 3) + (rest == 3 ? 2 : rest == 2 ? 1 : 0);
        Assert.True(Jwe.TryDecrypt(Handmade(ByAlice, new byte[room]), Bob, out var plaintext));
        Assert.Equal(room, plaintext.Length);
        Assert.False(Jwe.TryDecrypt(Handmade(ByAlice, new byte[room + 1]), Bob, out _));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"AA","y":"AA","d":"AA"}""")]
    [InlineData("<alice>")]
    [InlineData("<zero>")]
    [InlineData("<short>")]
    [InlineData("<long>")]
    public void A_key_that_is_no_private_key_decrypts_nothing(string key)
    {
        static string With(string number)
        {
            var torn = JsonNode.Parse(Bob)!.AsObject();
            torn["d"] = number;
            return torn.ToJsonString();
        }

        key = key switch
        {
            "<alice>" => With((string)JsonNode.Parse(Alice)!["d"]!),
            "<zero>" => With(StrictBase64Url.Encode(new byte[32])),
            "<short>" => With("AQ"),
            "<long>" => With(StrictBase64Url.Encode([0, .. PrivateJwk.Read(Bob, "P-256").D])),
            _ => key,
        };
        Assert.Throws<CryptographicException>(() => Jwe.TryDecrypt(Text, key, out _));
    }

    private static string ByAlice =>
        $$"""{"alg":"ECDH-ES","enc":"A256GCM","epk":{{HpkePrivateKey.FromPrivateJwk(Alice).PublicKey.ToJwk()}}}""";

    private static string Encrypt(string seed) => Jwe.Encrypt(To, "made-up"u8, "JWT", new FixedRandom(seed));

    private static JweRecipient Recipient(string privateJwk)
    {
        var jwk = HpkePrivateKey.FromPrivateJwk(privateJwk).PublicKey.ToJwk();
        return JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(jwk), out var recipient) ? recipient : throw new InvalidOperationException(jwk);
    }

    private static string Decoded(string text, int part) =>
        StrictBase64Url.TryDecode(text.Split('.')[part], out var bytes) ? Encoding.UTF8.GetString(bytes) : "";

    // From Alice to Bob, under any header.
    private static string Handmade(string header, byte[] plaintext)
    {
        var encoded = StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header));
        var key = ConcatKdf.Derive(HpkePrivateKey.FromPrivateJwk(Alice).Agree(Own.PublicKey), "A256GCM", [], [], 32);
        var (nonce, ciphertext, tag) = (new byte[12], new byte[plaintext.Length], new byte[16]);
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(nonce, plaintext, ciphertext, tag, Encoding.ASCII.GetBytes(encoded));
        return $"{encoded}..{StrictBase64Url.Encode(nonce)}.{StrictBase64Url.Encode(ciphertext)}.{StrictBase64Url.Encode(tag)}";
    }
}
