// Identity data is stored in this form only (A12-1). The context (whose record, which field) is authenticated: a box moved to another
// row does not open. The version comes first: it says which suite (A13-1) the box was made with, whichever is configured now. An SM4 key has
// half the size, and is derived, so that no key serves two ciphers.
using System.Text;

namespace NetIdGrains.Credentials;

public static class SealedBox
{
    private const byte Aes256Gcm = 1;
    private const byte DerivedSm4Gcm = 2;

    /// <returns>version (1 byte) || nonce (12) || ciphertext || tag (16).</returns>
    public static byte[] Seal(CryptoSuite suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, string context, IRandomSource random)
    {
        var associated = Encoding.UTF8.GetBytes(context);
        return suite == CryptoSuite.Sm
            ? [DerivedSm4Gcm, .. Sm4Gcm.Seal(Sm4Key(key), plaintext, associated, random)]
            : [Aes256Gcm, .. AesGcmFrame.Seal(key, plaintext, associated, random)];
    }

    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, string context, out byte[] plaintext)
    {
        plaintext = [];
        if (box.IsEmpty) return false;
        var associated = Encoding.UTF8.GetBytes(context);
        return box[0] switch
        {
            Aes256Gcm => AesGcmFrame.TryOpen(key, box[1..], associated, out plaintext),
            DerivedSm4Gcm => Sm4Gcm.TryOpen(Sm4Key(key), box[1..], associated, out plaintext),
            _ => false,
        };
    }

    private static byte[] Sm4Key(ReadOnlySpan<byte> key) => KeyDerivation.Derive(key, "sm4-gcm")[..Sm4Gcm.KeySize];
}
