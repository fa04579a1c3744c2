using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NetIdGrains.Client;

namespace NetIdGrains.FrontDoorTests;

/// <summary>One sandbox, as a developer starts it, for all that is tried in it.</summary>
public sealed class RunningSandbox : IAsyncLifetime
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-sandbox-test-").FullName;
    private AuthorityProcess _process = null!;

    internal string DataPath => Path.Combine(_scratch, "data");

    internal string KeyFile => Path.Combine(_scratch, "sandbox", "demo.jwks");

    internal HttpClient Http => _process.Http;

    internal PlatformCredentials Demo { get; private set; } = null!;

    internal AuthorityClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = await AuthorityProcess.SandboxAsync(DataPath, KeyFile);
        Demo = PlatformCredentials.Parse("demo", await File.ReadAllTextAsync(KeyFile));
        Client = new AuthorityClient(Http, Demo, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Demo.Dispose();
        Assert.Equal(0, await _process.TerminateAsync());
        await _process.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
    }
}

/// <summary>The sandbox as its own process: what docs/platforms.md promises a platform's developer.</summary>
public sealed class SandboxTests(RunningSandbox sandbox) : IClassFixture<RunningSandbox>
{
    [Theory]
    [InlineData("adult", "pass", "approved", "approved", "pass")]
    [InlineData("frozen", "fail", "citizen-frozen", "citizen-frozen", "fail")]
    [InlineData("refuses-consent", "declined", "denied", "denied", "declined")]
    [InlineData("cancelled", "fail", "device-unknown", "qr-malformed", "fail")]
    [InlineData("foreigner", "pass", "approved", "approved", "pass")]
    [InlineData("child", "pass", "approved", "qr-malformed", "pass")]
    [InlineData("young", "pass", "approved", "approved", "pass")]
    public async Task Each_persona_answers_as_it_is_said_to(string persona, string direct, string scan, string counter, string code)
    {
        Assert.Equal(direct, await DirectAsync(persona, "R01"));
        Assert.Equal(scan, await AskAsync(persona, new BeginRequest("login", Fresh.SequenceNumber())));
        var qr = (string)(await sandbox.Http.GetFromJsonAsync<JsonObject>($"/sandbox/personas/{persona}/qr"))!["qr"]!;
        Assert.Equal(counter, await AskAsync(persona, new BeginRequest("login", Fresh.SequenceNumber(), "counter", Qr: qr)));
        Assert.Equal(code, await CodeAsync(persona));
    }

    [Theory]
    [InlineData("R02")]
    [InlineData("R03")]
    [InlineData("R04")]
    public async Task The_adult_has_a_password_and_a_face(string mode)
    {
        Assert.Equal("pass", await DirectAsync("adult", mode));
        Assert.Equal("approved", await AskAsync("adult", new BeginRequest("login", Fresh.SequenceNumber(), Mode: mode)));
    }

    [Fact]
    public async Task On_the_same_device_the_adult_is_led_back()
    {
        var secret = ReturnSecret.Create();
        var begun = (await sandbox.Client.BeginAsync(new BeginRequest(
            "login", Fresh.SequenceNumber(), "same-device", RedirectAddress: "http://127.0.0.1:5090/back", CodeChallenge: secret.Challenge))).OrThrow();
        var (_, answer) = await PostAsync("adult", "answer", new JsonObject { ["request"] = begun.Request });
        var query = System.Web.HttpUtility.ParseQueryString(new Uri((string)answer["redirect"]!).Query);
        Assert.True((await sandbox.Client.ReturnAsync(begun.TransactionId, query["code"]!, secret)).OrThrow().Passed);
    }

    [Fact]
    public async Task The_personas_are_listed_and_others_are_not_there()
    {
        var listed = (await sandbox.Http.GetFromJsonAsync<JsonObject>("/sandbox/personas"))!["personas"]!.AsArray();
        Assert.Equal(["adult", "frozen", "refuses-consent", "cancelled", "foreigner", "child", "young"], listed.Select(persona => (string)persona!["name"]!));
        Assert.Equal((HttpStatusCode.NotFound, "urn:netidgrains:sandbox:no-such-persona"), await RefusedAsync("nobody", "answer", new() { ["request"] = "x" }));
        Assert.Equal((HttpStatusCode.NotFound, "urn:netidgrains:sandbox:nothing-to-see"), await RefusedAsync("adult", "answer", new() { ["request"] = "x" }));
        Assert.Equal((HttpStatusCode.BadRequest, ClientTests.RefusalType("field-missing")), await RefusedAsync("adult", "present", []));
    }

