using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>An address that a code was sent to, and nothing else until the code has come back.</summary>
/// <param name="CodeMark">The code, under a key sealed in the record.</param>
public sealed record PendingContact(string Address, string CodeMark, DateTimeOffset Until, int WrongCodes = 0)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>set-contact</c>.</summary>
/// <param name="Contact">An e-mail address or a number as E.164 has it.</param>
/// <param name="Factors">The digest of the sealed password.</param>
public sealed record SetContactBody(string Contact, string Factors)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>prove-contact</c>.</summary>
public sealed record ProveContactBody(string Code)
{
    public override string ToString() => "sealed";
}

/// <summary>What addresses and codes look like, without any engine.</summary>
public static class ContactRules
{
    public const int MostWrongCodes = 5;
    public const int MostCodesADay = 5;
    private const int CodeLength = 8;
    private const uint Codes = 100_000_000;
    private const uint FairBelow = uint.MaxValue / Codes * Codes; // above it some codes would be likelier than others
    private const int LongestAddress = 254;
    private const int LongestLocalPart = 64;
    private const int LongestLabel = 63;

    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static bool IsAddress(string text) => text.StartsWith('+') ? IsNumber(text) : IsMail(text);

    public static string NewCode(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        uint drawn;
        do
        {
            random.Fill(bytes);
            drawn = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
        while (drawn >= FairBelow);
        return (drawn % Codes).ToString("D8", CultureInfo.InvariantCulture);
    }

    public static bool IsCode(string text) => text.Length == CodeLength && text.All(char.IsAsciiDigit);

    public static string MarkOf(byte[] logKey, string address, string code) => VerificationMark.Of(logKey, $"contact-code/{address}/{code}");

    public static bool AreSame(string mark, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mark), Encoding.ASCII.GetBytes(other));

    /// <summary>E.164: at most 15 digits, the country's first.</summary>
    private static bool IsNumber(string text) => text.Length is >= 8 and <= 16 && text[1] != '0' && text.Skip(1).All(char.IsAsciiDigit);

    /// <summary>RFC 5321 §4.1.2, a dot-string before the @ and a domain of two labels or more after it; no quoting, no address literals.</summary>
    private static bool IsMail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= LongestAddress && at is > 0 and <= LongestLocalPart
            && text[..at].Split('.').All(atom => atom.Length > 0 && atom.All(IsAtomText))
            && text[(at + 1)..].Split('.') is { Length: >= 2 } labels && labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    private static bool IsAtomText(char letter) => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-/=?^_`{|}~".Contains(letter, StringComparison.Ordinal);

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-' && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
