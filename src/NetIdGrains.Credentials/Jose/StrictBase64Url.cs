// RFC 7515 §2: base64url, no padding, no line breaks. .NET's decoder forgives white space, padding and stray trailing bits (RFC 4648 §3.5);
// only the one canonical spelling passes here, because digests and caches are taken over the text.
using System.Buffers;
using System.Buffers.Text;

namespace NetIdGrains.Credentials;

internal static class StrictBase64Url
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, decoded, out _, out var written) != OperationStatus.Done) return false;
        if (!text.SequenceEqual(Encode(decoded.AsSpan(0, written)))) return false;
        bytes = decoded[..written];
        return true;
    }
}
