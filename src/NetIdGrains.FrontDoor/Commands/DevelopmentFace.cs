using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// The face of a constructed person: a PNG of one grey point that says in a comment whose it is (a text chunk, W3C PNG §11.3.3.2). Only the
/// development face service takes it for a face.
/// </summary>
public static class DevelopmentFace
{
    private const string Whose = "NETID-DEVELOPMENT-FACE ";
    private const string Spoof = "NETID-DEVELOPMENT-SPOOF";

    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly byte[] JpegSignature = [0xFF, 0xD8, 0xFF];

    /// <param name="documentNumber">Whose face it is.</param>
    /// <param name="spoof">Whether it is a picture of a picture: right, and not alive.</param>
    public static byte[] Png(string documentNumber, bool spoof = false)
    {
        // One pixel across and down, eight bits of grey, nothing optional (W3C PNG §11.2.1).
        byte[] header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        var comment = Encoding.ASCII.GetBytes($"Comment\0{TextOf(documentNumber)}{(spoof ? " " + Spoof : "")}");
        return [.. PngSignature, .. Chunk("IHDR", header), .. Chunk("tEXt", comment), .. Chunk("IDAT", Compress([0, 0x80])), .. Chunk("IEND", [])];
    }

    /// <summary>Whether it is an image, and says that it is this document's holder.</summary>
    public static bool IsOf(string documentNumber, ReadOnlySpan<byte> image) =>
        (image.StartsWith(PngSignature) || image.StartsWith(JpegSignature)) && image.IndexOf(Encoding.ASCII.GetBytes(TextOf(documentNumber))) >= 0;

    public static bool IsSpoof(ReadOnlySpan<byte> image) => image.IndexOf(Encoding.ASCII.GetBytes(Spoof)) >= 0;

    private static string TextOf(string documentNumber) => Whose + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(documentNumber)));

    private static byte[] Compress(byte[] lines)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
            zlib.Write(lines);
        return compressed.ToArray();
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    /// <summary>CRC-32 as ISO 3309 has it, bit by bit (W3C PNG annex D): .NET brings none, and these are a hundred bytes.</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
