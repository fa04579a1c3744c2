// A wallet in another language, by jose and @hpke/core, against the real front door: docs/citizens.md is enough to write one from.
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Interop.Tests;

public sealed class WalletTests(Node node) : IAsyncLifetime
{
    private readonly string scratch = Directory.CreateTempSubdirectory("netid-interop-").FullName;
    private WebApplication? authority;

    public async ValueTask InitializeAsync()
    {
        authority = await FrontDoorApp.BuildAsync(
            ["--Data", Path.Combine(scratch, "data"), "--Urls", "http://127.0.0.1:0"], configure: builder => builder.Logging.ClearProviders());
        await authority.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await authority!.StopAsync();
        await authority.DisposeAsync();
        Directory.Delete(scratch, recursive: true);
    }

    [Fact]
    public async Task A_wallet_of_jose_and_hpke_js_applies_freezes_exports_and_leaves()
    {
        var answer = await node.AskAsync("wallet", "live", new JsonObject
        {
            ["base"] = ServeCommand.Addresses(authority!).Single(),
            ["number"] = "619901198705140059",
            ["name"] = "雷强",
            ["password"] = "24681357",
        });
        Assert.Equal(["frozen", "active", "cancelled"], answer.GetProperty("statuses").EnumerateArray().Select(status => status.GetString()));
        Assert.Equal((1, answer.Text("netId")), (answer.GetProperty("certificates").GetInt32(), answer.Text("exported")));
        Assert.StartsWith("urn:netidgrains:problem:holder-key-proof-invalid", answer.Text("renewed"), StringComparison.Ordinal);
        Assert.Equal(3, answer.Text("receipt")!.Split('.').Length);
        Assert.StartsWith("urn:netidgrains:problem:device-unknown", answer.Text("gone"), StringComparison.Ordinal);
    }
}
