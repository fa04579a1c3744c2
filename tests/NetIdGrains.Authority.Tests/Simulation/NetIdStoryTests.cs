using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine.Simulation;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// Somebody changes their Net ID, again and again, while a store fails and the process dies between any two steps, and never asks what became of it.
/// In the end one Net ID is theirs: the one in the record.
/// </summary>
public sealed class NetIdStoryTests
{
    private const int Seeds = 200;
    private const int Changes = 16;
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_crashes_a_person_has_one_Net_ID()
    {
        var (kills, changes) = (0, 0);
        Parallel.For(1, Seeds + 1, seed =>
        {
            var world = new SimulatedWorld(seed, Start);
            var run = new Run(new SimulatedAuthority(world, new OnePersonRegister()), seed);
            world.Run(run.LiveAsync, TimeSpan.FromHours(3));
            Interlocked.Add(ref kills, run.Kills);
            Interlocked.Add(ref changes, run.Changed);
        });
        Assert.True(kills > Seeds, $"Only {kills} processes died: the property was hardly tried.");
        Assert.True(changes > Seeds, $"Only {changes} Net IDs were changed: the property was hardly tried.");
    }

    private sealed class Run(SimulatedAuthority authority, int seed)
    {
        private readonly SimulatedTrouble _trouble = new(authority, shortest: 5, longest: 400);

        public int Kills => _trouble.Kills;

        public int Changed { get; private set; }

        public async Task LiveAsync()
        {
            await authority.StartAsync();
            var wallet = new SimulatedWallet(authority);
            Assert.Equal(Refusal.None, await wallet.ApplyAsync(OnePersonRegister.Number, OnePersonRegister.Name));
            authority.Disk.Faults = new SimulatedFaults(0.05, 0.05);
            _trouble.Begin();
            for (var count = 0; count < Changes; count++)
            {
                Assert.Contains(await wallet.ChangeNetIdAsync(), new[] { Refusal.None, Refusal.Unavailable });
                await Task.Delay(TimeSpan.FromMilliseconds(authority.World.Chance.Next(1, 2_000)), authority.World.Time);
            }

            await _trouble.EndAsync();
            authority.Disk.Faults = SimulatedFaults.None;
            await RetentionGrain.Of(authority.Grains).Start(); // what a crash has left is the sweeper's
            await wallet.ExecuteAsync("freeze"); // or whoever's opens the record next, where the deadline itself was lost
            await Task.Delay(TimeSpan.FromMinutes(30), authority.World.Time);
            Check();
        }

        private void Check()
        {
            var citizen = Assert.Single(authority.Rows, row => row.Grain.StartsWith("citizen/", StringComparison.Ordinal));
            var record = JsonNode.Parse(citizen.Data)!;
            var netIds = authority.Rows.Where(row => row.Grain.StartsWith("net-id/", StringComparison.Ordinal)).ToList();
            var owned = netIds.Where(row => (string?)JsonNode.Parse(row.Data)!["SealedOwner"] is not null).Select(row => row.Grain).ToList();
            Assert.True(owned is [var one] && one == $"net-id/{record["NetId"]}", $"Seed {seed}: {owned.Count} Net IDs are somebody's.");
            Assert.Null((string?)record["RetiringNetId"]);
            Changed = netIds.Count - 1;
        }
    }
}
