using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine.Simulation;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// Verifications that a citizen decides, while the store fails and the process dies: each ends once, says the same each time it is asked, and
/// its platform is told at least once, the same.
/// </summary>
public sealed class ScanStoryTests
{
    private const int Seeds = 150;
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);
    private static readonly string[] Stories = ["approve", "deny", "cancel", "race", "expire"];

    [Fact]
    public void A5_1_a_verification_ends_once_and_its_platform_is_told_whatever_crashes()
    {
        var kills = 0;
        Parallel.For(1, Seeds + 1, seed => Interlocked.Add(ref kills, Simulate(seed, new SimulatedFaults(0.03, 0.03), null).Kills));
        Assert.True(kills > Seeds, $"Only {kills} processes died: the property was hardly tried.");
    }

    [Fact]
    public void A_seed_replays_to_the_last_byte() =>
        Assert.Equal(Simulate(3, new SimulatedFaults(0.03, 0.03), null).Trace, Simulate(3, new SimulatedFaults(0.03, 0.03), null).Trace);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_write_fails_once_and_it_still_ends_once(bool applied)
    {
        var writes = int.MaxValue;
        for (var fails = 1; fails <= writes; fails++)
            writes = Simulate(1, SimulatedFaults.None, new FaultTable(fails, applied)).Writes;
        Assert.InRange(writes, 20, 500); // each of the stories writes a few times
    }

    private static (ulong Trace, int Kills, int Writes) Simulate(int seed, SimulatedFaults faults, FaultTable? table)
    {
        var world = new SimulatedWorld(seed, Start);
        var authority = new SimulatedAuthority(world, new SomeoneRegister());
        var run = new Run(authority, seed, faults, table);
        world.Run(run.LiveAsync, TimeSpan.FromHours(24));
        return (world.Trace, run.Kills, table?.Writes ?? 0);
    }

    /// <summary>The write that fails, and how.</summary>
    private sealed class FaultTable(int fails, bool applied)
    {
        public int Writes { get; private set; }

        public SimulatedFaults Of(string call) =>
            call.StartsWith("read", StringComparison.Ordinal) || call.StartsWith("find", StringComparison.Ordinal) || ++Writes != fails ? SimulatedFaults.None
            : applied ? new SimulatedFaults(0, 1) : new SimulatedFaults(1, 0);
    }

    private sealed class Run(SimulatedAuthority authority, int seed, SimulatedFaults faults, FaultTable? table)
    {
        private readonly Dictionary<string, VerificationAnswer> _answers = [];
        private readonly SimulatedTrouble _trouble = new(authority, shortest: 5, longest: 100);

        public int Kills => _trouble.Kills;

        public async Task LiveAsync()
        {
            await authority.StartAsync();
            await RegisterPlatformAsync();
            var wallet = new SimulatedWallet(authority);
            Assert.Equal(Refusal.None, await wallet.ApplyAsync("11010519491231002X", "张三"));
            authority.Callbacks.IsAway = () => authority.World.Chance.NextDouble() < 0.2;
            (authority.Disk.Faults, authority.Disk.FaultsOf) = (faults, table is null ? null : table.Of);
            if (table is null)
                _trouble.Begin();
            var transactions = await Task.WhenAll(Stories.Select((story, index) => LiveAsync(wallet, story, $"{index:d32}")));
            await _trouble.EndAsync();
            await EndAsync(transactions[^1]); // what nobody decides ends when it is looked at
            (authority.Disk.Faults, authority.Disk.FaultsOf) = (SimulatedFaults.None, null);
            await AllAreToldAsync(transactions);
        }

        private async Task<string> LiveAsync(SimulatedWallet wallet, string story, string sequenceNumber)
        {
            var transaction = authority.References.Transaction("shop", sequenceNumber);
            await BeginAsync(wallet, transaction, sequenceNumber);
            switch (story)
            {
                case "approve":
                    Assert.Equal(VerificationStatus.Approved, (await wallet.DecideAsync(transaction, "approve")).Value?.Status);
                    break;
                case "deny":
                    Assert.Equal(VerificationStatus.Denied, (await wallet.DecideAsync(transaction, "deny")).Value?.Status);
                    break;
                case "cancel":
                    Assert.Equal(Refusal.None, await CancelAsync(wallet, transaction));
                    break;
                case "race":
                    var approving = wallet.DecideAsync(transaction, "approve");
                    var cancelled = await CancelAsync(wallet, transaction);
                    var approved = (await approving).Refusal;
                    Assert.True(approved == Refusal.None != (cancelled == Refusal.None), $"Seed {seed}: approved {approved} and cancelled {cancelled}.");
                    break;
            }

            if (story == "expire")
                return transaction;
            await EndAsync(transaction);
            Assert.Equal(
                story switch { "approve" => Ending.Answered, "deny" => Ending.Denied, "cancel" => Ending.Cancelled, _ => _answers[transaction].Ending },
                _answers[transaction].Ending);
            Assert.Equal(_answers[transaction].Ending == Ending.Answered, _answers[transaction].Passed);
            await EndAsync(transaction);
            return transaction;
        }

        /// <summary>Begun until it is acknowledged, and once more: the same again finds what it began.</summary>
        private async Task BeginAsync(SimulatedWallet wallet, string transaction, string sequenceNumber)
        {
            var ask = new VerificationAsk("shop", "shop", "login", "Login", "Contract", sequenceNumber, "R01", [], [], Identifier: null);
            var command = new BeginVerification(ask, Carrier.Scan, null, null, null, null, "https://shop.example/told");
            for (var times = 0; times < 2;)
            {
                var begun = await wallet.TryAsync(() => authority.Grains.GetGrain<IVerificationGrain>(transaction).Begin(command));
                Assert.True(begun.Refusal is Refusal.None or Refusal.Unavailable, $"Seed {seed}: {begun.Refusal}");
                times += begun.Refusal == Refusal.None ? 1 : 0;
            }
        }

        private async Task<Refusal> CancelAsync(SimulatedWallet wallet, string transaction)
        {
            while (true)
            {
                var cancelled = await wallet.TryAsync(() => authority.Grains.GetGrain<IVerificationGrain>(transaction).Cancel("shop"));
                if (cancelled.Refusal != Refusal.Unavailable)
                    return cancelled.Refusal;
            }
        }

        /// <summary>Asks until there is an answer, and holds it against every answer before.</summary>
        private async Task EndAsync(string transaction)
        {
            var asking = new SimulatedWallet(authority);
            while (true)
            {
                var seen = await asking.TryAsync(() => authority.Grains.GetGrain<IVerificationGrain>(transaction).View("shop"));
                if (seen.Value?.Answer is { } answer)
                {
                    if (_answers.TryGetValue(transaction, out var before))
                        Assert.Equal(before with { Assurance = answer.Assurance }, answer); // an array is equal to itself alone
                    _answers[transaction] = answer;
                    return;
                }

                Assert.True(seen.Refusal is Refusal.None or Refusal.Unavailable, $"Seed {seed}: {seen.Refusal}");
                await Task.Delay(TimeSpan.FromSeconds(seen.Value is null ? 0.1 : 20), authority.World.Time);
            }
        }

        /// <summary>By the sweeper, whatever was lost with the processes that died.</summary>
        private async Task AllAreToldAsync(string[] transactions)
        {
            await RetentionGrain.Of(authority.Grains).Start();
            var told = authority.Callbacks.Delivered;
            while (transactions.Except(told.Select(message => message.Id)).Any())
                await Task.Delay(TimeSpan.FromMinutes(1), authority.World.Time);
            foreach (var transaction in transactions)
            {
                await EndAsync(transaction);
                var bodies = told.Where(message => message.Id == transaction).Select(message => System.Text.Encoding.UTF8.GetString(message.Body.Span)).Distinct();
                Assert.Contains(_answers[transaction].Receipt, Assert.Single(bodies), StringComparison.Ordinal);
            }
        }

        private async Task RegisterPlatformAsync()
        {
            var keys = $$"""{"keys":[{{DeterministicSigner.Any(authority.Random).PublicKey.ToJwk()}}]}""";
            var service = new PlatformService("login", "Login", "contract", "Contract", "Call", ["R01"], [], []);
            var registration = new PlatformRegistration(
                "Shop", PlatformKind.Company, "shop@shop.example", "shop", 100, keys, null, "https://shop.example/told", [], [service]);
            var command = new RegisterPlatform(registration, new Attribution("Simulated", "test"));
            Assert.Equal(Refusal.None, (await authority.Grains.GetGrain<IPlatformGrain>("shop").Register(command)).Refusal);
        }
    }

    private sealed class SomeoneRegister : IPopulationRegister
    {
        public Task<RegisterEntry?> FindAsync(DocumentKind kind, string number, CancellationToken cancellationToken) =>
            Task.FromResult<RegisterEntry?>(new RegisterEntry("P1", "张三", new DateOnly(1949, 12, 31), null, DocumentStatus.Active));
    }
}
