// Identity data is stored in this form only (A12-1). The context (whose record, which field) is authenticated: a box moved to another
// row does not open. The version comes first so that another suite (A13-1) can be told apart before any key is tried.
using System.Text;

namespace NetIdGrains.Credentials;

public static class SealedBox
{
    private const byte Aes256Gcm = 1;

    /// <returns>version (1 byte) || nonce (12) || ciphertext || tag (16).</returns>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, string context, IRandomSource random) =>
        [Aes256Gcm, .. AesGcmFrame.Seal(key, plaintext, Encoding.UTF8.GetBytes(context), random)];

    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, string context, out byte[] plaintext)
    {
        plaintext = [];
        return box.Length > 0 && box[0] == Aes256Gcm
            && AesGcmFrame.TryOpen(key, box[1..], Encoding.UTF8.GetBytes(context), out plaintext);
    }
}
