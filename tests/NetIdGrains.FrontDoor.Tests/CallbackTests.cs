using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A platform that asked to be told is told, signed, at least once, whatever it or we were doing at that moment.</summary>
public sealed class CallbackTests : IDisposable
{
    private static readonly TimeSpan[] Backoff =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-callback-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task A_callback_is_signed_and_says_to_the_letter_what_the_poll_says()
    {
        await using var server = await CallbackServer.StartAsync();
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority, server);
        var secret = await SecretAsync(shop);
        foreach (var ending in (string[])["approved", "denied", "cancelled"])
        {
            var transaction = await BeginAsync(shop);
            using var ended = ending switch
            {
                "approved" => await wallet.ApproveAsync(transaction),
                "denied" => await wallet.DenyAsync(transaction),
                _ => await shop.SendAsync(HttpMethod.Delete, $"/v1/transactions/{transaction}"),
            };
            var message = await server.NextAsync();
            Assert.Equal(("POST /told", "application/json", transaction), (message.Line, message.Headers["Content-Type"], message.Headers["webhook-id"]));
            Assert.True(CallbackServer.IsSigned(message, secret, authority.Time.GetUtcNow()));
            Assert.False(CallbackServer.IsSigned(message with { Body = message.Body + " " }, secret, authority.Time.GetUtcNow()));
            using var polled = await shop.PollAsync(transaction);
            Assert.Equal($$"""{"type":"verification.ended","data":{{await polled.Content.ReadAsStringAsync()}}}""", message.Body);
            Assert.Contains($"\"status\":\"{ending}\"", message.Body, StringComparison.Ordinal);
            await Stored.UntilAsync(() => authority.RowText($"outbox/{transaction}") is null);
        }