    [Fact]
    public void The_keys_are_the_owners_alone() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(sandbox.KeyFile));

    [Fact]
    public async Task The_calls_with_curl_in_the_documentation_pass_as_they_stand_there()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed here, so what the documentation shows with it is not tried.");
        var script = Block("sh")
            .Replace("http://127.0.0.1:5080", sandbox.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("dotnet run --no-build --no-launch-profile --project src/NetIdGrains.FrontDoor --", $"dotnet '{FrontDoor}'", StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            UseShellExecute = false,
            WorkingDirectory = Path.GetFullPath(Path.Combine(sandbox.KeyFile, "../..")),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token);
        Assert.True(bash.ExitCode == 0, await errors + await output);
        var answers = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["pass", null, "pass"], answers.Select(answer => (string?)answer["result"]));
        Assert.Equal((string?)answers[0]["platform_identifier"], (string?)answers[2]["platform_identifier"]);
    }

    [Fact]
    public async Task The_program_in_the_documentation_is_the_one_that_passes_here()
    {
        var sample = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests/NetIdGrains.FrontDoor.Tests/SandboxSample.cs"));
        var body = sample[(sample.IndexOf("// from here\n", StringComparison.Ordinal) + 13)..sample.IndexOf("\n        // to here", StringComparison.Ordinal)];
        var shown = Block("csharp");
        Assert.Equal(shown[shown.IndexOf("using var http", StringComparison.Ordinal)..], body.Replace("\n        ", "\n", StringComparison.Ordinal).TrimStart());
        var said = await SandboxSample.RunAsync(sandbox.Http.BaseAddress!.AbsoluteUri, sandbox.KeyFile);
        Assert.Contains("pass, known here as ", said, StringComparison.Ordinal);
        Assert.Contains("You must keep name", said, StringComparison.Ordinal);
        Assert.Contains("The receipt proves it", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_registration_in_the_documentation_is_taken()
    {
        var folder = Path.GetDirectoryName(sandbox.KeyFile)!;
        var (file, keys) = (Path.Combine(folder, "shop.json"), Path.Combine(folder, "shop.jwks"));
        await File.WriteAllTextAsync(file, Block("json"));
        using var shop = PlatformCredentials.Create("shop");
        await File.WriteAllTextAsync(keys, shop.ToPublicKeys());
        var (code, output) = await AuthorityProcess.RunAsync("platform", "add", "shop", "--file", file, "--keys", keys, "--Data", sandbox.DataPath);
        Assert.True(code == 0, output);
        var listed = (await sandbox.Http.GetFromJsonAsync<JsonObject>("/v1/platforms/shop"))!;
        Assert.Equal(["login", "kyc"], listed["services"]!.AsArray().Select(service => (string)service!["id"]!));
    }

    [Theory]
    [InlineData(1, "listens nowhere else", "sandbox", "--Urls", "http://0.0.0.0:5080")]
    [InlineData(1, "is no command, and no setting", "sandbox", "--Dta", "x")]
    [InlineData(1, "has an authority's data already", "sandbox", "--Urls", "http://127.0.0.1:0", "--Data", "DATA")]
    [InlineData(2, "must be absolute", "platform", "proof", "--key", "KEY", "--url", "v1/token")]
    [InlineData(2, "does not exist", "platform", "assertion", "--key", "none.jwk", "--id", "demo", "--audience", "x")]
    public async Task What_is_not_understood_is_told_and_nothing_begins(int code, string says, params string[] arguments)
    {
        var (exit, output) = await AuthorityProcess.RunAsync([.. arguments.Select(argument => argument switch
        {
            "DATA" => sandbox.DataPath,
            "KEY" => sandbox.KeyFile,
            _ => argument,
        })]);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Equal(code, exit);
    }

    private static string FrontDoor => Path.Combine(AppContext.BaseDirectory, "NetIdGrains.FrontDoor.dll");
    /// <summary>The first block of a language in docs/platforms.md.</summary>
    private static string Block(string language)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "platforms.md"));
        var start = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private async Task<string> DirectAsync(string persona, string mode)
    {
        var (sequence, nonce) = (Fresh.SequenceNumber(), Fresh.Nonce());
        var (status, shown) = await PostAsync(persona, "present", new JsonObject
        {
            ["platform"] = "demo",
            ["sequence_number"] = sequence,
            ["nonce"] = nonce,
            ["mode"] = mode,
        });
        return status == HttpStatusCode.Conflict
            ? NameOf(shown)
            : (await sandbox.Client.VerifyAsync(new VerifyRequest(
                "login", sequence, nonce, (string)shown["presentation"]!, mode, (string?)shown["factors"]))).OrThrow().Result!;
    }

    private async Task<string> AskAsync(string persona, BeginRequest request)
    {
        var begun = await sandbox.Client.BeginAsync(request);
        if (begun.Problem is { } problem)
            return problem.Name;
        var (status, answer) = await PostAsync(persona, "answer", new JsonObject { ["request"] = begun.Value!.Request ?? begun.Value.TransactionId });
        if (status != HttpStatusCode.OK)
            return NameOf(answer);
        var ended = (await sandbox.Client.WaitAsync(begun.Value.TransactionId)).OrThrow();
        Assert.Equal(ended.Status == "approved", ended.Passed);
        return ended.Status!;
    }

    private async Task<string> CodeAsync(string persona)
    {
        using var response = await sandbox.Http.GetAsync($"/sandbox/personas/{persona}/code");
        var shown = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return response.StatusCode == HttpStatusCode.Conflict
            ? NameOf(shown)
            : (await sandbox.Client.VerifyCodeAsync(new VerifyCodeRequest(
                "login", Fresh.SequenceNumber(), (string)shown["net_id"]!, (string)shown["code"]!))).OrThrow().Result!;
    }

    private async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(string persona, string act, JsonObject body)
    {
        using var response = await sandbox.Http.PostAsJsonAsync($"/sandbox/personas/{persona}/{act}", body);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    private async Task<(HttpStatusCode Status, string? Type)> RefusedAsync(string persona, string act, JsonObject body) =>
        await PostAsync(persona, act, body) is var (status, problem) ? (status, (string?)problem["type"]) : default;

    private static string NameOf(JsonObject problem) => ((string)problem["type"]!).Split(':')[^1];
}
