using System.Text;
using System.Text.Json;
using System.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Client;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;
using Identity = NetIdGrains.Client.Identity;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The library that a platform installs, against a real authority: each call, and what it does unasked.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private readonly InterceptedHttp _wire = new();
    private readonly PlatformCredentials _shop = PlatformCredentials.Create("shop");
    private TestAuthority _authority = null!;
    private DevelopmentWallet _wallet = null!;
    private HurriedTime _time = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        _wallet = await _authority.EnrolAsync(Persons.Adults[0]);
        _time = new HurriedTime(_authority.Time);
        _http = new HttpClient(_wire) { BaseAddress = _authority.Http.BaseAddress };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _wallet.Dispose();
        _shop.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task A5_1_A_direct_verification_passes_and_its_receipt_proves_it_offline()
    {
        using var client = await RegisteredAsync();
        var request = Presented();
        var verification = (await client.VerifyAsync(request)).OrThrow();
        Assert.True(verification.Passed);
        Assert.Equal(["pop"], verification.Assurance!);
        var again = (await client.VerifyAsync(request)).OrThrow();
        Assert.Equal((verification.TransactionId, verification.Receipt), (again.TransactionId, again.Receipt));
        Assert.Single(_wire.Sent, sent => sent.Line == "POST /v1/token");

        var receipts = new Receipts(await client.GetRootCertificateAsync());
        Assert.True(receipts.Prove(verification, "shop"));
        Assert.False(receipts.Prove(verification, "bank"));
        Assert.False(receipts.Prove(verification with { Result = "fail" }, "shop"));
        Assert.False(receipts.Prove(verification with { PlatformIdentifier = "another" }, "shop"));
        Assert.False(receipts.Prove(verification with { TransactionId = "another" }, "shop"));
        Assert.False(receipts.TryCheck(verification.Receipt![..^2] + "AA", out _, out var fault));
        Assert.Equal(ReceiptFault.Signature, fault);
    }

    [Fact]
    public async Task A_scan_is_waited_for_and_can_be_called_off()
    {
        using var client = await RegisteredAsync();
        var begun = (await client.BeginAsync(new BeginRequest("login", Fresh.SequenceNumber(), Predicates: ["age_band", "minor"]))).OrThrow();
        Assert.True(begun.IsPending);
        var waiting = client.WaitAsync(begun.TransactionId);
        (await _wallet.ApproveAsync(begun.Request!.Split('/')[^1])).Dispose();
        var ended = (await waiting).OrThrow();
        Assert.Equal(("approved", true, "18-and-over", false), (ended.Status, ended.Passed, ended.AgeBand, ended.Minor!.Value));
        Assert.Equal("transaction-ended", (await client.CancelAsync(begun.TransactionId)).Problem!.Name);

        var other = (await client.BeginAsync(new BeginRequest("login", Fresh.SequenceNumber()))).OrThrow();
        Assert.Equal("cancelled", (await client.CancelAsync(other.TransactionId)).OrThrow().Status);
        Assert.Equal(("cancelled", false), ((await client.GetAsync(other.TransactionId)).OrThrow().Status, ended.IsPending));
    }

    [Fact]
    public async Task On_the_same_device_the_answer_comes_to_the_browser_that_has_the_secret()
    {
        using var client = await RegisteredAsync();
        var (mine, other) = (ReturnSecret.Create(), ReturnSecret.Create());
        var begun = (await client.BeginAsync(new BeginRequest(
            "login", Fresh.SequenceNumber(), "same-device", RedirectAddress: "https://shop.example/back", State: "cart 7", CodeChallenge: mine.Challenge))).OrThrow();
        var redirect = new Uri((string)(await _wallet.ApproveAsync(begun.TransactionId).JsonAsync())["redirect"]!);
        var brought = HttpUtility.ParseQueryString(redirect.Query);
        Assert.Equal(("returning", null), ((await client.WaitAsync(begun.TransactionId)).OrThrow() is var seen ? (seen.Status, seen.Result) : default));
        Assert.Equal("return-invalid", (await client.ReturnAsync(begun.TransactionId, brought["code"]!, other)).Problem!.Name);
        Assert.True((await client.ReturnAsync(begun.TransactionId, brought["code"]!, mine)).OrThrow().Passed);
    }

    [Fact]
    public async Task A_counter_and_a_typed_code_work_too()
    {
        using var client = await RegisteredAsync();
        (await _wallet.ExecuteAsync("pre-approve")).Dispose();
        var atCounter = (await client.BeginAsync(new BeginRequest("login", Fresh.SequenceNumber(), "counter", Qr: await _wallet.ShowQrAsync()))).OrThrow();
        var secret = Convert.FromBase64String((string)(await _wallet.ExecuteAsync("open-codes").JsonAsync())["code_secret"]!);
        var code = DynamicPassword.CodeAt(secret, _authority.Time.GetUtcNow());
        var typed = (await client.VerifyCodeAsync(new VerifyCodeRequest("login", Fresh.SequenceNumber(), _wallet.NetId!, code))).OrThrow();
        Assert.Equal((true, true, atCounter.PlatformIdentifier), (atCounter.Passed, typed.Passed, typed.PlatformIdentifier));
    }

    [Fact]
    public async Task A8_2_Fields_open_for_the_platform_alone_and_in_their_own_answer_alone()
    {
        using var client = await RegisteredAsync();
        var begun = (await client.BeginAsync(new BeginRequest("kyc", Fresh.SequenceNumber(), Fields: ["name", "birth_date"]))).OrThrow();
        (await _wallet.ApproveAsync(begun.TransactionId)).Dispose();
        var ended = (await client.WaitAsync(begun.TransactionId)).OrThrow();
        Assert.True(Identity.TryOpen(ended, _shop, out var identity));
        Assert.Equal(["birth_date", "name"], identity.Fields.Keys.Order());
        Assert.Equal(Persons.Adults[0].Name, identity.Fields["name"]);
        Assert.DoesNotContain(Persons.Adults[0].Name, $"{identity} {ended}", StringComparison.Ordinal);
        using var stranger = PlatformCredentials.Create("shop");
        Assert.False(Identity.TryOpen(ended, stranger, out _));
        Assert.False(Identity.TryOpen(ended with { TransactionId = "another" }, _shop, out _));
        Assert.False(Identity.TryOpen(ended with { Identity = null }, _shop, out _));
    }

    [Fact]
    public async Task A_callback_is_believed_for_its_signature_and_for_five_minutes()
    {
        var delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await OutsideServer.StartAsync(context =>
        {
            delivered.TrySetResult();
            context.Response.StatusCode = StatusCodes.Status200OK;
            return Task.CompletedTask;
        });
        using var client = await RegisteredAsync(receiver.Address("/callback").AbsoluteUri);
        var begun = (await client.BeginAsync(new BeginRequest("login", Fresh.SequenceNumber(), Callback: true))).OrThrow();
        (await _wallet.DenyAsync(begun.TransactionId)).Dispose();
        await delivered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var request = receiver.Requests.Single();
        var headers = new WebhookHeaders(request.Headers["webhook-id"], request.Headers["webhook-timestamp"], request.Headers["webhook-signature"]);
        var body = Encoding.UTF8.GetBytes(request.Body);

        var webhooks = new Webhooks(await CallbackSecretAsync(), _time);
        Assert.True(webhooks.TryRead(headers, body, out var ended));
        Assert.Equal((begun.TransactionId, "denied", "fail"), (ended.TransactionId, ended.Status, ended.Result));
        Assert.False(webhooks.TryRead(headers with { Id = "another" }, body, out _));
        Assert.False(webhooks.TryRead(headers, Encoding.UTF8.GetBytes(request.Body.Replace("denied", "approved", StringComparison.Ordinal)), out _));
        Assert.False(new Webhooks(new WebhookSecret(new byte[32]).ToText(), _time).TryRead(headers, body, out _));
        _authority.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(webhooks.TryRead(headers, body, out _));
        Assert.Throws<ArgumentException>(() => new Webhooks("whsec_short", _time));
    }

    [Fact]
    public async Task A_signed_callback_of_another_kind_is_no_news_of_a_verification()
    {
        var secret = new WebhookSecret(new byte[32]);
        foreach (var (text, isRead) in new[]
        {
            ("""{"type":"verification.ended","data":{"transaction_id":"t","sequence_number":"s","status":"denied","later":1}}""", true),
            ("""{"type":"platform.suspended","data":{"transaction_id":"t","sequence_number":"s","status":"denied"}}""", false),
            ("""{"type":"verification.ended","data":{"transaction_id":"t"}}""", false),
            ("""{"type":"verification.ended"}""", false),
            ("[]", false),
        })
        {
            var (body, now) = (Encoding.UTF8.GetBytes(text), _time.GetUtcNow());
            var headers = new WebhookHeaders("id", $"{now.ToUnixTimeSeconds()}", WebhookSignature.Sign([secret], "id", now, body));
            Assert.Equal(isRead, new Webhooks(secret.ToText(), _time).TryRead(headers, body, out _));
        }
    }

    internal static string RefusalType(string name) => $"urn:netidgrains:problem:{name}";

    private VerifyRequest Presented()
    {
        var (sequence, nonce) = (Fresh.SequenceNumber(), Fresh.Nonce());
        return new VerifyRequest("login", sequence, nonce, _wallet.Present("shop", sequence, nonce));
    }

    private async Task<AuthorityClient> RegisteredAsync(string? callback = null, ClientOptions? options = null)
    {
        using var key = P256Signer.Create();
        var registration = DevelopmentPlatform.Registration("shop", key.PublicKey) with
        {
            Keys = JsonSerializer.Deserialize<JsonElement>(_shop.ToPublicKeys()),
            CallbackAddress = callback,
            RedirectAddresses = ["https://shop.example/back"],
        };
        FieldDocument Field(string name) => new(name, "Example Act", "Article 7", "Whoever opens an account records it.");
        var kyc = registration.Services[0] with
        {
            Id = "kyc",
            Basis = "statutory-obligation",
            Fields = [Field("name"), Field("birth_date")],
            Predicates = [],
        };
        registration = registration with { Services = [registration.Services[0], kyc] };
        var answer = await _authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>("shop")
            .Register(new RegisterPlatform(registration.ToRegistration("shop"), new Attribution("For a test", "test")));
        Assert.Equal(Refusal.None, answer.Refusal);
        return new AuthorityClient(_http, _shop, _time, options);
    }

    private async Task<string> CallbackSecretAsync()
    {
        var record = await _authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>("shop").Record();
        return OwnPlatform.From(record!, _authority.Services.GetRequiredService<AuthorityKeys>()).CallbackSecret!;
    }
}
