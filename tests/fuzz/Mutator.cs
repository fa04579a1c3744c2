// A good input, changed in one to four places. Bytes come as text in Latin-1, so that one set of changes serves both.
namespace NetIdGrains.Fuzz;

internal static class Mutator
{
    public const int LongestInput = 16 * 1024;

    private const string Pieces = "\0 ~.-_=+/\"\\{}[]:,x0129AZ\u007F\u0080\u00B7\u00FF\u0130张\uD842\uFFFD";

    // JSON, base64url of it, arrays and maps of CBOR, sequences of DER.
    private static readonly string[] Openings = ["[", "{\"a\":", "W1tb", "\u0081", "\u00A1\u0001", "\u00D8\u003D", "\u0030\u0080", "~", "."];

    private static readonly string[] Numbers =
    [
        "-1", "1.5", "1e999", "99999999999", "9223372036854775808", "18446744073709551616", "null", "true", "\u001B\u00FF\u00FF\u00FF\u00FF",
        "\u003B\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF", "\u005B\u007F\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF", "\u00BF", "\u009F",
        "\u00FB\u007F\u00F0\0\0\0\0\0\0", "\u0002\u0084\u00FF\u00FF\u00FF\u00FF",
    ];

    public static string Mutate(IReadOnlyList<string> samples, Random random)
    {
        var text = samples[random.Next(samples.Count)];
        for (var edits = random.Next(1, 5); edits > 0; edits--) text = Edit(text, samples, random);
        return text.Length <= LongestInput ? text : text[..LongestInput];
    }

    private static string Edit(string text, IReadOnlyList<string> samples, Random random)
    {
        var (from, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
        var (low, high) = (Math.Min(from, to), Math.Max(from, to));
        var piece = Pieces[random.Next(Pieces.Length)].ToString();
        return random.Next(32) switch
        {
            < 5 => text.Insert(from, piece),
            < 10 => Replace(text, from, 1, piece),
            < 13 => Replace(text, from, 1, Flipped(text, from, random)),
            < 15 => text[..from],
            < 19 => text.Insert(to, text[low..high]),
            < 23 => text.Remove(low, Math.Min(high - low, 8)),
            < 26 => Splice(text, from, samples[random.Next(samples.Count)], random),
            < 30 => Replace(text, from, random.Next(12), Numbers[random.Next(Numbers.Length)]),
            30 => text.Insert(from, Nest(random)),
            _ => Nest(random),
        };
    }

    private static string Replace(string text, int at, int count, string by) =>
        string.Concat(text.AsSpan(0, at), by, text.AsSpan(Math.Min(text.Length, at + count)));

    private static string Flipped(string text, int at, Random random) =>
        at == text.Length ? "" : ((char)(text[at] ^ (1 << random.Next(8)))).ToString();

    private static string Splice(string text, int at, string other, Random random) =>
        string.Concat(text.AsSpan(0, at), other.AsSpan(random.Next(other.Length + 1)));

    // Mostly around the depths that parsers allow, sometimes far beyond.
    private static string Nest(Random random)
    {
        var depth = random.Next(8) == 0 ? random.Next(4096) : random.Next(24);
        return string.Concat(Enumerable.Repeat(Openings[random.Next(Openings.Length)], depth));
    }
}
