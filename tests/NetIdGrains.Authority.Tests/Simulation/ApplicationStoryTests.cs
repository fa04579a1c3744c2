using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine.Simulation;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// Applications taken step by step while a store fails and the process dies between any two of them: whoever goes on ends with a Net ID, whoever
/// cancels or stops leaves nothing, once their time is over.
/// </summary>
public sealed class ApplicationStoryTests
{
    private const int Seeds = 300;
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A4_2_Whatever_crashes_an_application_is_finished_or_leaves_nothing()
    {
        var kills = 0;
        Parallel.For(1, Seeds + 1, seed =>
        {
            var world = new SimulatedWorld(seed, Start);
            var run = new Run(new SimulatedAuthority(world, new OnePersonRegister()), seed);
            world.Run(run.LiveAsync, TimeSpan.FromDays(3));
            Interlocked.Add(ref kills, run.Kills);
        });
        Assert.True(kills > Seeds, $"Only {kills} processes died: the property was hardly tried.");
    }

    private sealed class Run(SimulatedAuthority authority, int seed)
    {
        private readonly SimulatedTrouble _trouble = new(authority, shortest: 20, longest: 300);

        public int Kills => _trouble.Kills;

        public async Task LiveAsync()
        {
            await authority.StartAsync();
            authority.Disk.Faults = new SimulatedFaults(0.03, 0.03);
            _trouble.Begin();
            var (going, leaving, stopping) = (new SimulatedWallet(authority), new SimulatedWallet(authority), new SimulatedWallet(authority));
            var gone = Application();
            var stopped = Application();
            var ends = await Task.WhenAll(
                going.ApplyAsync(OnePersonRegister.Number, OnePersonRegister.Name),
                LeaveAsync(leaving, gone),
                StopAsync(stopping, stopped));
            Assert.True(Array.TrueForAll(ends, refusal => refusal == Refusal.None), $"Seed {seed}: {string.Join(", ", ends)}.");
            Assert.NotNull(going.Credentials);
            Nothing(gone);
            Assert.Single(authority.Rows, row => row.Grain.StartsWith("net-id/", StringComparison.Ordinal));
            await _trouble.EndAsync();
            authority.Disk.Faults = SimulatedFaults.None;
            authority.World.StepClock(TimeSpan.FromHours(25));
            foreach (var application in (string[])[gone, stopped])
                Assert.Null((await authority.Grains.GetGrain<IApplicationGrain>(application).Tidy()).Due);
            Nothing(stopped);
            Assert.DoesNotContain(authority.DataKeyNames, name => name == $"application/{stopped}" || name == $"application/{gone}");
        }

        private string Application() => authority.References.NewApplication(out _);

        private static async Task<Refusal> LeaveAsync(SimulatedWallet wallet, string application)
        {
            var refusal = await StopAsync(wallet, application);
            return refusal == Refusal.None ? (await wallet.TakeAsync(application, "cancel", new JsonObject())).Refusal : refusal;
        }

        private static async Task<Refusal> StopAsync(SimulatedWallet wallet, string application)
        {
            var agreed = await wallet.AgreeAsync(application);
            return agreed.Refusal == Refusal.None ? (await wallet.DocumentAsync(application, OnePersonRegister.Number, OnePersonRegister.Name)).Refusal : agreed.Refusal;
        }

        private void Nothing(string application) =>
            Assert.DoesNotContain(authority.Rows, row => row.Grain == $"application/{application}");
    }
}
