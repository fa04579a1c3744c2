using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The program itself: killed while people apply, started on spoilt data, and commanded by its operator.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-process-").FullName;

    private string DataPath => Path.Combine(_scratch, "data");

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task A2_5_Killed_during_applications_it_keeps_every_acknowledged_one_and_nobody_has_two_Net_IDs()
    {
        var acknowledged = new ConcurrentDictionary<Person, ConcurrentBag<(string NetId, DevelopmentWallet Wallet)>>();
        var persons = Persons.Adults.Take(60).ToList();
        for (var life = 0; life < 3; life++)
        {
            await using var authority = await AuthorityProcess.ServeAsync(DataPath);
            var applying = ApplyUntilKilledAsync(authority, persons, acknowledged);
            while (acknowledged.Values.Sum(bag => bag.Count) < (life + 1) * 12 && !applying.IsCompleted)
                await Task.Yield();
            await authority.KillAsync();
            await applying;
        }

        Assert.NotEmpty(acknowledged);
        await using var last = await AuthorityProcess.ServeAsync(DataPath);
        foreach (var (person, credentials) in acknowledged)
        {
            Assert.True(credentials.DistinctBy(credential => credential.NetId).Count() == 1, $"{person} has two Net IDs.");
            using var again = new DevelopmentWallet(last.Http, TimeProvider.System);
            await again.ApplyAsync(person.Number, person.Name).IsRefusedAsync(Authority.Refusal.AlreadyEnrolled);
        }

        await EveryAcknowledgedOneVerifiesAsync(last, acknowledged);
        Assert.Equal(0, NetIdsOfNobody());
    }

    [Fact]
    public async Task Platforms_are_added_with_and_without_a_running_authority()
    {
        string[] Add(string id) => [.. AddPlatform(id, DataPath), "--new-key", Key(id)];
        string Key(string id) => Path.Combine(_scratch, $"{id}.jwk");
        var (refused, says) = await AuthorityProcess.RunAsync(Add("before"));
        Assert.Equal(1, refused);
        Assert.Contains("No authority has its data in", says, StringComparison.Ordinal);
        Assert.False(Directory.Exists(DataPath) || File.Exists(Key("before")));
        await using (await AuthorityProcess.ServeAsync(DataPath))
        {
            // A first run makes everything.
        }

        Assert.Equal(0, (await AuthorityProcess.RunAsync(Add("before"))).ExitCode);
        await using (var authority = await AuthorityProcess.ServeAsync(DataPath))
        {
            Assert.Equal(0, (await AuthorityProcess.RunAsync(Add("while"))).ExitCode);
            foreach (var id in (string[])["before", "while"])
            {
                using var key = P256Signer.FromPrivateJwk(await File.ReadAllTextAsync(Key(id)));
                using var token = await new DevelopmentPlatform(authority.Http, id, key, TimeProvider.System).AuthenticateAsync();
                Assert.Equal(HttpStatusCode.OK, token.StatusCode);
            }
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key("before")));
        File.Delete(Key("before"));
        var (code, output) = await AuthorityProcess.RunAsync(Add("before"));
        Assert.NotEqual(0, code);
        Assert.Contains("Not done: A platform of this id is registered otherwise.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault.json", "missing", "The key vault", "is missing")]
    [InlineData("vault.json", "readable", "Others can read the key vault", "chmod 600")]
    [InlineData("vault.json", "spoilt", "The key vault", "is damaged")]
    [InlineData("grains.db", "missing", "grains.db", "is missing")]
    [InlineData("grains.db", "spoilt", "grains.db", "is damaged")]
    [InlineData("keys.db", "missing", "keys.db", "is missing")]
    [InlineData("authentication-log.db", "missing", "authentication-log.db", "is missing")]
    [InlineData("root-certificate.der", "missing", "root-certificate.der", "is missing")]
    [InlineData("root-certificate.der", "spoilt", "root-certificate.der", "is not the certificate of this vault")]
    [InlineData("keys.db", "spoilt", "keys.db", "No backup holds it")]
    public async Task Data_that_is_not_as_it_was_is_refused_with_a_way_out(string file, string how, string says, string andSays)
    {
        await using (await AuthorityProcess.ServeAsync(DataPath))
        {
            // A first run makes everything.
        }

        var path = Path.Combine(DataPath, file);
        switch (how)
        {
            case "missing":
                File.Delete(path);
                break;
            case "readable":
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
            default:
                await File.WriteAllTextAsync(path, new string('?', 50_000));
                break;
        }

        var (code, output) = await AuthorityProcess.RunAsync("--Data", DataPath, "--Urls", "http://127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Contains(andSays, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused()
    {
        await using var first = await AuthorityProcess.ServeAsync(DataPath);
        var (code, output) = await AuthorityProcess.RunAsync("--Data", DataPath, "--Urls", "http://127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.Contains("Another process is using the data", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_closes_everything_and_loses_nothing()
    {
        await using (var authority = await AuthorityProcess.ServeAsync(DataPath))
        {
            using var wallet = new DevelopmentWallet(authority.Http, TimeProvider.System);
            using var applied = await wallet.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name);
            Assert.Equal(0, await authority.TerminateAsync());
        }

        Assert.DoesNotContain(Directory.GetFiles(DataPath), file => file.EndsWith("-wal", StringComparison.Ordinal));
        await using var again = await AuthorityProcess.ServeAsync(DataPath);
        using var second = new DevelopmentWallet(again.Http, TimeProvider.System);
        await second.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name).IsRefusedAsync(Authority.Refusal.AlreadyEnrolled);
    }

    [Theory]
    [InlineData("--Authority:LogRetention", "10.00:00:00", "at least 183 days")]
    [InlineData("--Authority:Issuer", "nowhere", "absolute http or https URI")]
    [InlineData("--Authority:PasswordRounds", "none", "Authority:PasswordRounds")]
    [InlineData("--Authority:Issuer", "https://slash.example/", "without a slash")]
    [InlineData("--Authority:Suite", "Foo", "Authority:Suite")]
    [InlineData("--Authority:Suite", "7", "must be International or Sm")]
    [InlineData("--Authority:CertificateBatch", "0", "between 1 and 50")]
    [InlineData("--Authority:CertificateBatch", "51", "between 1 and 50")]
    [InlineData("--Authority:Isuer", "https://netid.example", "Isuer")]
    [InlineData("--Authority:DocumentKinds:0", "fishing-licence", "is no kind of document")]
    [InlineData("--Authority:HolderCheckAtApplication", "Sometimes", "Authority:HolderCheckAtApplication")]
    [InlineData("--Authority:HolderCheckAtApplication", "Required", "nobody could apply")]
    [InlineData("--Authority:Readers", "/nowhere", "Authority:Readers must be a directory")]
    [InlineData("--Authority:Operator:Name", " ", "Authority:Operator:Name and Contact must say who runs this authority")]
    [InlineData("--Telemetry:Endpoint", "http://collector.example/", "Telemetry:Endpoint must be an absolute https URI")]
    [InlineData("--Telemetry:Period", "00:00:00.9", "Telemetry:Period must be between")]
    [InlineData("--Telemetry:TraceRatio", "1.1", "Telemetry:TraceRatio must be between 0 and 1")]
    [InlineData("--Telemetry:Endpiont", "https://collector.example/", "Endpiont")]
    [InlineData("--Cluster:ClusterId", "netid", "built with Engine=Orleans")]
    [InlineData("--MostRequests", "0", "MostRequests must be between 1 and 100000")]
    [InlineData("--MostRequests", "100001", "MostRequests must be between 1 and 100000")]
    [InlineData("--MostRequests", "many", "MostRequests")]
    [InlineData("--Urls", "foo", "is no address to listen on")]
    [InlineData("--Urls", "http://127.0.0.1:0;5095", "Urls: 5095")]
    [InlineData("--Urls", "ftp://127.0.0.1:21", "is no address to listen on")]
    [InlineData("--Register:Adress", "https://register.example/", "Register:Address, Register:Token")]
    [InlineData("--Authority:LogRetention", "200d", "the form of durations")]
    [InlineData("--Register:Address", "http://register.example/", "https")]
    [InlineData("--Register:Timeout", "1.00:00:00", "Register:Timeout")]
    [InlineData("--Kestrel:Endpoints:Http:Url", "http://127.0.0.1:0", "Kestrel:Endpoints")]
    [InlineData("--ASPNETCORE_ENVIRONMENT", "Production", "no setting")]
    [InlineData("platfrom", "add", "is no command")]
    public async Task Settings_that_are_not_fit_are_refused_with_how_to_mend_them(string setting, string value, string says)
    {
        var (code, output) = await AuthorityProcess.RunAsync("--Data", DataPath, setting, value);
        Assert.Equal(1, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(DataPath));
    }

    [Fact]
    public async Task Outside_development_a_register_and_an_issuer_of_ones_own_are_demanded_together()
    {
        var (code, output) = await AuthorityProcess.RunAsync("Production", "--Data", DataPath);
        Assert.Equal(1, code);
        Assert.Contains("Register:Address is not set", output, StringComparison.Ordinal);
        Assert.Contains("Authority:Issuer is not set", output, StringComparison.Ordinal);
        Assert.Contains("Authority:Readers is not set", output, StringComparison.Ordinal);
        Assert.Contains("HolderCheck:Address is not set", output, StringComparison.Ordinal);
        Assert.Contains("Authority:Operator:Name and Contact", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_others_can_open_is_refused()
    {
        Directory.CreateDirectory(DataPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        var (code, output) = await AuthorityProcess.RunAsync("--Data", DataPath, "--Urls", "http://127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.Contains("chmod 700", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operators_door_is_that_one_socket_and_no_other()
    {
        var other = Path.Combine(_scratch, "proxy.sock");
        await using var app = await FrontDoorApp.BuildAsync(["--Data", DataPath, "--Urls", $"http://unix:{other}"]);
        await app.StartAsync();
        using var key = P256Signer.Create();
        var registration = new OperatorRegistration(DevelopmentPlatform.Registration("evil", key.PublicKey) with { Services = [] }, "test", "test");
        foreach (var (socket, status) in new[] { (other, HttpStatusCode.NotFound), (Path.Combine(DataPath, "operator.sock"), HttpStatusCode.UnprocessableEntity) })
        {
            using var client = new HttpClient(OperatorSocket.Handler(socket));
            using var response = await client.PutAsJsonAsync("http://operator/operator/platforms/evil", registration, WireJson.Options);
            Assert.Equal(status, response.StatusCode);
        }

        await app.StopAsync();
    }

    [Fact]
    public async Task The_tour_passes()
    {
        var (code, output) = await AuthorityProcess.RunAsync("tour");
        Assert.True(code == 0, output);
        Assert.DoesNotContain(Persons.Adults[0].Number, output, StringComparison.Ordinal);
    }

    private static async Task ApplyUntilKilledAsync(
        AuthorityProcess authority, List<Person> persons, ConcurrentDictionary<Person, ConcurrentBag<(string NetId, DevelopmentWallet Wallet)>> acknowledged)
    {
        // Two devices of each person at once, eight applications at a time.
        await Parallel.ForEachAsync(persons.Concat(persons), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (person, _) =>
        {
            var wallet = new DevelopmentWallet(authority.Http, TimeProvider.System);
            try
            {
                using var response = await wallet.ApplyAsync(person.Number, person.Name);
                if (response.IsSuccessStatusCode)
                    acknowledged.GetOrAdd(person, _ => []).Add((wallet.NetId!, wallet));
            }
            catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException or IOException)
            {
                // The process is dead: nothing was acknowledged.
            }
        });
    }

    private static async Task EveryAcknowledgedOneVerifiesAsync(
        AuthorityProcess authority, ConcurrentDictionary<Person, ConcurrentBag<(string NetId, DevelopmentWallet Wallet)>> acknowledged)
    {
        using var key = P256Signer.Create();
        var added = await AuthorityProcess.RunAsync([.. AddPlatform("shop", authority.DataPath), "--keys", KeyFile(key, authority)]);
        Assert.Equal(0, added.ExitCode);
        var shop = new DevelopmentPlatform(authority.Http, "shop", key, TimeProvider.System);
        (await shop.AuthenticateAsync()).Dispose();
        foreach (var wallet in acknowledged.Values.SelectMany(credentials => credentials).Select(credential => credential.Wallet))
            Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
    }

    private static string[] AddPlatform(string id, string dataPath) =>
        ["platform", "add", id, "--name", "Shop", "--contact", "shop@shop.example", "--purpose", "Login",
            "--legal-basis", "Contract", "--alternative", "Call", "--Data", dataPath];

    private static string KeyFile(P256Signer key, AuthorityProcess authority)
    {
        var file = Path.Combine(Path.GetDirectoryName(authority.DataPath)!, "shop.jwks");
        File.WriteAllText(file, $$"""{"keys":[{{key.PublicKey.ToJwk()}}]}""");
        return file;
    }

    /// <summary>Net IDs that are not the one in some person's record: with one in each record, any such is somebody's second.</summary>
    private long NetIdsOfNobody()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(DataPath, "grains.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*) FROM state WHERE grain LIKE 'net-id/%' AND substr(grain, 8) NOT IN
                (SELECT json_extract(data, '$.NetId') FROM state WHERE grain LIKE 'citizen/%')
            """;
        return (long)command.ExecuteScalar()!;
    }
}
