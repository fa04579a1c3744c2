// A2-1: letters and digits, derived from nothing, so that no register number leads to a Net ID or back.
// 80 random bits, and one check character over GF(2^5) with the primitive polynomial x^5 + x^2 + 1. Read as the coefficients of a
// polynomial, all seventeen characters have the root w = x. The weights w^16 ... w^0 are all different (w has order 31) and never
// zero, so every single wrong character and every adjacent swap is caught. Changing the polynomial would orphan every Net ID issued.
namespace NetIdGrains.Credentials;

public enum NetIdFault
{
    None,
    Format,
    CheckCharacter,
}

/// <summary>The pseudonymous number (网号) of a citizen: 16 random characters and a check character.</summary>
public readonly record struct NetId
{
    // Crockford's: I, L, O and U are left out, as they look like 1, 1, 0 and V.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int RandomLength = 16;
    private const int Length = RandomLength + 1;
    private const int LongestInput = 64;

    private NetId(ReadOnlySpan<byte> symbols)
    {
        Span<char> text = stackalloc char[Length];
        for (var i = 0; i < Length; i++) text[i] = Alphabet[symbols[i]];
        Value = new string(text);
    }

    public string Value { get; }

    /// <summary>In groups of four, as people copy it.</summary>
    public string Display => string.Join('-', Value.Chunk(4).Select(group => new string(group)));

    public static NetId Create(IRandomSource random)
    {
        Span<byte> symbols = stackalloc byte[Length];
        random.Fill(symbols[..RandomLength]);
        for (var i = 0; i < RandomLength; i++) symbols[i] &= 31;
        symbols[RandomLength] = (byte)TimesRoot(AtRoot(symbols[..RandomLength]));
        return new NetId(symbols);
    }

    /// <summary>Reads a Net ID as people type it: spaces, hyphens and lower case are fine.</summary>
    public static bool TryParse(string? text, out NetId netId, out NetIdFault fault)
    {
        Span<byte> symbols = stackalloc byte[Length];
        fault = !TryReadSymbols(text, symbols) ? NetIdFault.Format
            : AtRoot(symbols) != 0 ? NetIdFault.CheckCharacter
            : NetIdFault.None;
        netId = fault == NetIdFault.None ? new NetId(symbols) : default;
        return fault == NetIdFault.None;
    }

    public override string ToString() => "sealed";

    private static bool TryReadSymbols(string? text, Span<byte> symbols)
    {
        if (text is null || text.Length > LongestInput) return false;
        var count = 0;
        foreach (var letter in text)
        {
            if (letter is ' ' or '-') continue;
            var symbol = char.IsAscii(letter) ? Alphabet.IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal) : -1;
            if (symbol < 0 || count == Length) return false;
            symbols[count++] = (byte)symbol;
        }

        return count == Length;
    }

    private static int AtRoot(ReadOnlySpan<byte> symbols)
    {
        var sum = 0;
        foreach (var symbol in symbols) sum = TimesRoot(sum) ^ symbol;
        return sum;
    }

    private static int TimesRoot(int value) => (value << 1) ^ (value >= 16 ? 0b100101 : 0);
}
