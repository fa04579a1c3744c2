using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Cluster;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.ClusterTests;

/// <summary>The story of a cluster: people enrol and are verified while a silo dies and while their state moves, and no acknowledged word is lost.</summary>
public sealed class ClusterStoryTests(Azurite azurite)
{
    private const int Citizens = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_silo_is_killed_under_load_and_what_was_acknowledged_stands_once()
    {
        await using var authority = await AuthorityCluster.StartAsync(azurite.Tables, silos: 3);
        var citizens = await EnrolAsync(authority);
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(citizens.Select(citizen => VerifyUntilAsync(authority, citizen, over.Token)));
        await UntilAsync(() => citizens.Sum(citizen => citizen.Verified.Count) > 2 * Citizens);
        await authority.Cluster.KillSiloAsync(authority.Cluster.SecondarySilos[0]);
        var before = citizens.Select(citizen => citizen.Verified.Count).ToList();
        await UntilAsync(() => citizens.Zip(before).All(citizen => citizen.First.Verified.Count > citizen.Second + 1)); // everybody goes on
        await over.CancelAsync();
        await load;
        await CheckAsync(authority, citizens);
    }

    [Fact]
    public async Task Every_shard_moves_to_another_account_under_load_and_back_and_what_was_acknowledged_stands_once()
    {
        await using var authority = await AuthorityCluster.StartAsync(azurite.Tables, silos: 2);
        var citizens = await EnrolAsync(authority);
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(citizens.Select(citizen => VerifyUntilAsync(authority, citizen, over.Token)));
        foreach (var (version, to, from) in new[] { (1, "b", "a"), (2, "a", "b") })
        {
            authority.Map = ShardMap.Parse(
                $$"""{"version": {{version}}, "shards": [{"from": 0, "to": 1023, "account": "{{to}}", "moving_from": "{{from}}"}]}""", authority.Accounts);
            var before = citizens.Sum(citizen => citizen.Verified.Count);
            await UntilAsync(() => citizens.Sum(citizen => citizen.Verified.Count) > before + (2 * Citizens));
            await Task.WhenAll(citizens.Select(citizen => ExecuteAsync(authority, citizen, "freeze"))); // written wherever they are now
            await Task.WhenAll(citizens.Select(citizen => ExecuteAsync(authority, citizen, "open-codes")));
        }

        await over.CancelAsync();
        await load;
        await CheckAsync(authority, citizens);
    }

    /// <summary>Repeats get what was said; nobody can be enrolled twice; a freeze is seen by the very next verification, in whatever silo.</summary>
    private static async Task CheckAsync(AuthorityCluster authority, IReadOnlyList<Citizen> citizens)
    {
        foreach (var citizen in citizens)
        {
            foreach (var (sequenceNumber, transaction) in citizen.Verified.TakeLast(5))
                Assert.Equal(transaction, (await VerifyAsync(authority, citizen, sequenceNumber)).Value?.TransactionId);
            var again = citizen.Enrolment with { ApplicationId = "another", DeviceKey = P256Signer.Create().PublicKey.ToJwk() };
            Assert.Equal(Refusal.AlreadyEnrolled, (await TryAsync(() => Record(authority, citizen).Enrol(again))).Refusal);
            await ExecuteAsync(authority, citizen, "freeze");
            Assert.False((await VerifyAsync(authority, citizen, NewNumber())).Value!.Passed);
        }
    }

    private static async Task<List<Citizen>> EnrolAsync(AuthorityCluster authority)
    {
        var citizens = Enumerable.Range(0, Citizens).Select(number => new Citizen(number)).ToList();
        await Task.WhenAll(citizens.Select(async citizen =>
        {
            var issued = await TryAsync(() => Record(authority, citizen).Enrol(citizen.Enrolment));
            citizen.Credentials = issued.Value ?? throw new InvalidOperationException($"Refused: {issued.Refusal}");
        }));
        Assert.Equal(Citizens, citizens.Select(citizen => citizen.Credentials.NetId).Distinct().Count());
        return citizens;
    }

