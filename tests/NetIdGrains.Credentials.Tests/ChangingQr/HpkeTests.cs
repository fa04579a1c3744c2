// The published vectors of RFC 9180: see "about" in vectors/hpke.json.
using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class HpkeTests
{
    private static readonly JsonElement Published = Vectors.Read("hpke.json");
    private static readonly JsonElement Aes256 = Published.GetProperty("aes_256_gcm");

    [Theory]
    [InlineData("kem")]
    [InlineData("aes_256_gcm")]
    public void The_keys_and_the_shared_secret_are_those_of_RFC_9180(string name)
    {
        var vector = Published.GetProperty(name);
        var (recipient, ephemeral) = (Key(vector, "ikmR"), Key(vector, "ikmE"));
        Assert.Equal(vector.Hex("pkRm"), recipient.PublicKey.ToBytes());
        Assert.Equal(vector.Hex("enc"), ephemeral.PublicKey.ToBytes());
        foreach (var agreed in new[] { ephemeral.Agree(recipient.PublicKey), recipient.Agree(ephemeral.PublicKey) })
            Assert.Equal(vector.Hex("shared_secret"), Hpke.SharedSecret(agreed, ephemeral.PublicKey, recipient.PublicKey));
    }

    [Fact]
    public void What_is_sealed_is_that_of_RFC_9180()
    {
        var sender = Hpke.Send(Key(Aes256, "ikmR").PublicKey, Key(Aes256, "ikmE"), Aes256.Hex("info"));
        Assert.Equal(Aes256.Hex("enc"), sender.Encapsulated);
        Assert.Equal((Aes256.Get("key"), Aes256.Get("base_nonce")), (Convert.ToHexStringLower(sender.Key), Convert.ToHexStringLower(sender.Nonce)));
        Assert.Equal(Aes256.Hex("ct"), sender.Seal(Aes256.Hex("pt"), Aes256.Hex("aad")));
        Assert.Equal("sealed", $"{sender}");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("recipient", false)]
    [InlineData("encapsulated", false)]
    [InlineData("info", false)]
    [InlineData("associated", false)]
    [InlineData("ciphertext", false)]
    [InlineData("cut", false)]
    public void Only_the_recipient_opens_and_only_all_of_it(string spoilt, bool opens)
    {
        byte[] Value(string name, string role) => spoilt == role ? [.. Aes256.Hex(name)[..^1], (byte)(Aes256.Hex(name)[^1] ^ 1)] : Aes256.Hex(name);
        var recipient = Key(Aes256, spoilt == "recipient" ? "ikmE" : "ikmR");
        var encapsulated = spoilt == "encapsulated" ? Aes256.Hex("pkRm") : Aes256.Hex("enc");
        var ciphertext = spoilt == "cut" ? new byte[Hpke.TagSize - 1] : Value("ct", "ciphertext");
        Assert.True(Hpke.TryReceive(encapsulated, recipient, Value("info", "info"), out var received));
        Assert.Equal(opens, received.TryOpen(ciphertext, Value("aad", "associated"), out var plaintext));
        Assert.Equal(opens ? Aes256.Get("pt") : "", Convert.ToHexStringLower(plaintext));
    }

    // A point of the curve (SP 800-186 §3.2.1.3) whose x is 5, so that x + p is a second spelling of it within 32 bytes.
    [Theory]
    [InlineData("", "nothing")]
    [InlineData("02 X", "a compressed point")]
    [InlineData("06 X Y", "a hybrid point")]
    [InlineData("04 X Y 00", "one byte more")]
    [InlineData("04 X", "one coordinate")]
    [InlineData("04 0 0", "off the curve")]
    [InlineData("04 Y X", "the coordinates swapped")]
    [InlineData("04 P Y", "a coordinate that is the prime")]
    [InlineData("04 X+P Y", "a second spelling")]
    public void What_is_no_point_is_no_key(string form, string what)
    {
        Assert.True(HpkePublicKey.TryFromBytes(Point("04 X Y"), out _));
        Assert.False(HpkePublicKey.TryFromBytes(Point(form), out _), what);
        Assert.False(Hpke.TryReceive(Point(form), Key(Aes256, "ikmR"), [], out _), what);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", true)]
    [InlineData("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550", true)]
    [InlineData("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", false)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", false)]
    public void A_private_key_is_between_zero_and_the_order(string scalar, bool isKey) =>
        Assert.Equal(isKey, HpkePrivateKey.IsScalar(Convert.FromHexString(scalar)));

    [Fact]
    public void A_short_secret_makes_no_key_and_a_key_prints_nothing()
    {
        Assert.Throws<ArgumentException>(() => HpkePrivateKey.Derive(new byte[31]));
        Assert.Equal("sealed", $"{HpkePrivateKey.Derive(new byte[32])}");
    }

    private static HpkePrivateKey Key(JsonElement vector, string secret) => HpkePrivateKey.Derive(vector.Hex(secret));

    private static byte[] Point(string form) => Convert.FromHexString(string.Concat(form.Split(' ').Select(part => part switch
    {
        "P" => "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "0" => new string('0', 64),
        "X" => $"{5:X64}",
        "X+P" => "FFFFFFFF00000001000000000000000000000001000000000000000000000004",
        "Y" => "459243B9AA581806FE913BCE99817ADE11CA503C64D9A3C533415C083248FBCC",
        _ => part,
    })));
}
