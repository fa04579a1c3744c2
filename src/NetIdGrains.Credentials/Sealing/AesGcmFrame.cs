// AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2): nonce || ciphertext || tag. One key takes at most 2^32 frames, so the
// callers' keys are per citizen, per shard or per purpose, never one for all.
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

internal static class AesGcmFrame
{
    public const int KeySize = 32;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, IRandomSource random)
    {
        var frame = new byte[NonceSize + plaintext.Length + TagSize];
        random.Fill(frame.AsSpan(0, NonceSize));
        using var aes = Cipher(key);
        aes.Encrypt(frame.AsSpan(0, NonceSize), plaintext, frame.AsSpan(NonceSize..^TagSize), frame.AsSpan(^TagSize..), associated);
        return frame;
    }

    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> associated, out byte[] plaintext)
    {
        plaintext = [];
        if (frame.Length < NonceSize + TagSize) return false;
        var opened = new byte[frame.Length - NonceSize - TagSize];
        using var aes = Cipher(key);
        try
        {
            aes.Decrypt(frame[..NonceSize], frame[NonceSize..^TagSize], frame[^TagSize..], opened, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = opened;
        return true;
    }

    private static AesGcm Cipher(ReadOnlySpan<byte> key) => key.Length == KeySize
        ? new AesGcm(key, TagSize)
        : throw new ArgumentException("A sealing key has 32 bytes.", nameof(key));
}
