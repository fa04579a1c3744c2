namespace NetIdGrains.Credentials.Tests;

public class StatusIndexAllocatorTests
{
    private static readonly FixedRandom Chance = new("status");

    [Fact]
    public void A_block_gives_every_index_once_and_then_none()
    {
        var block = new StatusIndexAllocator(256);
        var drawn = Enumerable.Range(0, 256).Select(_ => block.TryAllocate(Chance, out var index) ? index : -1).ToList();
        Assert.Equal(Enumerable.Range(0, 256), drawn.Order());
        Assert.NotEqual(Enumerable.Range(0, 256), drawn);
        Assert.Equal(0, block.Free);
        Assert.False(block.TryAllocate(Chance, out var none));
        Assert.Equal(-1, none);
    }

    // Each of 64 indexes is expected 500 times as the first and as the second draw; six standard deviations are 133.
    [Fact]
    public void Every_index_is_as_likely_as_any_other()
    {
        var (first, second) = (new int[64], new int[64]);
        for (var i = 0; i < 32_000; i++)
        {
            var block = new StatusIndexAllocator(64);
            Assert.True(block.TryAllocate(Chance, out var one));
            Assert.True(block.TryAllocate(Chance, out var two));
            first[one]++;
            second[two]++;
        }

        Assert.All(first.Concat(second), count => Assert.InRange(count, 367, 633));
    }

    [Fact]
    public void A8_4_decoys_are_drawn_like_any_other_and_given_to_nobody()
    {
        var block = new StatusIndexAllocator(128);
        var decoys = block.TakeDecoys(64, Chance);
        var given = Enumerable.Range(0, 64).Select(_ => block.TryAllocate(Chance, out var index) ? index : -1).ToList();
        Assert.Equal(Enumerable.Range(0, 128), decoys.Concat(given).Order());
        Assert.NotEqual(decoys.Order(), decoys);
        Assert.Throws<InvalidOperationException>(() => block.TakeDecoys(1, Chance));
    }

    [Fact]
    public void A_block_goes_on_where_it_was_saved()
    {
        var block = new StatusIndexAllocator(128);
        var drawn = new HashSet<int>();
        for (var i = 0; i < 128; i++)
        {
            block = StatusIndexAllocator.FromBytes(block.ToBytes());
            Assert.Equal(128 - i, block.Free);
            Assert.True(block.TryAllocate(Chance, out var index) && drawn.Add(index));
            Assert.Equal(1, (block.ToBytes()[index / 8] >> (index % 8)) & 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-64)]
    [InlineData(63)]
    [InlineData(100)]
    public void A_block_has_whole_words(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new StatusIndexAllocator(size));

    // Below 64 the even part of 2^32 is all of it; below 3 its last value is thrown away, and the next one drawn is taken.
    [Fact]
    public void The_uneven_rest_is_drawn_again()
    {
        var block = StatusIndexAllocator.FromBytes([0xF8, .. Enumerable.Repeat((byte)0xFF, 7)]);
        Assert.True(block.TryAllocate(new Given([0xFFFF_FFFF, 2]), out var index));
        Assert.Equal(2, index);
    }

    private sealed class Given(uint[] values) : IRandomSource
    {
        private int next;

        public void Fill(Span<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, values[next++]);
    }
}
