// RFC 4648 §6 in lower case and without padding (§3.2): the form of every identifier that must survive a case-folding store.
// Only the canonical spelling is read (§3.5): a second spelling of one identifier would be a second key for one thing.
namespace NetIdGrains.Credentials;

public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>An id that nobody can guess: <paramref name="size"/> bytes of chance.</summary>
    public static string Random(IRandomSource random, int size)
    {
        var bytes = new byte[size];
        random.Fill(bytes);
        return Encode(bytes);
    }

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[LengthFor(bytes.Length)];
        for (var i = 0; i < text.Length; i++) text[i] = Alphabet[FiveBitsAt(bytes, i * 5)];
        return new string(text);
    }

    public static bool TryDecode(string? text, Span<byte> bytes)
    {
        if (text?.Length != LengthFor(bytes.Length)) return false;
        bytes.Clear();
        for (var i = 0; i < text.Length; i++)
        {
            var value = Alphabet.IndexOf(text[i], StringComparison.Ordinal);
            if (value < 0 || !TryPut(bytes, i * 5, value)) return false;
        }

        return true;
    }

    private static int LengthFor(int bytes) => ((bytes * 8) + 4) / 5;

    private static int FiveBitsAt(ReadOnlySpan<byte> bytes, int bit)
    {
        var next = (bit / 8) + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0;
        return (((bytes[bit / 8] << 8) | next) >> (11 - (bit % 8))) & 31;
    }

    /// <returns>False when bits are left that no byte has room for: they must be zero.</returns>
    private static bool TryPut(Span<byte> bytes, int bit, int value)
    {
        var placed = value << (11 - (bit % 8));
        bytes[bit / 8] |= (byte)(placed >> 8);
        if ((bit / 8) + 1 >= bytes.Length) return (byte)placed == 0;
        bytes[(bit / 8) + 1] |= (byte)placed;
        return true;
    }
}
