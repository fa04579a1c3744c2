using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine.Simulation;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// The first property of the simulation: one person, many applications at once, a store that fails, a clock that jumps and a process that dies. A2-5: never two
/// Net IDs. And a freeze that was acknowledged is seen by every later verification.
/// </summary>
public sealed class FirstStoryTests
{
    private const int Seeds = 1_000;
    private const int Applicants = 4;
    private const string Number = "11010519491231002X";
    private const string Name = "张三";
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A2_5_Never_two_Net_IDs_and_a_freeze_is_seen_whatever_crashes()
    {
        var kills = 0;
        Parallel.For(1, Seeds + 1, seed => Interlocked.Add(ref kills, Simulate(seed).Kills)); // each world has one thread to itself
        Assert.True(kills > Seeds, $"Only {kills} processes died: the property was hardly tried.");
    }

    [Fact]
    public void A_seed_replays_to_the_last_byte()
    {
        for (var seed = 1; seed <= 5; seed++)
            Assert.Equal(Simulate(seed).Trace, Simulate(seed).Trace);
    }

    private static (ulong Trace, int Kills) Simulate(int seed)
    {
        var world = new SimulatedWorld(seed, Start);
        var authority = new SimulatedAuthority(world, new OnePersonRegister());
        var run = new Run(authority, seed);
        world.Run(run.LiveAsync, TimeSpan.FromHours(1));
        return (world.Trace, run.Kills);
    }

    private sealed class Run(SimulatedAuthority authority, int seed)
    {
        private bool _over;

        public int Kills { get; private set; }

        public async Task LiveAsync()
        {
            await authority.StartAsync();
            await RegisterPlatformAsync();
            authority.Disk.Faults = new SimulatedFaults(0.02, 0.02);
            var trouble = MakeTroubleAsync();
            var wallet = await ApplyAsync();
            await FreezeAndVerifyAsync(wallet);
            _over = true;
            await trouble;
        }

        private async Task RegisterPlatformAsync()
        {
            var keys = $$"""{"keys":[{{DeterministicSigner.Any(authority.Random).PublicKey.ToJwk()}}]}""";
            var service = new PlatformService("login", "Login", "contract", "Contract", "Call", ["R01"], [], []);
            var registration = new PlatformRegistration("Shop", PlatformKind.Company, "shop@shop.example", "shop", 100, keys, null, null, [], [service]);
            var command = new RegisterPlatform(registration, new Attribution("Simulated", "test"));
            Assert.Equal(Refusal.None, (await authority.Grains.GetGrain<IPlatformGrain>("shop").Register(command)).Refusal);
        }

        private async Task MakeTroubleAsync()
        {
            while (!_over)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(authority.World.Chance.Next(20, 400)), authority.World.Time);
                if (_over)
                    return;
                authority.World.StepClock(TimeSpan.FromMilliseconds(authority.World.Chance.Next(-2_000, 2_000)));
                await authority.KillAndRestartAsync();
                Kills++;
            }
        }

        private async Task<SimulatedWallet> ApplyAsync()
        {
            var wallets = Enumerable.Range(0, Applicants).Select(_ => new SimulatedWallet(authority)).ToList();
            var refusals = await Task.WhenAll(wallets.Select(wallet => wallet.ApplyAsync(Number, Name)));
            var enrolled = Assert.Single(wallets, wallet => wallet.Credentials is not null);
            Assert.Equal(Applicants - 1, refusals.Count(refusal => refusal == Refusal.AlreadyEnrolled));
            var rows = authority.Rows.Where(row => row.Grain.StartsWith("net-id/", StringComparison.Ordinal)).ToList();
            Assert.True(rows.Count == 1 && rows[0].Grain == $"net-id/{enrolled.Credentials!.NetId}", $"Seed {seed}: {rows.Count} Net IDs.");
            return enrolled;
        }

        private async Task FreezeAndVerifyAsync(SimulatedWallet wallet)
        {
            var sequence = 0;
            for (var round = 0; round < 2; round++)
            {
                await wallet.ExecuteAsync("freeze");
                var frozen = await Task.WhenAll(VerifyAsync(), VerifyAsync());
                Assert.True(Array.TrueForAll(frozen, answer => !answer.Passed), $"Seed {seed}: passed although frozen.");
                await wallet.ExecuteAsync("unfreeze");
                var allowed = await VerifyAsync();
                Assert.True(allowed.Passed, $"Seed {seed}: failed although unfrozen.");
            }

            Task<VerificationAnswer> VerifyAsync() => wallet.VerifyAsync("shop", $"{++sequence:d32}");
        }
    }

    private sealed class OnePersonRegister : IPopulationRegister
    {
        public Task<RegisterEntry?> FindAsync(DocumentKind kind, string number, CancellationToken cancellationToken) =>
            Task.FromResult<RegisterEntry?>(new RegisterEntry("P1", Name, new DateOnly(1949, 12, 31), null, DocumentStatus.Active));
    }
}
