// draft-ietf-oauth-status-list §4: one or two bits for each certificate, the first in the lowest bits of the first byte (§4.1), the whole
// compressed as ZLIB (RFC 1950). A list is one array of bytes, a quarter of a byte an entry at most.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace NetIdGrains.Credentials;

/// <summary>§7.1. Whatever is not Valid is not to be accepted.</summary>
public enum TokenStatus
{
    Valid,
    Invalid,
    Suspended,
    ApplicationSpecific,
}

/// <summary>Reading is safe from many threads, unless one of them writes.</summary>
public sealed class StatusList
{
    private const int BitsOfByte = 8;

    // Of a million entries all that repeats is runs of zeros. Looking for more (the default) took up to fifty times as long, and came out
    // no smaller.
    private static readonly ZLibCompressionOptions Runs = new()
    {
        CompressionLevel = 9,
        CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding,
    };

    private readonly byte[] packed;

    /// <param name="bits">1 or 2; only two can say that a certificate is suspended.</param>
    /// <param name="length">Entries, as many as fill whole bytes. All begin valid.</param>
    public StatusList(int bits, int length)
        : this(bits, new byte[ByteCount(bits, length)])
    {
    }

    private StatusList(int bits, byte[] packed) => (Bits, this.packed) = (bits, packed);

    public int Bits { get; }

    public int Length => packed.Length * (BitsOfByte / Bits);

    /// <param name="bits">As the token says.</param>
    /// <param name="lst">As a JWT says (§4.2): base64url of ZLIB.</param>
    /// <param name="maxBytes">Of what comes out of the compression, which a few bytes could blow up without end.</param>
    /// <param name="list">Null when refused.</param>
    public static bool TryDecode(int bits, string? lst, int maxBytes, [NotNullWhen(true)] out StatusList? list)
    {
        list = null;
        return lst is not null && lst.Length <= LongestEncoding(maxBytes)
            && StrictBase64Url.TryDecode(lst, out var compressed) && TryDecompress(bits, compressed, maxBytes, out list);
    }

    /// <param name="bits">As the token says.</param>
    /// <param name="lst">As a CWT says (§4.3): ZLIB.</param>
    /// <param name="maxBytes">As above.</param>
    /// <param name="list">Null when refused.</param>
    public static bool TryDecompress(int bits, byte[]? lst, int maxBytes, [NotNullWhen(true)] out StatusList? list)
    {
        list = null;
        if (bits is 1 or 2 && lst is not null && Inflate(lst, maxBytes) is { Length: > 0 } packed)
            list = new StatusList(bits, packed);
        return list is not null;
    }

    /// <summary>False when there is no such entry: a certificate which points there is to be refused (§8.3).</summary>
    public bool TryGet(long index, out TokenStatus status)
    {
        status = TokenStatus.Invalid;
        if (index < 0 || index >= Length) return false;
        var (place, shift) = PlaceOf((int)index);
        status = (TokenStatus)((packed[place] >> shift) & Mask(Bits));
        return true;
    }

    public void Set(int index, TokenStatus status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        if ((int)status < 0 || (int)status > Mask(Bits))
            throw new ArgumentOutOfRangeException(nameof(status), $"{status} does not fit into {Bits} bit(s).");
        var (place, shift) = PlaceOf(index);
        packed[place] = (byte)((packed[place] & ~(Mask(Bits) << shift)) | ((int)status << shift));
    }

    /// <summary>The member lst of a JWT (§4.2).</summary>
    public string Encode() => StrictBase64Url.Encode(Compress());

    /// <summary>The member lst of a CWT (§4.3).</summary>
    public byte[] Compress()
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, Runs, leaveOpen: true)) zlib.Write(packed);
        return compressed.ToArray();
    }

    private static int ByteCount(int bits, int length)
    {
        if (bits is not (1 or 2)) throw new ArgumentOutOfRangeException(nameof(bits), "A list has 1 or 2 bits for each entry.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var perByte = BitsOfByte / bits;
        return length % perByte == 0
            ? length / perByte
            : throw new ArgumentOutOfRangeException(nameof(length), $"Entries of {bits} bit(s) fill whole bytes by {perByte}.");
    }

    // Stored blocks (RFC 1951 §3.2.4) cost less than a hundredth, base64url a third.
    private static long LongestEncoding(int maxBytes) => (maxBytes * 3L / 2) + 64;

    // An IOException is what .NET makes of the rarer faults, such as a preset dictionary.
    private static byte[]? Inflate(byte[] compressed, int maxBytes)
    {
        using var zlib = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var output = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            for (var read = zlib.Read(buffer); read > 0; read = zlib.Read(buffer))
            {
                if (output.Length + read > maxBytes) return null;
                output.Write(buffer, 0, read);
            }
        }
        catch (Exception bad) when (bad is InvalidDataException or IOException)
        {
            return null;
        }

        var inflated = output.ToArray();
        return EndsWithChecksumOf(compressed, inflated) ? inflated : null;
    }

    // .NET takes a stream that was cut before its end for a whole one, and looks at nothing behind the end: the checksum (RFC 1950 §2.2, §8.2)
    // must be there, and be the last.
    private static bool EndsWithChecksumOf(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> inflated)
    {
        const uint Modulus = 65_521;
        const int Run = 5_552; // so many bytes cannot overflow what is summed; a remainder for each would cost more than inflating
        var (low, high) = (1u, 0u);
        for (var rest = inflated; !rest.IsEmpty; rest = rest[Math.Min(Run, rest.Length)..])
        {
            foreach (var value in rest[..Math.Min(Run, rest.Length)])
            {
                low += value;
                high += low;
            }

            (low, high) = (low % Modulus, high % Modulus);
        }

        return compressed.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(compressed[^sizeof(uint)..]) == ((high << 16) | low);
    }

    private static int Mask(int bits) => (1 << bits) - 1;

    private (int Place, int Shift) PlaceOf(int index) => (index * Bits / BitsOfByte, index * Bits % BitsOfByte);
}
