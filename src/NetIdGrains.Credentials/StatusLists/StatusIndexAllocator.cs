// draft-ietf-oauth-status-list §12.5: an index is drawn evenly from all that are free, so that neighbours on a list tell nothing of the
// order or the company in which certificates were issued. A decoy is an index that is drawn and given to nobody.
using System.Buffers.Binary;
using System.Numerics;

namespace NetIdGrains.Credentials;

/// <summary>The free indexes of one block; for one writer. An index drawn is never given back: a reader may still hold the old list.</summary>
public sealed class StatusIndexAllocator
{
    private const int BitsOfWord = 64;

    private readonly ulong[] taken;

    /// <param name="size">Indexes in the block, a multiple of 64.</param>
    public StatusIndexAllocator(int size)
        : this(new ulong[WordCount(size)])
    {
    }

    private StatusIndexAllocator(ulong[] taken)
    {
        this.taken = taken;
        Free = taken.Sum(word => BitsOfWord - BitOperations.PopCount(word));
    }

    public int Free { get; private set; }

    /// <param name="saved">What <see cref="ToBytes"/> gave.</param>
    public static StatusIndexAllocator FromBytes(ReadOnlySpan<byte> saved)
    {
        var words = new ulong[WordCount(saved.Length * 8)];
        for (var i = 0; i < words.Length; i++) words[i] = BinaryPrimitives.ReadUInt64LittleEndian(saved[(i * sizeof(ulong))..]);
        return new StatusIndexAllocator(words);
    }

    /// <summary>One bit for each index, set when it is taken.</summary>
    public byte[] ToBytes()
    {
        var saved = new byte[taken.Length * sizeof(ulong)];
        for (var i = 0; i < taken.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(saved.AsSpan(i * sizeof(ulong)), taken[i]);
        return saved;
    }

    /// <returns>False when the block is full.</returns>
    public bool TryAllocate(IRandomSource random, out int index)
    {
        index = -1;
        if (Free == 0) return false;
        index = Take(Draw(random, Free));
        return true;
    }

    /// <summary>
    /// Indexes that are given to nobody. Whoever publishes the list makes some of them invalid from time to time, so that its counts do not
    /// tell how many certificates were revoked.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are not that many left.</exception>
    public IReadOnlyList<int> TakeDecoys(int count, IRandomSource random)
    {
        if (count > Free) throw new InvalidOperationException($"The block has {Free} free indexes.");
        return [.. Enumerable.Range(0, count).Select(_ => Take(Draw(random, Free)))];
    }

    // The free index with this many free ones before it.
    private int Take(int before)
    {
        var word = 0;
        for (var free = FreeIn(word); before >= free; free = FreeIn(word))
        {
            before -= free;
            word++;
        }

        var candidates = ~taken[word];
        for (; before > 0; before--) candidates &= candidates - 1;
        var bit = BitOperations.TrailingZeroCount(candidates);
        taken[word] |= 1UL << bit;
        Free--;
        return (word * BitsOfWord) + bit;
    }

    private int FreeIn(int word) => BitsOfWord - BitOperations.PopCount(taken[word]);

    // A plain remainder would favour the low indexes: what is drawn from the uneven rest at the top is thrown away.
    private static int Draw(IRandomSource random, int below)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        var even = (1UL << 32) / (uint)below * (uint)below;
        uint drawn;
        do
        {
            random.Fill(bytes);
            drawn = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
        while (drawn >= even);

        return (int)(drawn % (uint)below);
    }

    private static int WordCount(int size) => size > 0 && size % BitsOfWord == 0
        ? size / BitsOfWord
        : throw new ArgumentOutOfRangeException(nameof(size), "A block has a multiple of 64 indexes.");
}
