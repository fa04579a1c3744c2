using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetIdGrains.Client;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>One authority, as an operator has it running.</summary>
public sealed class RunningAuthority : IAsyncLifetime
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-operator-").FullName;

    internal AuthorityProcess Process { get; private set; } = null!;

    internal string DataPath => Path.Combine(_scratch, "data");

    internal string File(string name) => Path.Combine(_scratch, name);

    public async ValueTask InitializeAsync() => Process = await AuthorityProcess.ServeAsync(DataPath);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
    }
}

/// <summary>The operator's commands, as they are typed: what they show, and what they say when they cannot.</summary>
public sealed class OperatorCommandTests(RunningAuthority running) : IClassFixture<RunningAuthority>
{
    [Fact]
    public async Task S_1_The_operator_freezes_and_lifts_by_command_and_decides_the_appeal()
    {
        using var wallet = new DevelopmentWallet(running.Process.Http, TimeProvider.System);
        using var applied = await wallet.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        string[] why = ["--reason", "fraud", "--legal-basis", "Cybersecurity Law, article 64", "--reference", "2026-1", "--by", "A. Person"];
        Assert.Equal((1, "Not done: There is no such Net ID."), await CommandAsync(["freeze", "not-a-net-id", .. why]));
        var (code, output) = await CommandAsync(["freeze", wallet.NetId!, .. why]);
        Assert.True(code == 0, output);
        Assert.Equal("frozen", (string?)JsonNode.Parse(output)!["status"]);
        var opened = (await wallet.ExecuteAsync("appeal", new JsonObject { ["text"] = "It was not me." }).JsonAsync())["cases"]![0]!;
        var queue = JsonNode.Parse((await CommandAsync(["case", "list"])).Output)!["cases"]!.AsArray();
        Assert.Contains(queue, queued => (string?)queued!["case"]!["id"] == (string?)opened["id"]);
        Assert.Equal(
            (0, "The case is upheld."), await CommandAsync(["case", "decide", (string)opened["id"]!, "upheld", "--reason", "It was another", "--by", "B. Person"]));
        var shown = JsonNode.Parse((await CommandAsync(["case", "show", (string)opened["id"]!])).Output)!;
        Assert.Equal(("upheld", "B. Person"), ((string?)shown["case"]!["status"], (string?)shown["steps"]!.AsArray()[^1]!["by"]));
        (code, output) = await CommandAsync(["lift", wallet.NetId!, .. why]);
        Assert.True(code == 0, output);
        Assert.Equal("active", (string?)(await wallet.ExecuteAsync("status").JsonAsync())["status"]);
    }

