namespace NetIdGrains.Credentials.Tests;

public class DynamicPasswordTests
{
    private static readonly byte[] Secret = [.. "12345678901234567890123456789012"u8];
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_109);
    private static readonly long Step = Now.ToUnixTimeSeconds() / 30;

    // RFC 6238 appendix B, the rows of SHA256.
    [Theory]
    [InlineData(59, "46119246")]
    [InlineData(1_111_111_109, "68084774")]
    [InlineData(1_111_111_111, "67062674")]
    [InlineData(1_234_567_890, "91819424")]
    [InlineData(2_000_000_000, "90698825")]
    [InlineData(20_000_000_000, "77737706")]
    public void The_codes_are_those_of_RFC_6238(long time, string code)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time);
        Assert.Equal(code, DynamicPassword.CodeAt(Secret, now));
        Assert.True(DynamicPassword.TryAccept(Secret, code, now, null, out var step));
        Assert.Equal(time / 30, step);
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void One_step_of_drift_is_forgiven(int steps, bool accepted)
    {
        var code = DynamicPassword.CodeAt(Secret, Now.AddSeconds(30 * steps));
        Assert.Equal(accepted, DynamicPassword.TryAccept(Secret, code, Now, null, out var step));
        Assert.Equal(accepted ? Step + steps : 0, step);
    }

    [Fact]
    public void A_code_lasts_to_the_end_of_its_step_and_of_the_next()
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(Step * 30);
        var code = DynamicPassword.CodeAt(Secret, start);
        Assert.Equal(code, DynamicPassword.CodeAt(Secret, start.AddSeconds(30).AddTicks(-1)));
        Assert.True(DynamicPassword.TryAccept(Secret, code, start.AddSeconds(60).AddTicks(-1), null, out _));
        Assert.False(DynamicPassword.TryAccept(Secret, code, start.AddSeconds(60), null, out _));
    }

    [Theory]
    [InlineData(-1, -1, false)]
    [InlineData(-1, 0, false)]
    [InlineData(0, -1, true)]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(0, 1000, false)]
    public void A_step_is_accepted_once_and_none_before_it(int shown, int last, bool accepted)
    {
        var code = DynamicPassword.CodeAt(Secret, Now.AddSeconds(30 * shown));
        Assert.Equal(accepted, DynamicPassword.TryAccept(Secret, code, Now, Step + last, out _));
    }

    [Fact]
    public void A_code_used_at_once_again_is_refused()
    {
        var code = DynamicPassword.CodeAt(Secret, Now);
        Assert.True(DynamicPassword.TryAccept(Secret, code, Now, null, out var step));
        Assert.False(DynamicPassword.TryAccept(Secret, code, Now, step, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("6808477")]
    [InlineData("068084774")]
    [InlineData("68084775")]
    [InlineData("６８０８４７７４")]
    [InlineData("+8084774")]
    public void Another_code_is_refused(string? code) => Assert.False(DynamicPassword.TryAccept(Secret, code, Now, null, out _));

    [Fact]
    public void Every_wrong_digit_is_caught()
    {
        const string code = "68084774";
        for (var i = 0; i < code.Length; i++)
            foreach (var digit in "0123456789".Where(digit => digit != code[i]))
                Assert.False(DynamicPassword.TryAccept(Secret, code[..i] + digit + code[(i + 1)..], Now, null, out _));
    }

    [Fact]
    public void A_secret_is_drawn_in_full_and_is_the_devices_alone()
    {
        var other = DynamicPassword.CreateSecret(new FixedRandom("device"));
        Assert.Equal((32, false), (other.Length, other[16..].All(value => value == 0)));
        Assert.False(DynamicPassword.TryAccept(other, "68084774", Now, null, out _));
    }

    [Fact]
    public void A_clock_before_1970_throws_nothing() =>
        Assert.False(DynamicPassword.TryAccept(Secret, "68084774", DateTimeOffset.MinValue, null, out _));
}
