using System.Text;

namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// Looks for a value in bytes in every form it could have leaked in: UTF-8, UTF-16 (both orders), JSON's \u escapes, hex of its UTF-8, and
/// base64 and base64url of its UTF-8 at each of the three alignments it can have inside a longer text.
/// </summary>
internal static class IdentityScanner
{
    /// <summary>The names of the forms in which the value occurs in the bytes.</summary>
    public static IEnumerable<string> FormsIn(ReadOnlyMemory<byte> bytes, string value) =>
        Forms(value).Where(form => bytes.Span.IndexOf(form.Pattern) >= 0).Select(form => form.Name);

    public static IEnumerable<(string Name, byte[] Pattern)> Forms(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        yield return ("UTF-8", utf8);
        yield return ("UTF-16LE", Encoding.Unicode.GetBytes(value));
        yield return ("UTF-16BE", Encoding.BigEndianUnicode.GetBytes(value));
        yield return ("\\u escapes", Encoding.ASCII.GetBytes(string.Concat(value.Select(letter => $"\\u{(int)letter:x4}"))));
        yield return ("\\U escapes", Encoding.ASCII.GetBytes(string.Concat(value.Select(letter => $"\\u{(int)letter:X4}"))));
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        for (var alignment = 0; alignment < 3; alignment++)
        {
            var text = Base64At(utf8, alignment);
            yield return ($"base64 at {alignment}", Encoding.ASCII.GetBytes(text));
            yield return ($"base64url at {alignment}", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')));
        }
    }

    /// <summary>The characters that depend on the value alone when this many bytes stand before it.</summary>
    private static string Base64At(byte[] value, int alignment)
    {
        var text = Convert.ToBase64String([.. new byte[alignment], .. value]).TrimEnd('=');
        var first = alignment == 0 ? 0 : alignment + 1; // characters that also hold bits of what stands before
        var whole = (alignment + value.Length) * 8 / 6; // characters that hold no bits of what comes after
        return text[first..whole];
    }
}
