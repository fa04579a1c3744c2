// RFC 9180 §4: HKDF-SHA256 whose every call names the suite and what it is for, so that no two calls can meet.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

internal sealed class HpkeKdf
{
    /// <summary>Within DHKEM(P-256, HKDF-SHA256), 0x0010 (§4.1).</summary>
    public static readonly HpkeKdf Kem = new([.. "KEM"u8, 0x00, 0x10]);

    /// <summary>Around it, with HKDF-SHA256, 0x0001, and AES-256-GCM, 0x0002 (§5.1).</summary>
    public static readonly HpkeKdf Schedule = new([.. "HPKE"u8, 0x00, 0x10, 0x00, 0x01, 0x00, 0x02]);

    private readonly byte[] suite;

    private HpkeKdf(byte[] suite) => this.suite = suite;

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    public byte[] Extract(byte[] salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> material) =>
        HKDF.Extract(HashAlgorithmName.SHA256, [.. Version, .. suite, .. label, .. material], salt);

    public byte[] Expand(byte[] pseudorandom, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int length)
    {
        var size = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)length));
        return HKDF.Expand(HashAlgorithmName.SHA256, pseudorandom, length, [.. size, .. Version, .. suite, .. label, .. info]);
    }
}
