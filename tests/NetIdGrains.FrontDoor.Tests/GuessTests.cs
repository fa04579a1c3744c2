using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Guessing codes: what it costs the guesser, and that it costs the person guessed at nothing but this mode.</summary>
public sealed class GuessTests
{
    private const string Password = "24681357";

    [Fact]
    public async Task Code_verifications_meet_their_refusals_in_order()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var body = new JsonObject
        {
            ["service"] = "none",
            ["sequence_number"] = "1",
            ["net_id"] = "guessed",
            ["code"] = "1234567",
            ["predicates"] = new JsonArray("shoe_size"),
            ["shoe_size"] = 43,
        };
        Task Refused(Refusal refusal) => PostAsync(shop, body).IsRefusedAsync(refusal);
        Task MendedAsync(string member, JsonNode value, Refusal refusal)
        {
            body[member] = value;
            return Refused(refusal);
        }

        await Refused(Refusal.UnknownField);
        body.Remove("shoe_size");
        body.Remove("code");
        await Refused(Refusal.FieldMissing);
        await MendedAsync("code", 12345678, Refusal.FieldInvalid);
        await MendedAsync("code", "1234567", Refusal.SequenceNumberInvalid);
        await MendedAsync("sequence_number", DevelopmentPlatform.NewSequenceNumber(), Refusal.ServiceUnknown);
        await MendedAsync("service", DevelopmentPlatform.Service, Refusal.FieldInvalid);
        await MendedAsync("predicates", new JsonArray(), Refusal.FieldInvalid);
        await MendedAsync("net_id", wallet.NetId![..^1] + (wallet.NetId[^1] == '2' ? '3' : '2'), Refusal.FieldInvalid); // its check character
        await MendedAsync("net_id", wallet.NetId, Refusal.FieldInvalid);
        await MendedAsync("code", "１２３４５６７８", Refusal.FieldInvalid); // digits, but not ours
        body["code"] = "12345678";
        Assert.Equal("fail", (string?)(await PostAsync(shop, body).JsonAsync())["result"]);
        Assert.Equal("fail", (string?)(await PostAsync(shop, body).JsonAsync())["result"]); // the same again is answered from the log
        await MendedAsync("code", "12345679", Refusal.SequenceNumberUsed);
    }

    [Fact]
    public async Task Guesses_spend_their_sources_budget_then_their_platforms_and_right_codes_neither()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var secret = Convert.FromBase64String((string)(await wallet.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        using var officer = new TestOperator(authority);
        using var key = P256Signer.Create();
        (await officer.RegisterAsync("shop", TestOperator.Handed(TestOperator.Document("shop", key.PublicKey)))).EnsureSuccessStatusCode();
        var shop = new DevelopmentPlatform(authority.Http, "shop", key, authority.Time);
        (await shop.AuthenticateAsync()).EnsureSuccessStatusCode();
        authority.Time.Stop();
        Task<HttpResponseMessage> RightAsync() => shop.VerifyCodeAsync(wallet.NetId!, DynamicPassword.CodeAt(secret, authority.Time.GetUtcNow()));
        for (var count = 0; count < 5; count++)
        {
            Assert.Equal("pass", (string?)(await RightAsync().JsonAsync())["result"]);
            authority.Time.Advance(TimeSpan.FromSeconds(30));
        }

        var strangers = NetIds().GetEnumerator();
        string Next() => strangers.MoveNext() ? strangers.Current : throw new InvalidOperationException("There is no end of them.");
        for (var guess = 0; guess < 30; guess++)
            Assert.Equal("fail", (string?)(await shop.VerifyCodeAsync(Next(), "12345678").JsonAsync())["result"]);
        for (var more = 0; more < 700; more++)
            await shop.VerifyCodeAsync(Next(), "12345678").IsRefusedAsync(Refusal.TooManyGuesses);

        // What a source was refused was no guess, and spends nothing of the platform's: others still have 570 of its 600.
        var left = 0;
        for (var source = 2; source <= 21; source++)
        {
            using var http = From(authority, source);
            var elsewhere = new DevelopmentPlatform(http, "shop", key, authority.Time);
            (await elsewhere.AuthenticateAsync()).EnsureSuccessStatusCode();
            for (var guess = 0; guess < 30; guess++)
            {
                using var response = await PostAsync(elsewhere, CodeBody(Next()));
                left += response.IsSuccessStatusCode ? 1 : 0;
            }
        }

        Assert.Equal(570, left);
        await RightAsync().IsRefusedAsync(Refusal.TooManyGuesses);
        (await shop.VerifyAsync(wallet)).EnsureSuccessStatusCode(); // this mode alone
        authority.Time.Advance(TimeSpan.FromMinutes(2)); // a source gets a guess back, a platform twenty
        Assert.Equal("pass", (string?)(await RightAsync().JsonAsync())["result"]);
        Assert.Equal("fail", (string?)(await shop.VerifyCodeAsync(Next(), "12345678").JsonAsync())["result"]);
        await shop.VerifyCodeAsync(Next(), "12345678").IsRefusedAsync(Refusal.TooManyGuesses);
    }

    [Fact]
    public async Task Knowing_a_net_id_locks_nobody_out()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        (await wallet.ExecuteAsync("open-codes")).Dispose();
        var (rogue, shop) = (await authority.PlatformAsync("rogue"), await authority.PlatformAsync("shop"));
        for (var guess = 0; guess < 40; guess++)
            (await rogue.VerifyCodeAsync(wallet.NetId!, string.Create(CultureInfo.InvariantCulture, $"{guess:d8}"))).Dispose();
        Assert.Equal("closed", (string?)(await wallet.ExecuteAsync("waiting").JsonAsync())["codes"]);

        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var body = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce), "R02");
        body["factors"] = await wallet.SealFactorsAsync(VerificationRules.FactorsContext("shop", sequence, nonce), Password);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(JsonContent.Create(body)).JsonAsync())["result"]);
        foreach (var mode in (string[])["R01", "R02"])
        {
            var begun = await shop.BeginAsync(DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), mode: mode)).JsonAsync();
            var transaction = (string)begun["transaction_id"]!;
            Assert.Equal("approved", (string?)(await wallet.ApproveAsync(transaction, mode == "R02" ? Password : null).JsonAsync())["status"]);
            Assert.Equal("pass", (string?)(await shop.PollAsync(transaction).JsonAsync())["result"]);
        }

        Assert.Equal("active", (string?)(await wallet.ExecuteAsync("waiting").JsonAsync())["status"]);
        Assert.Equal("open", (string?)(await wallet.ExecuteAsync("open-codes").JsonAsync())["codes"]);
    }

    private static Task<HttpResponseMessage> PostAsync(DevelopmentPlatform platform, JsonObject body) =>
        platform.SendAsync(HttpMethod.Post, "/v1/code-verifications", JsonContent.Create(body));

    private static JsonObject CodeBody(string netId) => new()
    {
        ["service"] = DevelopmentPlatform.Service,
        ["sequence_number"] = DevelopmentPlatform.NewSequenceNumber(),
        ["net_id"] = netId,
        ["code"] = "12345678",
    };

    /// <summary>Net IDs that nobody has.</summary>
    private static IEnumerable<string> NetIds()
    {
        var random = new SystemRandomSource();
        while (true)
            yield return NetId.Create(random).Value;
    }

    /// <summary>Loopback is a whole network of sources.</summary>
    private static HttpClient From(TestAuthority authority, int source) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)source]), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = authority.Http.BaseAddress };
}
