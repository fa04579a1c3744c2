// SM4 (GB/T 32907-2016) in GCM (NIST SP 800-38D; RFC 8998 §3) with a random 96-bit nonce, framed as AesGcmFrame does:
// nonce || ciphertext || tag. One key takes at most 2^32 frames.
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace NetIdGrains.Credentials;

public static class Sm4Gcm
{
    public const int KeySize = 16;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, IRandomSource random)
    {
        var nonce = new byte[NonceSize];
        random.Fill(nonce);
        return [.. nonce, .. Run(forEncryption: true, key, nonce, plaintext, associated)];
    }

    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> associated, out byte[] plaintext)
    {
        plaintext = [];
        if (frame.Length < NonceSize + TagSize) return false;
        try
        {
            plaintext = Run(forEncryption: false, key, frame[..NonceSize].ToArray(), frame[NonceSize..], associated);
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }

        return true;
    }

    private static byte[] Run(
        bool forEncryption, ReadOnlySpan<byte> key, byte[] nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated)
    {
        if (key.Length != KeySize) throw new ArgumentException("An SM4 key has 16 bytes.", nameof(key));
        var cipher = new GcmBlockCipher(new SM4Engine());
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(key.ToArray()), 8 * TagSize, nonce, associated.ToArray()));
        var output = new byte[cipher.GetOutputSize(input.Length)];
        var written = cipher.ProcessBytes(input.ToArray(), 0, input.Length, output, 0);
        cipher.DoFinal(output, written);
        return output;
    }
}