    private static async Task VerifyUntilAsync(AuthorityCluster authority, Citizen citizen, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var number = NewNumber();
            var answer = await VerifyAsync(authority, citizen, number);
            Assert.Equal(Refusal.None, answer.Refusal);
            citizen.Verified.Add((number, answer.Value!.TransactionId));
        }
    }

    private static Task<Answer<VerificationAnswer>> VerifyAsync(AuthorityCluster authority, Citizen citizen, string number)
    {
        var nonce = $"nonce-of-{number}";
        var shown = HolderPresentation.Create(
            citizen.Credentials.Certificates[0], [], "shop", $"{number}.{nonce}", TimeProvider.System.GetUtcNow(), citizen.Holder);
        Assert.True(Presentation.TryParse(shown, out var presentation, out _));
        var ask = new VerificationAsk("shop", "shop", "login", "Login", "Contract", number, "R01", [], [], Identifier: null);
        citizen.Shown.TryAdd(number, new VerifyCertificate(ask, nonce, shown));
        return TryAsync(() => authority.Cluster.GrainFactory.GetGrain<INetCertificateGrain>(presentation.Serial)
            .Verify(citizen.Shown[number], CancellationToken.None)); // a repeat is the very same request
    }

    private static async Task ExecuteAsync(AuthorityCluster authority, Citizen citizen, string command)
    {
        var now = TimeProvider.System.GetUtcNow();
        var jws = SignedCommand.Sign(command, new JsonObject(), authority.Options.Issuer, NewNumber(), citizen.Credentials.Device, now, citizen.Device);
        var answer = await TryAsync(() => Record(authority, citizen).Execute(new WalletCommand(jws, DeviceNumber: 1, Factors: null)));
        Assert.Equal(Refusal.None, answer.Refusal);
    }

    private static ICitizenGrain Record(AuthorityCluster authority, Citizen citizen) => authority.Cluster.GrainFactory.GetGrain<ICitizenGrain>(citizen.Person);

    /// <summary>As a caller has to: what is not definite is asked again, the very same.</summary>
    private static async Task<Answer<T>> TryAsync<T>(Func<Task<Answer<T>>> call)
        where T : class
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (await call() is { Refusal: not Refusal.Unavailable } answer)
                    return answer;
            }
            catch (Exception exception) when (exception is OrleansException or IOException or TimeoutException)
            {
                // the silo is dead, and not everybody knows it yet
            }

            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
                throw new TimeoutException("The cluster does not come back.");
            await Task.Delay(100);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
            await Task.Delay(20, patience.Token);
    }

    private static string NewNumber() => Guid.NewGuid().ToString("n");

    private sealed class Citizen
    {
        public Citizen(int number)
        {
            Enrolment = new EnrolCitizen(
                $"application-{number}",
                Adults[number],
                Device.PublicKey.ToJwk(),
                new StoredPassword(1, 1, "", ""),
                [],
                [Holder.PublicKey.ToJwk()],
                [],
                ActingGuardian: null);
        }

        public string Person { get; } = Base32.Random(new SystemRandomSource(), 15);

        public P256Signer Device { get; } = P256Signer.Create();

        public P256Signer Holder { get; } = P256Signer.Create();

        public EnrolCitizen Enrolment { get; }

        public IssuedCredentials Credentials { get; set; } = null!;

        public List<(string Number, string Transaction)> Verified { get; } = [];

        public System.Collections.Concurrent.ConcurrentDictionary<string, VerifyCertificate> Shown { get; } = new();

        private static readonly ImmutableArray<Identity> Adults =
        [
            .. File.ReadLines(CsvPopulationRegister.DevelopmentFile).Skip(1).Select(line => line.Split(','))
                .Where(row => row[1] == "resident-id" && DateOnly.Parse(row[5]) < new DateOnly(2000, 1, 1))
                .Select(row => new Identity("resident-id", row[2], row[3], DateOnly.Parse(row[5]))),
        ];
    }
}
