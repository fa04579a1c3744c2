// Certificate serials and device ids: a handle and a number, encrypted and authenticated (AES-256-GCM, NIST SP 800-38D) with a
// fresh nonce, so that no two of one citizen look alike (A8-4). A guessed one does not open, so it wakes no grain and costs no row.
// The purpose is authenticated: a device id is never taken for a serial.
using System.Buffers.Binary;
using System.Text;

namespace NetIdGrains.Credentials;

public static class SealedReference
{
    public const int TextLength = 64;

    private const int BlockSize = 16;

    /// <returns>64 characters of base64url: nonce (12 bytes), ciphertext (20), tag (16).</returns>
    public static string Seal(ReadOnlySpan<byte> key, string purpose, ReadOnlySpan<byte> block16, uint number, IRandomSource random)
    {
        if (block16.Length != BlockSize) throw new ArgumentException("A sealed reference holds one block of 16 bytes.", nameof(block16));
        Span<byte> content = stackalloc byte[BlockSize + sizeof(uint)];
        block16.CopyTo(content);
        BinaryPrimitives.WriteUInt32BigEndian(content[BlockSize..], number);
        return StrictBase64Url.Encode(AesGcmFrame.Seal(key, content, Encoding.UTF8.GetBytes(purpose), random));
    }

    public static bool TryOpen(ReadOnlySpan<byte> key, string purpose, string? text, out byte[] block, out uint number)
    {
        (block, number) = ([], 0);
        if (text?.Length != TextLength || !StrictBase64Url.TryDecode(text, out var frame)) return false;
        if (!AesGcmFrame.TryOpen(key, frame, Encoding.UTF8.GetBytes(purpose), out var content)) return false;
        (block, number) = (content[..BlockSize], BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(BlockSize)));
        return true;
    }
}