        Assert.Equal(3, server.Count);
    }

    [Fact]
    public async Task What_a_platform_does_not_take_is_sent_again_ever_later_then_given_up_and_the_poll_still_has_it()
    {
        await using var server = await CallbackServer.StartAsync();
        server.Status = StatusCodes.Status500InternalServerError;
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority, server);
        var (secret, transaction) = (await SecretAsync(shop), await BeginAsync(shop));
        (await wallet.ApproveAsync(transaction)).Dispose();
        var first = await server.NextAsync();
        await Stored.UntilAsync(() => Tries(authority, transaction) == 1);
        var outbox = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IOutboxGrain>(transaction);
        for (var tries = 1; tries <= Backoff.Length; tries++)
        {
            var due = (DateTimeOffset)authority.Row($"outbox/{transaction}")!["Due"]!;
            Assert.InRange(due - TimeOf(server), Backoff[tries - 1], Backoff[tries - 1] + TimeSpan.FromSeconds(5));
            if (tries > 2) // the first two are tried again by a timer, in time that is real here
            {
                authority.Time.Advance(due - authority.Time.GetUtcNow() - TimeSpan.FromSeconds(60));
                await outbox.Tidy();
                Assert.Equal(tries, server.Count);
            }

            authority.Time.Advance(due - authority.Time.GetUtcNow());
            await outbox.Tidy();
            var again = await server.NextAsync();
            Assert.Equal((first.Body, first.Headers["webhook-id"]), (again.Body, again.Headers["webhook-id"]));
            Assert.True(CallbackServer.IsSigned(again, secret, authority.Time.GetUtcNow()));
        }

        Assert.Null((await outbox.Tidy()).Due);
        Assert.Null(authority.RowText($"outbox/{transaction}"));
        Assert.Equal(Backoff.Length + 1, server.Count);
        shop = await PlatformAsync(authority, server);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(first.Body)!["data"], await shop.PollAsync(transaction).JsonAsync()));

        DateTimeOffset TimeOf(CallbackServer told) => DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(told.Last.Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Gone_is_taken_at_its_word()
    {
        await using var server = await CallbackServer.StartAsync();
        server.Status = StatusCodes.Status410Gone;
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority, server);
        var transaction = await BeginAsync(shop);
        (await wallet.ApproveAsync(transaction)).Dispose();
        await server.NextAsync();
        await Stored.UntilAsync(() => authority.RowText($"outbox/{transaction}") is null);
        authority.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IOutboxGrain>(transaction).Tidy()).Due);
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task A_message_survives_a_stop_and_the_sweeper_sends_it_after_the_start()
    {
        await using var server = await CallbackServer.StartAsync();
        server.Status = StatusCodes.Status500InternalServerError;
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority, server);
        var (secret, transaction) = (await SecretAsync(shop), await BeginAsync(shop));
        (await wallet.ApproveAsync(transaction)).Dispose();
        var first = await server.NextAsync();
        await Stored.UntilAsync(() => Tries(authority, transaction) == 1);
        await authority.StopAsync();
        server.Status = StatusCodes.Status200OK;
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        authority.Time.Advance(TimeSpan.FromMinutes(2));
        var again = await server.NextAsync();
        Assert.Equal(first.Body, again.Body);
        Assert.True(CallbackServer.IsSigned(again, secret, authority.Time.GetUtcNow()));
        await Stored.UntilAsync(() => authority.RowText($"outbox/{transaction}") is null);
        await Stored.UntilAsync(() => !authority.HasDeadline($"outbox/{transaction}"));
    }

    [Fact]
    public async Task Killed_between_acknowledgement_and_delivery_it_tells_the_platform_when_it_lives_again()
    {
        await using var server = await OutsideServer.StartLateAsync(OutsideServer.Status(StatusCodes.Status200OK));
        var dataPath = Path.Combine(_scratch, "data");
        string transaction;
        await using (var process = await AuthorityProcess.ServeAsync(dataPath))
        {
            using var key = P256Signer.Create();
            var document = DevelopmentPlatform.Registration("shop", key.PublicKey) with { CallbackAddress = server.Address("/told").AbsoluteUri };
            using var socket = new HttpClient(OperatorSocket.Handler(Path.Combine(dataPath, "operator.sock")));
            using var registered = await socket.PutAsJsonAsync(
                "http://operator/operator/platforms/shop", new OperatorRegistration(document, "For a test", "test"), WireJson.Options);
            Assert.True(registered.IsSuccessStatusCode);
            using var wallet = new DevelopmentWallet(process.Http, TimeProvider.System);
            (await wallet.ApplyAsync(Persons.Adults[0].Number, Persons.Adults[0].Name)).Dispose();
            var shop = new DevelopmentPlatform(process.Http, "shop", key, TimeProvider.System);
            (await shop.AuthenticateAsync()).Dispose();
            transaction = await BeginAsync(shop);
            Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction).JsonAsync())["status"]);
            await server.Asked; // and not answered
            await process.KillAsync();
        }

        server.GoOn();
        var time = new AdjustableTime { MovesTimers = true };
        time.Advance(DateTimeOffset.UtcNow - time.GetUtcNow()); // the process ran by the real clock
        await using var app = await FrontDoorApp.BuildAsync(["--Data", dataPath, "--Urls", "http://127.0.0.1:0"], time: time);
        await app.StartAsync();
        time.Advance(TimeSpan.FromMinutes(2));
        await Stored.UntilAsync(() => server.Requests.Count > 1);
        var messages = server.Requests.ToArray();
        Assert.Equal((messages[0].Body, transaction), (messages[^1].Body, messages[^1].Headers["webhook-id"]));
        await app.StopAsync();
    }

    [Fact]
    public async Task A_renewed_secret_signs_beside_the_one_before_and_what_was_waiting_too()
    {
        await using var server = await CallbackServer.StartAsync();
        server.Status = StatusCodes.Status500InternalServerError;
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority, server);
        var (old, waiting) = (await SecretAsync(shop), await BeginAsync(shop));
        (await wallet.ApproveAsync(waiting)).Dispose();
        Assert.True(CallbackServer.IsSigned(await server.NextAsync(), old, authority.Time.GetUtcNow()));
        await Stored.UntilAsync(() => Tries(authority, waiting) == 1);
        var renewed = (string)(await shop.SendAsync(HttpMethod.Post, "/v1/platform/callback-secret").JsonAsync())["callback_secret"]!;
        Assert.NotEqual(old, renewed);
        Assert.Equal(renewed, await SecretAsync(shop));
        server.Status = StatusCodes.Status200OK;
        authority.Time.Advance(Backoff[0]);
        await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IOutboxGrain>(waiting).Tidy();
        await SignedByBothAsync();
        (await wallet.ApproveAsync(await BeginAsync(shop))).Dispose();
        await SignedByBothAsync();
        var third = (string)(await shop.SendAsync(HttpMethod.Post, "/v1/platform/callback-secret").JsonAsync())["callback_secret"]!;
        (await wallet.ApproveAsync(await BeginAsync(shop))).Dispose();
        var message = await server.NextAsync();
        Assert.True(CallbackServer.IsSigned(message, third, authority.Time.GetUtcNow()));
        Assert.True(CallbackServer.IsSigned(message, renewed, authority.Time.GetUtcNow()));
        Assert.False(CallbackServer.IsSigned(message, old, authority.Time.GetUtcNow()));

        async Task SignedByBothAsync()
        {
            var told = await server.NextAsync();
            Assert.True(CallbackServer.IsSigned(told, old, authority.Time.GetUtcNow()));
            Assert.True(CallbackServer.IsSigned(told, renewed, authority.Time.GetUtcNow()));
        }
    }

    [Fact]
    public async Task Nobody_is_told_who_did_not_ask_or_whose_user_comes_back_by_browser()
    {
        await using var server = await CallbackServer.StartAsync();
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await PlatformAsync(authority, server);
        var silent = (string)(await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())).JsonAsync())["transaction_id"]!;
        (await wallet.ApproveAsync(silent)).Dispose();
        Assert.Null(authority.RowText($"outbox/{silent}"));
        var same = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "same-device");
        (same["redirect_address"], same["code_challenge"], same["callback"]) = ("https://shop.example/back", new string('A', 43), true);
        await shop.BeginAsync(same).IsRefusedAsync(Refusal.CarrierInvalid);
        same.Remove("callback");
        var transaction = (string)(await shop.BeginAsync(same).JsonAsync())["transaction_id"]!;
        Assert.NotNull((await wallet.ApproveAsync(transaction).JsonAsync())["redirect"]);
        Assert.Null(authority.RowText($"outbox/{transaction}"));
        Assert.Equal("", authority.Rows("outbox"));
        var other = await authority.PlatformAsync("other");
        var unregistered = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        unregistered["callback"] = true;
        await other.BeginAsync(unregistered).IsRefusedAsync(Refusal.CallbackNotRegistered);
        Assert.Equal(0, server.Count);
    }

    private static Task<DevelopmentPlatform> PlatformAsync(TestAuthority authority, CallbackServer server) => authority.PlatformAsync(
        "shop", document => document with { CallbackAddress = server.Address, RedirectAddresses = ["https://shop.example/back"] });

    private static async Task<string> SecretAsync(DevelopmentPlatform platform) =>
        (string)(await platform.SendAsync(HttpMethod.Get, "/v1/platform").JsonAsync())["callback_secret"]!;

    private static async Task<string> BeginAsync(DevelopmentPlatform platform)
    {
        var body = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        body["callback"] = true;
        return (string)(await platform.BeginAsync(body).JsonAsync())["transaction_id"]!;
    }

    private static int? Tries(TestAuthority authority, string transaction) => (int?)authority.Row($"outbox/{transaction}")?["Tries"];
}
