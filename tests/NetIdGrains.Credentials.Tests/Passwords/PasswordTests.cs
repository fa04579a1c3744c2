namespace NetIdGrains.Credentials.Tests;

public class PasswordTests
{
    private const string Number = "110105199003271234";

    private static readonly DateOnly Birth = new(1990, 3, 27);
    private static readonly byte[] Pepper = new byte[32];

    [Theory]
    [InlineData("20381946", PasswordFault.None)]
    [InlineData("19900328", PasswordFault.None)]
    [InlineData(null, PasswordFault.Format)]
    [InlineData("", PasswordFault.Format)]
    [InlineData("2038194", PasswordFault.Format)]
    [InlineData("203819460", PasswordFault.Format)]
    [InlineData("2038194a", PasswordFault.Format)]
    [InlineData("２０３８１９４６", PasswordFault.Format)]
    [InlineData("00000000", PasswordFault.TooCommon)]
    [InlineData("11111112", PasswordFault.TooCommon)]
    [InlineData("12345678", PasswordFault.TooCommon)]
    [InlineData("87654321", PasswordFault.TooCommon)]
    [InlineData("01234567", PasswordFault.TooCommon)]
    [InlineData("78901234", PasswordFault.TooCommon)]
    [InlineData("13579135", PasswordFault.TooCommon)]
    [InlineData("12121212", PasswordFault.TooCommon)]
    [InlineData("12341234", PasswordFault.TooCommon)]
    [InlineData("12344321", PasswordFault.TooCommon)]
    [InlineData("11223344", PasswordFault.TooCommon)]
    [InlineData("19900327", PasswordFault.Personal)]
    [InlineData("27031990", PasswordFault.Personal)]
    [InlineData("03271990", PasswordFault.Personal)]
    [InlineData("51990032", PasswordFault.Personal)]
    [InlineData("11010519", PasswordFault.Personal)]
    public void R02_a_password_is_eight_digits_that_are_not_the_first_guess(string? password, PasswordFault fault) =>
        Assert.Equal(fault, PasswordRules.Check(password, Birth, Number));

    // A document that says no birth date has its number all the same.
    [Fact]
    public void R02_a_piece_of_the_number_is_personal_without_a_birth_date()
    {
        Assert.Equal(PasswordFault.Personal, PasswordRules.Check("81037251", birthDate: null, "M81037251"));
        Assert.Equal(PasswordFault.None, PasswordRules.Check("81037252", birthDate: null, "M81037251"));
    }

    [Fact]
    public void R02_a_common_password_is_told_before_a_personal_one() =>
        Assert.Equal(PasswordFault.TooCommon, PasswordRules.Check("20022002", new DateOnly(2002, 2, 20), Number));

    // The rules must leave nearly all of the hundred million.
    [Fact]
    public void R02_few_passwords_are_refused()
    {
        var random = new Random(1);
        var drawn = Enumerable.Range(0, 20_000).Select(_ => $"{random.Next(100_000_000):D8}");
        Assert.InRange(drawn.Count(password => PasswordRules.Check(password, Birth, Number) != PasswordFault.None), 0, 40);
    }

    [Fact]
    public void R02_only_the_same_password_under_the_same_pepper_matches()
    {
        var verifier = PasswordVerifier.Create("20381946", Pepper, 1000, new FixedRandom("salt"));
        Assert.True(verifier.Matches("20381946", Pepper));
        Assert.False(verifier.Matches("20381947", Pepper));
        Assert.False(verifier.Matches("20381946", [1, .. Pepper.AsSpan(1)]));
        Assert.False((verifier with { Version = 2 }).Matches("20381946", Pepper));
    }

    [Fact]
    public void A12_1_a_verifier_prints_sealed() =>
        Assert.Equal("sealed", $"{PasswordVerifier.Create("20381946", Pepper, 1, new FixedRandom("salt"))}");
}
