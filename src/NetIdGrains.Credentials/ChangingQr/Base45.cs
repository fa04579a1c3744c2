// RFC 9285: the 45 characters of a QR code's alphanumeric mode (ISO/IEC 18004), two bytes in three of them. Base32 in upper case would take a
// fifteenth more room. Every byte string has one spelling: a group that says more than its bytes can hold is refused (§6).
using System.Text;

namespace NetIdGrains.Credentials;

internal static class Base45
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    public static int LengthFor(int bytes) => (bytes / 2 * 3) + (bytes % 2 * 2);

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(LengthFor(bytes.Length));
        for (; bytes.Length > 1; bytes = bytes[2..]) Append(text, (bytes[0] << 8) | bytes[1], letters: 3);
        if (bytes.Length == 1) Append(text, bytes[0], letters: 2);
        return text.ToString();
    }

    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != LengthFor(bytes.Length)) return false;
        for (; bytes.Length > 1; text = text[3..], bytes = bytes[2..])
        {
            if (Read(text[..3]) is not (>= 0 and <= ushort.MaxValue and var pair)) return false;
            (bytes[0], bytes[1]) = ((byte)(pair >> 8), (byte)pair);
        }

        if (bytes.Length == 0) return true;
        if (Read(text) is not (>= 0 and <= byte.MaxValue and var last)) return false;
        bytes[0] = (byte)last;
        return true;
    }

    // Least significant first (§4).
    private static void Append(StringBuilder text, int value, int letters)
    {
        for (; letters > 0; letters--, value /= Alphabet.Length) text.Append(Alphabet[value % Alphabet.Length]);
    }

    /// <returns>Negative if a letter is not of the alphabet.</returns>
    private static int Read(ReadOnlySpan<char> letters)
    {
        var value = 0;
        for (var i = letters.Length - 1; i >= 0; i--)
        {
            var digit = Alphabet.IndexOf(letters[i], StringComparison.Ordinal);
            if (digit < 0) return digit;
            value = (value * Alphabet.Length) + digit;
        }

        return value;
    }
}
