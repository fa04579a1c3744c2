// RFC 7518 §4.6.2: the Concat KDF (NIST SP 800-56A §5.8.1) with SHA-256. Its one round gives 32 bytes, and no key of ours is longer.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

internal static class ConcatKdf
{
    /// <param name="agreed">Z: the x coordinate of the shared point.</param>
    /// <param name="algorithm">What the key is for: "enc" of the header, as the agreed key is used directly.</param>
    /// <param name="sender">"apu", decoded.</param>
    /// <param name="recipient">"apv", decoded.</param>
    /// <param name="length">In bytes, 32 at most.</param>
    public static byte[] Derive(
        ReadOnlySpan<byte> agreed, string algorithm, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> recipient, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendNumber(hash, 1);
        hash.AppendData(agreed);
        Append(hash, Encoding.ASCII.GetBytes(algorithm));
        Append(hash, sender);
        Append(hash, recipient);
        AppendNumber(hash, length * 8);
        return hash.GetHashAndReset()[..length];
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        AppendNumber(hash, value.Length);
        hash.AppendData(value);
    }

    private static void AppendNumber(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
