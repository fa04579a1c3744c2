using System.Text.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine.Simulation;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// A9-4: somebody leaves while a store fails and the process dies between any two of the steps. Whatever crashes, nothing is left but a tombstone, and where a
/// law asks for it one legal hold; and who comes back in the middle of it gets a new Net ID that lasts.
/// </summary>
public sealed class LeavingStoryTests
{
    private const int Seeds = 200;

    /// <summary>Made for this test.</summary>
    private const string EscrowKey =
        """
        {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
         "d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
        """;

    private static readonly DateTimeOffset Start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A9_4_Whatever_crashes_nothing_is_left_and_who_comes_back_stays()
    {
        var kills = 0;
        Parallel.For(1, Seeds + 1, seed =>
        {
            var world = new SimulatedWorld(seed, Start);
            var run = new Run(new SimulatedAuthority(world, new OnePersonRegister(), seed % 2 == 0 ? NewHold() : null), seed);
            world.Run(run.LiveAsync, TimeSpan.FromHours(3));
            Interlocked.Add(ref kills, run.Kills);
        });
        Assert.True(kills > Seeds, $"Only {kills} processes died: the property was hardly tried.");
    }

    private static LegalHoldOptions NewHold()
    {
        using var escrow = JsonDocument.Parse(EscrowKey);
        var publicKey = new JsonObject(escrow.RootElement.EnumerateObject().Where(member => member.Name != "d")
            .Select(member => KeyValuePair.Create<string, JsonNode?>(member.Name, member.Value.GetString())));
        return new LegalHoldOptions { Fields = { "net_id", "name" }, Days = 30, LegalBasis = "A law, article 1", EscrowKey = publicKey.ToJsonString() };
    }

    private sealed class Run(SimulatedAuthority authority, int seed)
    {
        private readonly SimulatedTrouble _trouble = new(authority, shortest: 5, longest: 200);

        public int Kills => _trouble.Kills;

        public async Task LiveAsync()
        {
            await authority.StartAsync();
            var leaver = new SimulatedWallet(authority);
            Assert.Equal(Refusal.None, await leaver.ApplyAsync(OnePersonRegister.Number, OnePersonRegister.Name));
            authority.Disk.Faults = new SimulatedFaults(0.05, 0.05);
            _trouble.Begin();
            var (leaving, meddling) = (leaver.LeaveAsync(), MeddleAsync(leaver));
            var (back, refusal) = (new SimulatedWallet(authority), Refusal.AlreadyEnrolled);
            while (refusal == Refusal.AlreadyEnrolled) // while it lasts nobody is enrolled twice
                refusal = await back.ApplyAsync(OnePersonRegister.Number, OnePersonRegister.Name);
            var departure = await leaving;
            await meddling;
            Assert.Equal(Refusal.None, refusal);
            Assert.NotEqual(leaver.Credentials!.NetId, back.Credentials!.NetId);
            await _trouble.EndAsync();
            authority.Disk.Faults = SimulatedFaults.None;
            await RetentionGrain.Of(authority.Grains).Start(); // what a crash has left is the sweeper's
            await Task.Delay(TimeSpan.FromMinutes(30), authority.World.Time);
            Check(leaver, back, departure);
            await back.ExecuteAsync("freeze"); // who came back is there, and can be read
            await back.ExecuteAsync("unfreeze");
        }

        /// <summary>Changes the Net ID while leaving, as from another device. What is refused is refused: the record is closed, or another's who came back.</summary>
        private async Task MeddleAsync(SimulatedWallet leaver)
        {
            for (var count = 0; count < 5; count++)
            {
                await leaver.ChangeNetIdAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(authority.World.Chance.Next(1, 20)), authority.World.Time);
            }
        }

        private void Check(SimulatedWallet leaver, SimulatedWallet back, Departure departure)
        {
            Assert.True(DeletionReceipt.TryVerify(departure.Receipt, authority.Keys.Anchor, out var receipt), $"Seed {seed}: no receipt.");
            Assert.Equal(seed % 2 == 0 ? "A law, article 1" : null, receipt.Hold?.LegalBasis);
            Assert.DoesNotContain(authority.DataKeyNames, name => name.StartsWith("leaving/", StringComparison.Ordinal));
            Assert.Single(authority.DataKeyNames, name => name.StartsWith("citizen/", StringComparison.Ordinal));
            var rows = authority.Rows.Select(row => row.Grain).ToList();
            Assert.True(rows.Count(row => row.StartsWith("citizen/", StringComparison.Ordinal)) == 1, $"Seed {seed}: not one citizen.");
            Assert.True(rows.Count(row => row.StartsWith("enrolment/", StringComparison.Ordinal)) == 1, $"Seed {seed}: not one enrolment.");
            Assert.DoesNotContain($"application/{leaver.Application}", rows);
            Assert.Contains($"net-id/{leaver.Credentials!.NetId}", rows); // the tombstone
            CheckHold();
            var owned = authority.Rows.Where(row => row.Grain.StartsWith("net-id/", StringComparison.Ordinal))
                .Where(row => (string?)JsonNode.Parse(row.Data)!["SealedOwner"] is not null).Select(row => row.Grain);
            Assert.Equal([$"net-id/{back.Credentials!.NetId}"], owned); // also of what was changed while leaving nothing is left
        }

        /// <summary>Off, there is none; on, there is one, however often the leaving was begun and gone on with, and it is whole.</summary>
        private void CheckHold()
        {
            var holds = authority.Rows.Where(row => row.Grain.StartsWith("legal-hold/", StringComparison.Ordinal)).ToList();
            Assert.True(holds.Count == (seed % 2 == 0 ? 1 : 0), $"Seed {seed}: {holds.Count} holds.");
            foreach (var hold in holds)
            {
                var jwe = JsonSerializer.Deserialize<LegalHoldState>(hold.Data, StateJson.Options)!.Sealed;
                Assert.True(Jwe.TryDecrypt(jwe, EscrowKey, out var opened));
                Assert.Contains($"net-id/{JsonNode.Parse(opened)!["net_id"]}", authority.Rows.Select(row => row.Grain)); // a tombstone's
                Assert.Equal(OnePersonRegister.Name, (string?)JsonNode.Parse(opened)!["name"]);
            }
        }
    }
}
