using Microsoft.Extensions.Time.Testing;
using NetIdGrains.Cluster;
using NetIdGrains.Contract;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.ClusterTests;

/// <summary>Grain state over several accounts: where it is, and that a shard which moves loses nothing and is written in one place alone.</summary>
public sealed class ShardedGrainStorageTests
{
    private const string Map = """{"version": 1, "shards": [{"from": 0, "to": 1023, "account": "a"}]}""";
    private const string Moving = """{"version": 2, "shards": [{"from": 0, "to": 1023, "account": "b", "moving_from": "a"}]}""";
    private const string Moved = """{"version": 3, "shards": [{"from": 0, "to": 1023, "account": "b"}]}""";
    private const string MovingBack = """{"version": 4, "shards": [{"from": 0, "to": 1023, "account": "a", "moving_from": "b"}]}""";

    private static readonly GrainId Grain = GrainId.Create("citizen", "one");
    private readonly FakeTimeProvider _time = new();
    private readonly StrictAccount _a = new();
    private readonly StrictAccount _b = new();
    private string _published = Map;

    [Fact]
    public async Task What_is_written_is_read_and_an_old_etag_writes_nothing()
    {
        var silo = NewSilo();
        var first = await ReadAsync(silo);
        Assert.False(first.RecordExists);
        await WriteAsync(silo, first, "1");
        var (one, other) = (await ReadAsync(silo), await ReadAsync(silo));
        Assert.Equal(("1", true), (one.State!.Text, one.RecordExists));
        await WriteAsync(silo, one, "2");
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(silo, other, "3"));
        await silo.ClearStateAsync("state", Grain, one);
        Assert.False((await ReadAsync(silo)).RecordExists);
        Assert.Empty(_b.Rows);
    }

    [Fact]
    public async Task A_shard_moves_grain_by_grain_and_a_stale_activation_writes_nowhere()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        var stale = await ReadAsync(silo); // an activation in a silo that knows the old map
        _published = Moving;
        var fresh = NewSilo();
        var moved = await ReadAsync(fresh);
        Assert.Equal("1", moved.State!.Text);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(silo, stale, "2")); // to the old home, by its old map
        _time.Advance(CurrentShardMap.ReadAgainAfter);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(silo, stale, "2")); // and to the new
        await WriteAsync(fresh, moved, "3");
        Assert.Equal("3", (await ReadAsync(silo)).State!.Text);
        Assert.Null(Assert.Single(_a.Rows).Value); // of the old row a tombstone is left, and no state
        _published = Moved;
        Assert.Equal("3", (await ReadAsync(NewSilo())).State!.Text);
    }

    /// <summary>The moment in which the state is on its way: the old home is closed before the new one takes it.</summary>
    [Fact]
    public async Task A_stale_activation_writes_nothing_while_the_new_home_takes_the_state()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        var stale = await ReadAsync(silo);
        _published = Moving;
        var tries = 0;
        _b.Taking = async () =>
        {
            tries++;
            await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(silo, stale, "2")); // it knows the old map alone
        };
        Assert.Equal("1", (await ReadAsync(NewSilo())).State!.Text);
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Who_has_read_nothing_writes_over_nobody()
    {
        var silo = NewSilo();
        var nothing = await ReadAsync(silo);
        await WriteAsync(silo, await ReadAsync(silo), "1");
        _published = Moving;
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(NewSilo(), nothing, "2"));
        Assert.Equal("1", (await ReadAsync(NewSilo())).State!.Text);
    }

    [Fact]
    public async Task What_was_cleared_in_the_new_home_does_not_come_back_from_the_old()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        _published = Moving;
        var fresh = NewSilo();
        var moved = await ReadAsync(fresh);
        await fresh.ClearStateAsync("state", Grain, moved);
        Assert.False((await ReadAsync(NewSilo())).RecordExists);
    }

    [Fact]
    public async Task A_shard_can_come_back_over_its_own_tombstones()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        _published = Moving;
        await ReadAsync(NewSilo());
        _published = MovingBack;
        var back = NewSilo();
        var state = await ReadAsync(back);
        Assert.Equal("1", state.State!.Text);
        await WriteAsync(back, state, "2");
        Assert.Equal("2", (await ReadAsync(NewSilo())).State!.Text);
    }

    /// <summary>A silo that has not heard of the move finds a tombstone where it looks; to take it for nothing would lose all that is written from then on.</summary>
    [Fact]
    public async Task Who_has_the_old_map_does_not_take_a_tombstone_for_nothing()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        var behind = NewSilo();
        await ReadAsync(behind); // and knows the old map for a second
        _published = Moving;
        var fresh = NewSilo();
        await WriteAsync(fresh, await ReadAsync(fresh), "2");
        await Assert.ThrowsAsync<OrleansException>(() => ReadAsync(behind));
        await Assert.ThrowsAnyAsync<OrleansException>(() => WriteAsync(behind, new GrainState<Kept>(new Kept()), "3"));
        _time.Advance(CurrentShardMap.ReadAgainAfter);
        Assert.Equal("2", (await ReadAsync(behind)).State!.Text);
    }

    /// <summary>One that brings a row over is slow; meanwhile another has brought it over, and cleared it.</summary>
    [Fact]
    public async Task A_slow_copy_brings_nothing_back_that_was_cleared()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        _published = Moving;
        _b.Taking = async () =>
        {
            _b.Taking = () => Task.CompletedTask;
            var fast = NewSilo();
            await fast.ClearStateAsync("state", Grain, await ReadAsync(fast));
        };
        await Assert.ThrowsAsync<InconsistentStateException>(() => ReadAsync(NewSilo()));
        Assert.False((await ReadAsync(NewSilo())).RecordExists);
        _published = Moved;
        var settled = NewSilo();
        await WriteAsync(settled, await ReadAsync(settled), "2"); // over the mark
        Assert.Equal("2", (await ReadAsync(settled)).State!.Text);
    }

    /// <summary>However late a first write by the old map comes, there is one row.</summary>
    [Fact]
    public async Task A_first_write_closes_the_old_home_before_the_new_one_takes_it()
    {
        var behind = NewSilo();
        var nothing = await ReadAsync(behind);
        _published = Moving;
        var fresh = NewSilo();
        var first = await ReadAsync(fresh);
        _b.Taking = async () =>
        {
            var late = new GrainState<Housed<Kept>>(new Housed<Kept> { State = new Kept { Text = "late" } });
            await Assert.ThrowsAsync<InconsistentStateException>(() => _a.WriteStateAsync("state", Grain, late)); // on its way since before the move
        };
        await WriteAsync(fresh, first, "1");
        await Assert.ThrowsAnyAsync<OrleansException>(() => WriteAsync(behind, nothing, "2"));
        Assert.Equal("1", (await ReadAsync(NewSilo())).State!.Text);
    }

    /// <summary>What an earlier stay has left in the old home, a mark or a tombstone, is closed for this move too, like an empty place.</summary>
    [Fact]
    public async Task A_first_write_closes_the_old_home_over_what_an_earlier_stay_has_left()
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        _published = Moving;
        await ReadAsync(NewSilo());
        _published = MovingBack;
        var back = NewSilo();
        await back.ClearStateAsync("state", Grain, await ReadAsync(back)); // leaves a mark
        _published = Map.Replace("1,", "5,", StringComparison.Ordinal);
        var behind = NewSilo();
        var nothing = await ReadAsync(behind);
        var tries = 0;
        _a.Taking = async () =>
        {
            _a.Taking = () => Task.CompletedTask; // it has read the mark, and is slow
            tries++;
            _published = Moving.Replace("2,", "6,", StringComparison.Ordinal);
            var fresh = NewSilo();
            await WriteAsync(fresh, await ReadAsync(fresh), "2");
        };
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(behind, nothing, "3"));
        Assert.Equal((1, "2"), (tries, (await ReadAsync(NewSilo())).State!.Text));
    }

    /// <summary>Each of the three writes of a move fails, before or after it has taken effect; whoever reads next goes on.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task A_crash_in_the_middle_of_a_move_loses_nothing(int write, bool tookEffect)
    {
        var silo = NewSilo();
        await WriteAsync(silo, await ReadAsync(silo), "1");
        var stale = await ReadAsync(silo);
        _published = Moving;
        var writes = 0;
        Func<bool> fails = () => ++writes == write;
        (_a.Fails, _b.Fails, _a.TakesEffect, _b.TakesEffect) = (fails, fails, tookEffect, tookEffect);
        await Assert.ThrowsAsync<OrleansException>(() => ReadAsync(NewSilo()));
        (_a.Fails, _b.Fails) = (() => false, () => false);
        var state = await ReadAsync(NewSilo());
        Assert.Equal("1", state.State!.Text);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(silo, stale, "2"));
        await WriteAsync(NewSilo(), state, "3");
        Assert.Equal("3", (await ReadAsync(NewSilo())).State!.Text);
        Assert.Null(Assert.Single(_a.Rows).Value); // no copy is left in the old home
    }

    [Fact]
    public async Task A_silo_that_has_not_heard_of_the_map_for_five_seconds_writes_nothing()
    {
        var silo = NewSilo();
        var state = await ReadAsync(silo);
        _published = "";
        _time.Advance(CurrentShardMap.BelievedFor - TimeSpan.FromMilliseconds(1));
        await WriteAsync(silo, state, "1");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<OrleansException>(() => WriteAsync(silo, state, "2"));
        _published = Map;
        await WriteAsync(silo, state, "2");
    }

    [Theory]
    [InlineData("", "is not the JSON")]
    [InlineData("""{"version": 1}""", "is not the JSON")]
    [InlineData("""{"version": 1, "shards": [], "more": 1}""", "is not the JSON")]
    [InlineData("""{"version": 1, "shards": [{"from": 0, "to": 1024, "account": "a"}]}""", "from 0 to 1024")]
    [InlineData("""{"version": 1, "shards": [{"from": 5, "to": 4, "account": "a"}]}""", "from 5 to 4")]
    [InlineData("""{"version": 1, "shards": [{"from": 0, "to": 1023, "account": "c"}]}""", "not configured")]
    [InlineData("""{"version": 1, "shards": [{"from": 0, "to": 1023, "account": "a", "moving_from": "a"}]}""", "moves to where they are")]
    [InlineData("""{"version": 1, "shards": [{"from": 0, "to": 512, "account": "a"}, {"from": 512, "to": 1023, "account": "b"}]}""", "shard 512 twice")]
    [InlineData("""{"version": 1, "shards": [{"from": 0, "to": 1022, "account": "a"}]}""", "leaves shard 1023 out")]
    public void A_map_that_is_none_is_refused_with_what_is_wrong(string json, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => ShardMap.Parse(json, ["a", "b"])).Message, StringComparison.Ordinal);

    /// <summary>Frozen: another hash would look for every grain in another place.</summary>
    [Theory]
    [InlineData("citizen", "one", 893)]
    [InlineData("platform", "shop", 930)]
    public void A_grains_shard_never_changes(string type, string key, int shard) => Assert.Equal(shard, ShardMap.ShardOf(GrainId.Create(type, key)));

    [Fact]
    public void Shards_are_filled_evenly()
    {
        var counts = new int[ShardMap.Shards];
        for (var grain = 0; grain < 102_400; grain++)
            counts[ShardMap.ShardOf(GrainId.Create("citizen", $"{grain}"))]++;
        Assert.InRange(counts.Min(), 55, 100); // a hundred each: nine tenths of a thousandth are further away than four and a half deviations
        Assert.InRange(counts.Max(), 100, 150);
    }

    [Fact]
    public void State_of_the_version_before_and_after_is_read()
    {
        var serializer = new StateJsonSerializer();
        var older = serializer.Serialize(new Text { Value = "1" });
        Assert.Equal(("1", null), (serializer.Deserialize<NewerText>(older).Value, serializer.Deserialize<NewerText>(older).Added));
        Assert.Equal("2", serializer.Deserialize<Text>(serializer.Serialize(new NewerText { Value = "2", Added = "more" })).Value);
    }

    private ShardedGrainStorage NewSilo() => new(
        new CurrentShardMap(_ => Task.FromResult(ShardMap.Parse(_published, ["a", "b"])), _time),
        new Dictionary<string, IGrainStorage> { ["a"] = _a, ["b"] = _b });

    private static async Task<GrainState<Kept>> ReadAsync(ShardedGrainStorage silo)
    {
        var state = new GrainState<Kept>(new Kept());
        await silo.ReadStateAsync("state", Grain, state);
        return state;
    }

    private static async Task WriteAsync(ShardedGrainStorage silo, GrainState<Kept> state, string text)
    {
        state.State = new Kept { Text = text };
        await silo.WriteStateAsync("state", Grain, state);
    }

    public sealed record Kept
    {
        public string? Text { get; init; }
    }

    private sealed record Text
    {
        public string? Value { get; init; }
    }

    private sealed record NewerText
    {
        public string? Value { get; init; }

        public string? Added { get; init; }
    }

    /// <summary>One account, as strict about ETags as Azure is, that fails when it is told to.</summary>
    private sealed class StrictAccount : IGrainStorage
    {
        private readonly Dictionary<string, (object Value, int Version)> _rows = [];
        private int _version;

        public Func<bool> Fails { get; set; } = () => false;

        public bool TakesEffect { get; set; }

        /// <summary>What happens while a row is written.</summary>
        public Func<Task> Taking { get; set; } = () => Task.CompletedTask;

        /// <summary>The text in each row, null in a tombstone that is empty.</summary>
        public Dictionary<string, string?> Rows => _rows.ToDictionary(row => row.Key, row => ((Housed<Kept>)row.Value.Value).State?.Text);

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.RecordExists = _rows.TryGetValue($"{stateName}/{grainId}", out var row);
            if (grainState.RecordExists)
                (grainState.State, grainState.ETag) = ((T)row.Value, $"{row.Version}");
            return Task.CompletedTask;
        }

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            await Taking();
            var fails = Fails();
            if (fails && !TakesEffect)
                throw new OrleansException("The account is away.");
            Check(stateName, grainId, grainState);
            _rows[$"{stateName}/{grainId}"] = (grainState.State!, ++_version);
            grainState.ETag = $"{_version}";
            if (fails)
                throw new OrleansException("The account is away.");
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(stateName, grainId, grainState);
            _rows.Remove($"{stateName}/{grainId}");
            return Task.CompletedTask;
        }

        private void Check<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var stored = _rows.TryGetValue($"{stateName}/{grainId}", out var row) ? $"{row.Version}" : null;
            if (stored != grainState.ETag)
                throw new InconsistentStateException("Another has written it.", stored, grainState.ETag);
        }
    }
}
