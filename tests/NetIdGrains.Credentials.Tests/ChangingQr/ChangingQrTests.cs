namespace NetIdGrains.Credentials.Tests;

public class ChangingQrTests
{
    private const int TextLength = 308;

    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly HpkePrivateKey Authority = HpkePrivateKey.Derive(new byte[32]);
    private static readonly Sm2Signer Sm2Device = Sm2Signer.Create(new FixedRandom("sm2"));
    private static readonly string Device = SealedReference.Seal(new byte[32], "device", new byte[16], 7, new FixedRandom("device"));

    private static readonly string Good = Create("good");

    private static readonly Dictionary<string, string?> BadInput = new()
    {
        ["nothing"] = null,
        ["empty"] = "",
        ["the prefix alone"] = "NID1:",
        ["no prefix"] = Good[5..],
        ["another version"] = $"NID2:{Good[5..]}",
        ["another prefix of that length"] = $"NID1;{Good[5..]}",
        ["lower case"] = $"nid1:{Good[5..]}",
        ["one character less"] = Good[..^1],
        ["one group less"] = Good[..^3],
        ["one character more"] = $"{Good}0",
        ["a blank after it"] = $"{Good} ",
        ["a blank before it"] = $" {Good[..^1]}",
        ["not of the alphabet"] = $"{Good[..^1]}_",
        ["a group above its bytes"] = $"{Good[..^3]}:::",
        ["a key that is no point"] = $"NID1:{Base45.Encode([4, .. new byte[201]])}",
        ["sealed for another use"] = ChangingQr.Write(Hpke.Send(Authority.PublicKey, Ephemeral("use"), "another use"u8), Inner().Plaintext),
        ["another version within"] = Resealed(0, 2),
        ["a time before 1970"] = Resealed(1, 0x80),
        ["a time after the year 9999"] = Resealed(1, 0x7F),
        ["the first second after the year 9999"] = Resealed(1, [0, 0, 0, 0x3A, 0xFF, 0xF4, 0x41, 0x80]),
    };

    public static TheoryData<string> Malformed() => [.. BadInput.Keys];

    [Fact]
    public void The_authority_reads_when_and_of_which_device_whose_key_stands_for_it()
    {
        Assert.True(ChangingQr.TryOpen(Good, Authority, out var qr, out var fault));
        Assert.Equal((QrFault.None, Device, Now), (fault, qr.Device, qr.Time));
        Assert.Equal(QrFault.None, qr.Check(TestAuthority.Holder.PublicKey, Now, null));
        Assert.Equal("sealed", $"{qr}");
    }

    [Fact]
    public void A13_1_a_device_of_the_other_suite_is_checked_by_that_suite()
    {
        var qr = Opened(ChangingQr.Create(Authority.PublicKey, Device, Sm2Device, Now, new FixedRandom("sm2")));
        Assert.Equal(QrFault.None, qr.Check(Sm2Device.PublicKey, Now, null));
        Assert.Equal(QrFault.DeviceSignature, qr.Check(TestAuthority.Holder.PublicKey, Now, null));
    }

    [Fact]
    public void A8_4_two_of_one_holder_have_nothing_in_common_and_nothing_readable()
    {
        var (one, other) = (Frame(Create("one")), Frame(Create("other")));
        var device = System.Buffers.Text.Base64Url.DecodeFromChars(Device);
        for (var i = 0; i + 8 <= one.Length; i++)
            Assert.True(other.AsSpan().IndexOf(one.AsSpan(i, 8)) < 0 && device.AsSpan().IndexOf(one.AsSpan(i, 8)) < 0, $"Byte {i}.");
    }

    [Fact]
    public void Every_payload_has_one_length_whoever_made_it_and_when() => Assert.All(
        [Good, Create("other"), Create("late", DateTimeOffset.MaxValue), ChangingQr.Create(Authority.PublicKey, Device, Sm2Device, Now, new FixedRandom("x"))],
        text => Assert.Equal(TextLength, text.Length));

