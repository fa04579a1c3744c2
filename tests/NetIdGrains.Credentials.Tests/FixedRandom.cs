using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials.Tests;

/// <summary>SHA-256(seed || counter), as vectors/frozen.json describes it, so that another program can draw the same bytes.</summary>
internal sealed class FixedRandom(string seed) : IRandomSource
{
    private readonly Queue<byte> drawn = new();
    private uint counter;

    public void Fill(Span<byte> bytes)
    {
        foreach (ref var value in bytes)
        {
            if (drawn.Count == 0) Draw();
            value = drawn.Dequeue();
        }
    }

    private void Draw()
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, counter++);
        foreach (var value in SHA256.HashData([.. Encoding.UTF8.GetBytes(seed), .. count])) drawn.Enqueue(value);
    }
}
