using System.Text.Json;

namespace NetIdGrains.Credentials.Tests;

public class StatusListTests
{
    private const int Million = 1 << 20;
    private static readonly JsonElement Published = Vectors.Read("status-lists.json");

    [Fact]
    public void The_small_lists_of_the_draft_are_written_and_read_as_published() =>
        Assert.All(Published.GetProperty("small").EnumerateArray(), vector =>
        {
            var bits = vector.GetProperty("bits").GetInt32();
            var statuses = vector.GetProperty("statuses").EnumerateArray().Select(value => (TokenStatus)value.GetInt32()).ToList();
            var list = new StatusList(bits, statuses.Count);
            for (var i = 0; i < statuses.Count; i++) list.Set(i, statuses[i]);
            Assert.Equal(AfterHeader(vector.Get("lst")), AfterHeader(list.Encode()));
            Assert.True(StatusList.TryDecode(bits, vector.Get("lst"), vector.Hex("bytes").Length, out var read));
            Assert.Equal(statuses, All(read));
        });

    [Fact]
    public void The_large_lists_of_the_draft_are_read_as_published() =>
        Assert.All(Published.GetProperty("large").EnumerateArray(), vector =>
        {
            var bits = vector.GetProperty("bits").GetInt32();
            Assert.True(StatusList.TryDecode(bits, StrictBase64Url.Encode(vector.Hex("zlib")), Million, out var list));
            Assert.Equal(Million, list.Length);
            var named = vector.GetProperty("statuses").EnumerateObject()
                .ToDictionary(entry => int.Parse(entry.Name), entry => (TokenStatus)entry.Value.GetInt32());
            var found = All(list).Index().Where(entry => entry.Item != TokenStatus.Valid).ToDictionary(entry => entry.Index, entry => entry.Item);
            Assert.Equal(named, found);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_entry_is_set_without_its_neighbours_and_set_back(int bits)
    {
        var list = new StatusList(bits, 16);
        var highest = (TokenStatus)((1 << bits) - 1);
        for (var i = 0; i < list.Length; i++)
        {
            list.Set(i, highest);
            Assert.Equal([.. Enumerable.Range(0, 16).Select(at => at == i ? highest : TokenStatus.Valid)], All(list));
            list.Set(i, TokenStatus.Valid);
        }
    }

    [Fact]
    public void A_list_survives_its_encoding()
    {
        var random = new Random(1);
        var list = new StatusList(2, 4096);
        for (var i = 0; i < list.Length; i++) list.Set(i, (TokenStatus)random.Next(4));
        Assert.True(StatusList.TryDecode(2, list.Encode(), 1024, out var read));
        Assert.Equal(All(list), All(read));
        Assert.False(StatusList.TryDecode(2, list.Encode(), 1023, out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    [InlineData(long.MaxValue)]
    public void There_is_no_entry_outside_of_the_list(long index)
    {
        Assert.False(new StatusList(1, 8).TryGet(index, out var status));
        Assert.NotEqual(TokenStatus.Valid, status);
    }

    [Theory]
    [InlineData(-1, TokenStatus.Invalid)]
    [InlineData(8, TokenStatus.Invalid)]
    [InlineData(0, TokenStatus.Suspended)]
    [InlineData(0, (TokenStatus)(-1))]
    public void What_does_not_fit_is_not_set(int index, TokenStatus status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatusList(1, 8).Set(index, status));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(4, 8)]
    [InlineData(1, 0)]
    [InlineData(1, 12)]
    [InlineData(2, 6)]
    public void A_list_fills_whole_bytes_by_one_or_two_bits(int bits, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatusList(bits, length));

    [Theory]
    [InlineData(1, null)]
    [InlineData(1, "")]
    [InlineData(1, "eNrbuRgAAhcBXQ==")]
    [InlineData(1, "eNrbuRgAAhcBXR")]
    [InlineData(1, "eNrbuRgAAhcBXA")]
    [InlineData(1, "27kYAA")]
    [InlineData(1, "eNoDAAAAAAE")]
    [InlineData(0, "eNrbuRgAAhcBXQ")]
    [InlineData(4, "eNrbuRgAAhcBXQ")]
    [InlineData(8, "eNrbuRgAAhcBXQ")]
    public void What_is_no_list_is_refused(int bits, string? lst) => Assert.False(StatusList.TryDecode(bits, lst, 100, out _));

    [Fact]
    public void A_few_bytes_do_not_become_many()
    {
        var bomb = new StatusList(1, 64 * Million).Encode();
        Assert.InRange(bomb.Length, 1, 64 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(StatusList.TryDecode(1, bomb, Million, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * Million);
    }

    [Fact]
    public void An_entry_takes_less_than_two_bytes_of_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var list = new StatusList(2, Million);
        var allocator = new StatusIndexAllocator(Million);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, Million / 2);
        Assert.Equal((Million, Million), (list.Length, allocator.Free));
    }

    // The two bytes before say how hard the writer tried (FLEVEL, RFC 1950 §2.2), which no reader needs.
    private static byte[] AfterHeader(string lst) => System.Buffers.Text.Base64Url.DecodeFromChars(lst)[2..];

    private static IReadOnlyList<TokenStatus> All(StatusList list) =>
        [.. Enumerable.Range(0, list.Length).Select(i => list.TryGet(i, out var status) ? status : throw new InvalidOperationException())];
}
