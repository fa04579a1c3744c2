using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A real front door on a free port of this machine, over data of its own; it can be stopped and started again on the same data.</summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-test-").FullName;
    private readonly string[] _settings;
    private readonly Dictionary<string, P256Signer> _platformKeys = [];
    private WebApplication? _app;

    private TestAuthority(string[] settings) => _settings = settings;

    public AdjustableTime Time { get; } = new();

    public LogCapture Logs { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public string DataPath => Path.Combine(_scratch, "data");

    public IServiceProvider Services => _app!.Services;

    public static async Task<TestAuthority> StartAsync(params string[] settings)
    {
        var authority = new TestAuthority(settings);
        await authority.StartAgainAsync();
        return authority;
    }

    /// <param name="changed">Settings that are others from now on.</param>
    public async Task StartAgainAsync(params string[] changed)
    {
        _app = await FrontDoorApp.BuildAsync(
            ["--Data", DataPath, "--Urls", "http://127.0.0.1:0", .. _settings, .. changed],
            time: Time,
            configure: builder => builder.Logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Trace));
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(ServeCommand.Addresses(_app).Single()) };
    }

    public async Task StopAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public DevelopmentWallet NewWallet() => new(Http, Time);

    /// <summary>A wallet whose person is enrolled.</summary>
    public async Task<DevelopmentWallet> EnrolAsync(Person person, int certificates = 1)
    {
        var wallet = NewWallet();
        using var response = await wallet.ApplyAsync(person.Number, person.Name, certificates: certificates);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return wallet;
    }

    /// <summary>A platform that is registered and has a token.</summary>
    public async Task<DevelopmentPlatform> PlatformAsync(string id, Func<RegistrationDocument, RegistrationDocument>? registered = null)
    {
        if (!_platformKeys.TryGetValue(id, out var key))
        {
            _platformKeys[id] = key = P256Signer.Create();
            var registration = (registered ?? (document => document))(DevelopmentPlatform.Registration(id, key.PublicKey));
            var answer = await Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>(id)
                .Register(new RegisterPlatform(registration.ToRegistration(id), new Attribution("For a test", "test")));
            Assert.Equal(Refusal.None, answer.Refusal);
        }

        var platform = new DevelopmentPlatform(Http, id, key, Time);
        using var response = await platform.AuthenticateAsync();
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return platform;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await StopAsync();
        foreach (var key in _platformKeys.Values)
            key.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }
}

internal static class Responses
{
    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage response)
    {
        using (response)
            return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public static async Task<JsonObject> JsonAsync(this Task<HttpResponseMessage> response) => await (await response).JsonAsync();

    /// <summary>Holds a response against a refusal's entry in the table: status, type, title, clause and data used, and nothing else in it but a detail.</summary>
    public static async Task IsRefusedAsync(this Task<HttpResponseMessage> pending, Refusal refusal)
    {
        using var response = await pending;
        var entry = RefusalTable.Entries[refusal];
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == entry.Status, $"Expected {refusal}, got {(int)response.StatusCode}: {body}");
        var problem = JsonNode.Parse(body)!.AsObject();
        Assert.Equal(entry.Type, (string?)problem["type"]);
        Assert.Equal(entry.Title, (string?)problem["title"]);
        Assert.Equal(entry.Clause, (string?)problem["clause"]);
        Assert.Equal(entry.Data.Names(), problem["data_used"]!.AsArray().Select(kind => (string)kind!));
        Assert.Equal(entry.OAuthError is null ? 5 : 6, problem.Count - (problem.ContainsKey("detail") ? 1 : 0));
    }
}