    [Fact]
    public void Every_bit_changed_on_the_way_is_refused()
    {
        var frame = Frame(Good);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(ChangingQr.TryOpen($"NID1:{Base45.Encode(frame)}", Authority, out _, out _), $"Bit {bit}.");
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Every_character_changed_on_the_way_is_refused()
    {
        for (var i = 0; i < Good.Length; i++)
            Assert.False(ChangingQr.TryOpen($"{Good[..i]}{(Good[i] == '7' ? '8' : '7')}{Good[(i + 1)..]}", Authority, out _, out _), $"Character {i}.");
    }

    // Whoever knows the authority's public key can seal anything: only the device's signature stands against them.
    [Fact]
    public void Every_byte_changed_before_sealing_is_refused()
    {
        var (sender, plaintext) = Inner();
        Assert.Equal(QrFault.None, Opened(ChangingQr.Write(sender, plaintext)).Check(TestAuthority.Holder.PublicKey, Now, null));
        for (var i = 0; i < plaintext.Length; i++)
        {
            plaintext[i] ^= 1;
            if (ChangingQr.TryOpen(ChangingQr.Write(sender, plaintext), Authority, out var qr, out _))
                Assert.Equal(QrFault.DeviceSignature, qr.Check(TestAuthority.Holder.PublicKey, Now, null));
            plaintext[i] ^= 1;
        }
    }

    [Fact]
    public void A_signature_taken_out_of_one_payload_is_worth_nothing_in_another()
    {
        var again = ChangingQr.Write(Hpke.Send(Authority.PublicKey, Ephemeral("again"), ChangingQr.Info), Inner().Plaintext);
        Assert.Equal(QrFault.DeviceSignature, Opened(again).Check(TestAuthority.Holder.PublicKey, Now, null));
    }

    [Fact]
    public void Another_authority_reads_nothing() =>
        Assert.False(ChangingQr.TryOpen(Good, HpkePrivateKey.Derive([.. new byte[31], 1]), out _, out _));

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_payload_of_ours_is_malformed(string what)
    {
        Assert.True(ChangingQr.TryOpen(Resealed(1, [0, 0, 0, 0x3A, 0xFF, 0xF4, 0x41, 0x7F]), Authority, out _, out _));
        Assert.False(ChangingQr.TryOpen(BadInput[what], Authority, out var qr, out var fault));
        Assert.Equal((null, QrFault.Malformed), (qr, fault));
    }

    // Each row mends the fault of the row before: what is told first is what stands higher.
    [Theory]
    [InlineData(true, 61, 0, QrFault.DeviceSignature)]
    [InlineData(false, 61, 0, QrFault.Stale)]
    [InlineData(false, 60, 0, QrFault.Reused)]
    [InlineData(false, 60, -1, QrFault.None)]
    public void The_first_fault_is_told(bool isOfAnotherDevice, int age, int last, QrFault fault)
    {
        var key = isOfAnotherDevice ? TestAuthority.Stranger.PublicKey : TestAuthority.Holder.PublicKey;
        Assert.Equal(fault, Opened(Good).Check(key, Now.AddSeconds(age), Now.AddSeconds(last)));
    }

    [Theory]
    [InlineData(-31, QrFault.Stale)]
    [InlineData(-30, QrFault.None)]
    [InlineData(0, QrFault.None)]
    [InlineData(60, QrFault.None)]
    [InlineData(61, QrFault.Stale)]
    [InlineData(86_400, QrFault.Stale)]
    public void It_is_good_for_a_minute_and_half_a_minute_ahead(int age, QrFault fault) =>
        Assert.Equal(fault, Opened(Good).Check(TestAuthority.Holder.PublicKey, Now.AddSeconds(age), null));

    [Fact]
    public void It_is_good_to_the_end_of_that_minute_and_no_longer()
    {
        var qr = Opened(Good);
        Assert.Equal(QrFault.Stale, qr.Check(TestAuthority.Holder.PublicKey, Now.AddSeconds(60).AddTicks(1), null));
        Assert.Equal(QrFault.Stale, qr.Check(TestAuthority.Holder.PublicKey, Now.AddSeconds(-30).AddTicks(-1), null));
    }

    [Theory]
    [InlineData(-1, QrFault.None)]
    [InlineData(0, QrFault.Reused)]
    [InlineData(1, QrFault.Reused)]
    [InlineData(1000, QrFault.Reused)]
    public void It_is_accepted_once_and_none_made_before_it(int last, QrFault fault) =>
        Assert.Equal(fault, Opened(Good).Check(TestAuthority.Holder.PublicKey, Now, Now.AddSeconds(last)));

    [Fact]
    public void Of_two_made_in_one_second_one_is_accepted()
    {
        var first = Opened(Create("first", Now.AddMilliseconds(1)));
        var second = Opened(Create("second", Now.AddMilliseconds(999)));
        Assert.Equal(QrFault.None, first.Check(TestAuthority.Holder.PublicKey, Now, null));
        Assert.Equal(QrFault.Reused, second.Check(TestAuthority.Holder.PublicKey, Now, first.Time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("OSPN-nRW4XszEZtVik8ZRyDELHlUQ0DBrIWSkp37l9JO4T8OTXNGzok5jZzEAHq")]
    [InlineData("OSPN-nRW4XszEZtVik8ZRyDELHlUQ0DBrIWSkp37l9JO4T8OTXNGzok5jZzEAHqS0000")]
    [InlineData("OSPN+nRW4XszEZtVik8ZRyDELHlUQ0DBrIWSkp37l9JO4T8OTXNGzok5jZzEAHqS")]
    public void What_is_no_reference_is_never_shown(string device) => Assert.Throws<ArgumentException>(
        () => ChangingQr.Create(Authority.PublicKey, device, TestAuthority.Holder, Now, new FixedRandom("device")));

    private static string Create(string seed, DateTimeOffset? now = null) =>
        ChangingQr.Create(Authority.PublicKey, Device, TestAuthority.Holder, now ?? Now, new FixedRandom(seed));

    private static OpenedQr Opened(string text) => ChangingQr.TryOpen(text, Authority, out var qr, out _) ? qr : throw new InvalidOperationException(text);

    private static byte[] Frame(string text)
    {
        var frame = new byte[202];
        Assert.True(Base45.TryDecode(text.AsSpan(5), frame));
        return frame;
    }

    /// <summary>What is inside of <see cref="Good"/>, and what it was sealed with.</summary>
    private static (Hpke Sender, byte[] Plaintext) Inner()
    {
        var sender = Hpke.Send(Authority.PublicKey, Ephemeral("good"), ChangingQr.Info);
        Assert.True(sender.TryOpen(Frame(Good).AsSpan(HpkePublicKey.Size), "NID1:"u8, out var plaintext));
        return (sender, plaintext);
    }

    private static string Resealed(int from, params byte[] bytes)
    {
        var (sender, plaintext) = Inner();
        bytes.CopyTo(plaintext, from);
        return ChangingQr.Write(sender, plaintext);
    }

    private static HpkePrivateKey Ephemeral(string seed)
    {
        var secret = new byte[32];
        new FixedRandom(seed).Fill(secret);
        return HpkePrivateKey.Derive(secret);
    }
}