    [Fact]
    public async Task The_operator_sees_which_keys_count_and_who_changed_what_and_why()
    {
        using var first = PlatformCredentials.Create("keys");
        using var second = PlatformCredentials.Create("keys");
        await AddAsync("keys", first);
        using (var signer = P256Signer.FromPrivateJwk(JsonNode.Parse(first.ToPrivateKeys())!["keys"]![0]!.ToJsonString()))
        {
            var platform = new FrontDoor.DevelopmentPlatform(running.Process.Http, "keys", signer, TimeProvider.System);
            (await platform.AuthenticateAsync()).Dispose();
            var body = JsonContent.Create(new JsonObject { ["keys"] = JsonNode.Parse(second.ToPublicKeys()) });
            using var replaced = await platform.SendAsync(HttpMethod.Put, "/v1/platform/keys", body);
            Assert.True(replaced.IsSuccessStatusCode, await replaced.Content.ReadAsStringAsync());
        }

        Assert.Equal((0, "Platform keys is suspended."), await RunAsync("suspend", "keys", "--reason", "Its papers expired", "--by", "A. Person"));
        Assert.Equal((0, "Platform keys is suspended."), await RunAsync("suspend", "keys", "--reason", "And more", "--by", "B. Person"));
        Assert.Equal((0, "Platform keys is suspended."), await RunAsync("suspend", "keys", "--reason", "And more", "--by", "B. Person"));
        var (code, output) = await RunAsync("show", "keys");
        Assert.True(code == 0, output);
        Assert.Contains("\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u002B", output, StringComparison.Ordinal);
        var shown = JsonNode.Parse(output)!;
        Assert.Equal(
            [("sig", false), ("enc", false), ("sig", true), ("enc", true)],
            shown["keys"]!.AsArray().Select(key => ((string?)key!["use"], key["until"] is not null)));
        Assert.Equal(second.SigningKey.PublicKey.Thumbprint, (string?)shown["keys"]![0]!["thumbprint"]);
        Assert.Equal(first.SigningKey.PublicKey.Thumbprint, (string?)shown["keys"]![2]!["thumbprint"]);
        Assert.Equal(
            [("approved", "operator"), ("suspended", "A. Person"), ("suspended", "B. Person")],
            shown["registration"]!["changes"]!.AsArray().Select(change => ((string)change!["status"]!, (string)change["by"]!)));
        var isPublic = await running.Process.Http.GetStringAsync("/v1/platforms/keys");
        Assert.DoesNotContain("Person", isPublic, StringComparison.Ordinal);
        Assert.Contains("And more", isPublic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_a_line_for_each_or_all_of_it()
    {
        using var keys = PlatformCredentials.Create("listed");
        await AddAsync("listed", keys);
        var (code, output) = await RunAsync("list");
        Assert.Equal(0, code);
        Assert.Matches("(?m)^listed +approved +[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}Z  Shop$", output);
        var (_, json) = await RunAsync("list", "--json");
        Assert.Contains("Login", JsonNode.Parse(json)!.AsArray().Select(platform => (string)platform!["services"]![0]!["purpose"]!));
    }

    [Theory]
    [InlineData(2, "Option '--reason' is required.", "suspend", "nobody")]
    [InlineData(2, "Argument 'thumbprint' is required: Of the key that has leaked", "remove-key", "nobody")]
    [InlineData(2, "Argument 'id' is required: The platform's id", "show")]
    [InlineData(2, "Argument 'id' is required: The platform's id", "show", "--Logging:LogLevel:Default", "Error")]
    [InlineData(1, "Not done: There is no such platform in the register.", "suspend", "nobody", "--reason", "Some")]
    [InlineData(1, "Not done: There is no such platform in the register.", "end", "NOBODY", "--reason", "Some")]
    [InlineData(1, "Not done: There is no such platform in the register.", "remove-key", "nobody", "--KI0uTtIRE8oAnqmgF4MnDq4cDGFh8pWmHyF0ZGy4a")]
    [InlineData(1, "Not done: There is no such platform in the register.", "show", "nobody")]
    [InlineData(0, "The authority's data directory", "remove-key", "--help")]
    public async Task What_is_missing_or_not_there_is_told_in_words(int exit, string says, params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.DoesNotContain("is no command", output, StringComparison.Ordinal);
        Assert.DoesNotContain("{", output, StringComparison.Ordinal);
        Assert.Equal(exit, code);
    }

    [Fact]
    public async Task A_registration_in_a_file_is_taken_whole_or_not_at_all()
    {
        using var keys = PlatformCredentials.Create("filed");
        var (file, publicKeys, privateKeys) = (running.File("filed.json"), running.File("filed.jwks"), running.File("filed-private.jwks"));
        var made = running.File("made.jwks");
        await File.WriteAllTextAsync(publicKeys, keys.ToPublicKeys());
        await File.WriteAllTextAsync(privateKeys, keys.ToPrivateKeys());
        var document = JsonNode.Parse("""
            {"name": "Filed Ltd", "kind": "company", "contact": "help@filed.example", "services": [{"id": "kyc", "purpose": "An account", "basis": "statutory-obligation",
             "legal_basis": "Act, article 7", "alternative": "At the counter", "modes": ["R02"],
             "fields": [{"field": "name", "statute": "Act", "article": "Article 7", "text": "The name is recorded."}]}]}
            """)!.AsObject();
        async Task SaysAsync(string says, params string[] arguments)
        {
            await File.WriteAllTextAsync(file, document.ToJsonString());
            var (code, output) = await RunAsync(["add", "filed", "--file", file, .. arguments]);
            Assert.Contains(says, output, StringComparison.Ordinal);
            Assert.Equal(1, code);
            Assert.False(File.Exists(made));
        }

        await SaysAsync("put into it what --name, --mode would say", "--new-key", made, "--name", "Other", "--mode", "R01");
        await SaysAsync("Give either --keys");
        await SaysAsync("Give either --keys", "--keys", publicKeys, "--new-key", made);
        await SaysAsync("filed-private.jwks holds private keys. Register the public ones: platform public-keys --key", "--keys", privateKeys);
        document["keys_address"] = "https://filed.example/jwks";
        await SaysAsync("The file says which keys it has", "--new-key", made);
        document.Remove("keys_address");
        document["callback_adress"] = "https://filed.example/";
        await SaysAsync("Taken: name, kind, contact, services", "--new-key", made);
        document.Remove("callback_adress");
        document["quota"] = 0;
        await SaysAsync("Not done: A member of the body, or a name in the path, is not of the form this endpoint takes. quota must be 1 to 100000", "--new-key", made);
        document.Remove("quota");
        await File.WriteAllTextAsync(file, document.ToJsonString());
        var (added, said) = await RunAsync("add", "filed", "--file", file, "--new-key", made);
        Assert.True(added == 0, said);
        using var generated = PlatformCredentials.Parse("filed", await File.ReadAllTextAsync(made)); // fields are sealed to it: it has a key for that too
        Assert.Equal(2, JsonNode.Parse(generated.ToPublicKeys())!["keys"]!.AsArray().Count);
        document["keys"] = JsonNode.Parse(keys.ToPublicKeys());
        await File.WriteAllTextAsync(file, document.ToJsonString());
        var (within, output) = await RunAsync("add", "filed-within", "--file", file);
        Assert.True(within == 0, output);
    }

    [Fact]
    public async Task Public_keys_are_made_of_private_ones_and_methods_are_in_upper_case()
    {
        using var keys = PlatformCredentials.Create("halves");
        var (privateKeys, publicKeys) = (running.File("halves-private.jwks"), running.File("halves.jwks"));
        await File.WriteAllTextAsync(privateKeys, keys.ToPrivateKeys());
        await File.WriteAllTextAsync(publicKeys, keys.ToPublicKeys());
        Assert.Equal((0, keys.ToPublicKeys()), await AuthorityProcess.RunAsync("platform", "public-keys", "--key", privateKeys));
        var (code, proof) = await AuthorityProcess.RunAsync("platform", "proof", "--key", privateKeys, "--method", "get", "--url", "http://127.0.0.1:5080/v1/platform");
        Assert.Equal(0, code);
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(proof.Split('.')[1]))!;
        Assert.Equal("GET", (string?)claims["htm"]);
        var (exit, output) = await AuthorityProcess.RunAsync("platform", "public-keys", "--key", publicKeys);
        Assert.Equal(2, exit);
        Assert.Contains("These are public keys", output, StringComparison.Ordinal);
        var refused = Assert.Throws<ArgumentException>(() => PlatformCredentials.Parse("halves", keys.ToPublicKeys()));
        Assert.Contains("Give the private ones", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Urls")]
    [InlineData("sandbox", "--Urls")]
    public async Task A_port_in_use_is_told_in_a_sentence(params string[] arguments)
    {
        var address = running.Process.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var data = running.File($"other-{arguments.Length}");
        var (code, output) = await AuthorityProcess.RunAsync([.. arguments, address, "--Data", data]);
        Assert.Equal(1, code);
        Assert.Contains("Another program listens", output, StringComparison.Ordinal);
        Assert.Contains("--Urls http://127.0.0.1:5086", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.True(arguments[0] == "--Urls" || !Directory.Exists(data)); // the next try may name the same
    }

    [Fact]
    public async Task In_development_the_issuer_is_the_address_it_listens_on_unless_one_is_set()
    {
        foreach (var (setting, value, issuer) in new (string, string, Func<string, string>)[]
        {
            ("--AllowedHosts", "*", address => address),
            ("--Authority:Issuer", "http://named.example", _ => "http://named.example"),
        })
        {
            var address = $"http://127.0.0.1:{FreePort()}";
            await using var app = await FrontDoor.FrontDoorApp.BuildAsync(
                ["--Data", running.File($"issuer{setting[2]}"), "--Urls", $"{address}/;http://127.0.0.1:0", setting, value]);
            await app.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(address) };
            Assert.Equal(issuer(address), (string?)(await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!["issuer"]);
            await app.StopAsync();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) => CommandAsync(["platform", .. arguments]);

    private async Task<(int Code, string Output)> CommandAsync(string[] arguments)
    {
        var (code, output) = await AuthorityProcess.RunAsync([.. arguments, "--Data", running.DataPath]);
        return (code, output.Trim());
    }

    private async Task AddAsync(string id, PlatformCredentials keys)
    {
        var file = running.File($"{id}.jwks");
        await File.WriteAllTextAsync(file, keys.ToPublicKeys());
        var (code, output) = await RunAsync(
            "add", id, "--name", "Shop", "--contact", "shop@shop.example", "--purpose", "Login", "--legal-basis", "Contract", "--alternative", "Call",
            "--by", "operator", "--keys", file);
        Assert.True(code == 0, output);
    }
}
