// Stored forms of our own, computed by another implementation: see "about" in vectors/frozen.json.
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class FrozenTests
{
    private static readonly JsonElement Frozen = Vectors.Read("frozen.json");
    private static readonly byte[] Key = Frozen.Hex("key");
    private static readonly EnrolmentHandle Handle = EnrolmentHandle.From(Frozen.Hex("handle"));

    [Fact]
    public void A2_1_a_Net_ID_is_drawn_as_frozen() =>
        Assert.Equal(Frozen.Get("net_id"), NetId.Create(new FixedRandom("net-id")).Value);

    [Fact]
    public void A2_5_the_person_index_is_frozen()
    {
        var vector = Frozen.GetProperty("person_index");
        Assert.Equal(vector.Get("text"), PersonIndex.Derive(Key, vector.Get("id")));
    }

    [Fact]
    public void A8_3_the_enrolment_index_is_frozen() => Assert.Equal(Frozen.Get("enrolment_index"), EnrolmentIndex.Derive(Key, Handle));

    [Fact]
    public void A8_4_the_per_platform_identifier_is_frozen_both_ways()
    {
        Assert.Equal(Frozen.Get("platform_identifier"), PlatformIdentifier.Derive(Key, Handle));
        Assert.True(PlatformIdentifier.TryResolve(Key, Frozen.Get("platform_identifier"), out var resolved));
        Assert.True(resolved.Matches(Handle));
    }

    [Fact]
    public void A12_1_the_log_tag_is_frozen()
    {
        var vector = Frozen.GetProperty("log_tag");
        Assert.Equal(vector.Get("text"), LogTag.Derive(Key, DateOnly.Parse(vector.Get("day"))));
    }

    [Fact]
    public void A8_4_the_sealed_reference_is_frozen_both_ways()
    {
        var vector = Frozen.GetProperty("sealed_reference");
        var number = vector.GetProperty("number").GetUInt32();
        var text = SealedReference.Seal(Key, vector.Get("purpose"), Handle.ToArray(), number, new FixedRandom("reference"));
        Assert.Equal(vector.Get("text"), text);
        Assert.True(SealedReference.TryOpen(Key, vector.Get("purpose"), text, out var block, out var opened));
        Assert.Equal((number, Convert.ToHexString(Handle.ToArray())), (opened, Convert.ToHexString(block)));
    }

    [Theory]
    [InlineData(CryptoSuite.International, "box")]
    [InlineData(CryptoSuite.Sm, "sm_box")]
    public void A12_1_the_sealed_box_is_frozen_both_ways(CryptoSuite suite, string box)
    {
        var vector = Frozen.GetProperty("sealed_box");
        var plaintext = Encoding.UTF8.GetBytes(vector.Get("plaintext"));
        Assert.Equal(vector.Hex(box), SealedBox.Seal(suite, Key, plaintext, vector.Get("context"), new FixedRandom("box")));
        Assert.True(SealedBox.TryOpen(Key, vector.Hex(box), vector.Get("context"), out var opened));
        Assert.Equal(plaintext, opened);
    }

    [Fact]
    public void A13_1_derived_keys_are_frozen()
    {
        var vector = Frozen.GetProperty("key_derivation");
        Assert.Equal(vector.Hex("key"), KeyDerivation.Derive(Key, vector.Get("label")));
    }

    [Fact]
    public void R02_the_password_verifier_is_frozen()
    {
        var vector = Frozen.GetProperty("password_verifier");
        var rounds = vector.GetProperty("rounds").GetInt32();
        var verifier = PasswordVerifier.Create(vector.Get("password"), vector.Hex("pepper"), rounds, new FixedRandom("password"));
        Assert.Equal((1, rounds), (verifier.Version, verifier.Rounds));
        Assert.Equal(vector.Hex("salt"), verifier.Salt);
        Assert.Equal(vector.Hex("hash"), verifier.Hash);
    }

    [Fact]
    public void The_changing_QR_is_frozen_both_ways()
    {
        var vector = Frozen.GetProperty("changing_qr");
        var (authority, time) = (HpkePrivateKey.Derive(Key), DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("time").GetInt64()));
        Assert.True(P256Key.TryFromSpki(vector.Hex("device_key"), out var key));
        var device = new FrozenSigner(key, vector.Hex("signed"), vector.Hex("signature"));
        var text = ChangingQr.Create(authority.PublicKey, vector.Get("device"), device, time, new FixedRandom("changing-qr"));
        Assert.Equal(vector.Get("text"), text);
        Assert.True(ChangingQr.TryOpen(text, authority, out var qr, out _));
        Assert.Equal((vector.Get("device"), time), (qr.Device, qr.Time));
        Assert.Equal(QrFault.None, qr.Check(device.PublicKey, time, null));
    }

    private sealed class FrozenSigner(IVerificationKey key, byte[] data, byte[] signature) : ISigner
    {
        public IVerificationKey PublicKey => key;

        public string Algorithm => key.Suite.ToString();

        public byte[] Sign(ReadOnlySpan<byte> toSign)
        {
            Assert.Equal(data, toSign.ToArray());
            return signature;
        }
    }
}
