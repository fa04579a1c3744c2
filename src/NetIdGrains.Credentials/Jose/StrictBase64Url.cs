// RFC 7515 §2: base64url, no padding, no line breaks. .NET's decoder forgives white space, padding and stray trailing bits (RFC 4648 §3.5);
// only the one canonical spelling passes here, because digests and caches are taken over the text.
using System.Buffers;
using System.Buffers.Text;

namespace NetIdGrains.Credentials;

internal static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!IsCanonical(text)) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    /// <returns>False as well when there may be no room: .NET would throw for some such texts.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> room, out int written)
    {
        written = 0;
        return Base64Url.GetMaxDecodedLength(text.Length) <= room.Length
            && IsCanonical(text) && Base64Url.TryDecodeFromChars(text, room, out written);
    }

    private static bool IsCanonical(ReadOnlySpan<char> text) => text.Length % 4 != 1 && !text.ContainsAnyExcept(Letters) && !HasStrayBits(text);

    // Of the last letter two letters leave four bits unused, and three letters two.
    private static bool HasStrayBits(ReadOnlySpan<char> text)
    {
        var unused = (text.Length % 4) switch { 2 => 0b1111, 3 => 0b11, _ => 0 };
        return unused != 0 && (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & unused) != 0;
    }
}
