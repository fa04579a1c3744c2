using System.Diagnostics;
using System.Text;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What goes to an operator's collector says how the authority does, and nothing of anybody (A12-1).</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A12_1_Metrics_traces_and_logs_are_sent_and_nothing_of_a_person_is_in_them()
    {
        await using var collector = await OutsideServer.StartAsync(OutsideServer.Status(200));
        await using var authority = await TestAuthority.StartAsync("--Telemetry:Endpoint", collector.Address("/otlp/").AbsoluteUri, "--Telemetry:TraceRatio", "1");
        var person = Persons.Adults[0];
        using var wallet = await authority.EnrolAsync(person);
        var shop = await authority.PlatformAsync("shop-of-few");
        var answer = await shop.VerifyAsync(wallet).JsonAsync();
        (await wallet.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        await wallet.ExecuteAsync("appeal", new System.Text.Json.Nodes.JsonObject { ["text"] = "Why?" }).IsRefusedAsync(Refusal.FreezeUnknown);
        (await authority.Http.GetAsync($"/v1/requests/{answer["transaction_id"]}")).Dispose();
        await Stored.UntilAsync(() => authority.Rows("citizen").Contains("\"ListsSay\":[\"everything\"]", StringComparison.Ordinal));
        await authority.StopAsync(); // sends what is left

        string All(string kind) => string.Concat(collector.Requests.Where(request => request.Line == $"POST /otlp/v1/{kind}").Select(request => request.Body));
        foreach (var metric in (string[])
            [
                "netid.refusals", "freeze-unknown", "netid.leases", "granted", "netid.verifications", "R01", "netid.state.write.duration", "CitizenState",
                "netid.status_lists.delay", "http.server.request.duration", "dotnet.gc.collections",
            ])
            Assert.Contains(metric, All("metrics"), StringComparison.Ordinal);
        Assert.Contains("POST /v1/verifications", All("traces"), StringComparison.Ordinal);
        Assert.Contains("/v1/requests/{transaction}", All("traces"), StringComparison.Ordinal);
        Assert.Contains("NetIdGrains.FrontDoor.RequestLog", All("logs"), StringComparison.Ordinal);
        string[] values =
        [
            person.Number, person.Name, wallet.NetId!, wallet.Device!, wallet.FreezeCode!, DevelopmentWallet.Password, (string)answer["transaction_id"]!,
            (string)answer["platform_identifier"]!,
        ];
        foreach (var kind in (string[])["metrics", "traces", "logs"])
        {
            foreach (var value in values)
                Assert.True(!IdentityScanner.FormsIn(Encoding.UTF8.GetBytes(All(kind)), value).Any(), $"A value of a person is in the {kind}.");
        }

        Assert.DoesNotContain("shop-of-few", All("metrics") + All("traces"), StringComparison.Ordinal);
    }

    /// <summary>Also where somebody listens to ASP.NET Core's own traces, which go on with a caller's.</summary>
    [Fact]
    public async Task A_callers_trace_is_not_gone_on_with()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var collector = await OutsideServer.StartAsync(OutsideServer.Status(200));
        await using var authority = await TestAuthority.StartAsync("--Telemetry:Endpoint", collector.Address().AbsoluteUri, "--Telemetry:TraceRatio", "1");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/report");
        request.Headers.Add("traceparent", "00-11223344556677889900aabbccddeeff-1122334455667788-01");
        request.Headers.Add("tracestate", "who=somebody");
        (await authority.Http.SendAsync(request)).EnsureSuccessStatusCode();
        await authority.StopAsync();
        var traces = collector.Requests.Where(sent => sent.Line == "POST /v1/traces").ToList();
        Assert.NotEmpty(traces);
        Assert.DoesNotContain(traces, sent => sent.Body.Contains("somebody", StringComparison.Ordinal) || sent.Body.Contains("\u0011\"3DUfw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_address_nothing_is_sent_and_a_collector_that_is_away_stops_nobody()
    {
        await using var authority = await TestAuthority.StartAsync("--Telemetry:Endpoint", "http://127.0.0.1:1/", "--Telemetry:Period", "00:00:01");
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        Assert.Equal("active", (string?)(await wallet.ExecuteAsync("status").JsonAsync())["status"]);
    }
}
