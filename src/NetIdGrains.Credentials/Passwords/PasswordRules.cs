// The pilot's eight-digit password (modes R02 and R04). With so few digits the first guesses decide: what most people would choose
// first, and what an acquaintance would try first, is refused.
using System.Globalization;

namespace NetIdGrains.Credentials;

public enum PasswordFault
{
    None,
    Format,
    TooCommon,
    Personal,
}

public static class PasswordRules
{
    private static readonly string[] DateForms = ["yyyyMMdd", "ddMMyyyy", "MMddyyyy"];

    /// <param name="password">Eight digits.</param>
    /// <param name="birthDate">Null where the document does not say.</param>
    /// <param name="documentNumber">No eight digits of it will do.</param>
    public static PasswordFault Check(string? password, DateOnly? birthDate, string documentNumber) =>
        password?.Length != 8 || password.AsSpan().ContainsAnyExceptInRange('0', '9') ? PasswordFault.Format :
        IsCommon(password) ? PasswordFault.TooCommon :
        DateForms.Any(form => password == birthDate?.ToString(form, CultureInfo.InvariantCulture)) ? PasswordFault.Personal :
        documentNumber.Contains(password, StringComparison.Ordinal) ? PasswordFault.Personal :
        PasswordFault.None;

    private static bool IsCommon(string digits) =>
        digits.Distinct().Count() < 3
        || IsRun(digits)
        || digits[..4] == digits[4..]
        || digits.Reverse().SequenceEqual(digits)
        || IsDoubled(digits);

    // One step all the way, up or down and past the nine: 12345678, 43210987, 13579135.
    private static bool IsRun(string digits) =>
        digits.Zip(digits.Skip(1), (one, next) => (next - one + 10) % 10).Distinct().Count() == 1;

    // 11223344
    private static bool IsDoubled(string digits) => digits.Chunk(2).All(pair => pair[0] == pair[1]);
}
