using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Calls to addresses that others name: what their servers do, and what their names lead to, is theirs to choose.</summary>
public sealed class OutboundTests : IDisposable
{
    private const string KeySet = """{"keys":[]}""";
    private const string Secret = "whatever-they-sent";
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // with a limit that does not end what it should

    private readonly FakeTimeProvider _time = new();
    private readonly OutboundHttp _outbound = new(allowDevelopment: true);

    public void Dispose() => _outbound.Dispose();

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/jwk-set+json")]
    [InlineData("Application/JSON; charset=utf-8")]
    public async Task A_key_set_is_fetched_as_it_is(string contentType)
    {
        await using var server = await OutsideServer.StartAsync(OutsideServer.Json(KeySet, contentType: contentType));
        Assert.Equal(KeySet, await FetchAsync(server.Address("/keys?of=shop")));
        Assert.Equal("GET /keys?of=shop", Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task A_key_set_has_64_KiB_at_most_whether_or_not_its_length_is_said()
    {
        var body = "";
        await using var server = await OutsideServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = context.Request.Query.ContainsKey("said") ? body.Length : null;
            return context.Response.WriteAsync(body);
        });
        foreach (var path in (string[])["/", "/?said"])
        {
            body = new string('a', MostBytes);
            Assert.Equal(body, await FetchAsync(server.Address(path)));
            body += "a";
            await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Address(path)));
        }
    }

    [Theory]
    [InlineData(201, "application/json")]
    [InlineData(204, null)]
    [InlineData(404, "application/json")]
    [InlineData(500, "application/json")]
    [InlineData(200, "text/html")]
    [InlineData(200, "text/json")]
    [InlineData(200, "application/jwt")]
    [InlineData(200, "nonsense")]
    [InlineData(200, null)]
    public async Task An_answer_of_another_status_or_type_is_none_and_is_quoted_nowhere(int status, string? contentType)
    {
        await using var server = await OutsideServer.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync($$"""{"{{Secret}}":1}""");
        });
        var failure = await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Address($"/{Secret}")));
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_encoded_or_no_UTF_8_is_none()
    {
        await using var encoded = await OutsideServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return OutsideServer.Json(KeySet)(context);
        });
        await Assert.ThrowsAsync<IOException>(() => FetchAsync(encoded.Address()));
        Assert.False(Assert.Single(encoded.Requests).Headers.ContainsKey("Accept-Encoding"));
        await using var latin = await OutsideServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(new byte[] { (byte)'{', 0xE9, (byte)'}' });
        });
        await Assert.ThrowsAsync<IOException>(() => FetchAsync(latin.Address()));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await OutsideServer.StartAsync(context =>
            context.Request.Path == "/elsewhere" ? OutsideServer.Json(KeySet)(context) : OutsideServer.Redirect(context));
        await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Address()));
        Assert.Equal("GET /", Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_or_is_not_there_is_no_answer()
    {
        Uri address;
        await using (var server = await OutsideServer.StartAsync(OutsideServer.DyingWithin(KeySet)))
        {
            address = server.Address();
            await Assert.ThrowsAsync<IOException>(() => FetchAsync(address));
        }

        await Assert.ThrowsAsync<IOException>(() => FetchAsync(address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_set_is_waited_for_three_seconds_to_its_last_byte(bool begins)
    {
        await using (var inTime = await OutsideServer.StartLateAsync(OutsideServer.Json(KeySet), begins))
        {
            var fetched = FetchAsync(inTime.Address());
            await inTime.Asked;
            _time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromMilliseconds(1));
            inTime.GoOn();
            Assert.Equal(KeySet, await fetched);
        }

        await using var late = await OutsideServer.StartLateAsync(OutsideServer.Json(KeySet), begins);
        var abandoned = FetchAsync(late.Address());
        await late.Asked;
        _time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<IOException>(() => abandoned);
        await late.Abandoned;
    }

    [Fact]
    public async Task What_the_caller_gives_up_is_no_failure_of_the_server()
    {
        await using var server = await OutsideServer.StartLateAsync(OutsideServer.Json(KeySet));
        using var caller = new CancellationTokenSource();
        var fetched = new HttpKeySetSource(_outbound, _time).FetchAsync(server.Address(), caller.Token);
        await server.Asked;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetched);
    }

    [Fact]
    public async Task A8_4_one_call_tells_nothing_of_another()
    {
        using var activity = new Activity("a request of ours").Start();
        await using var server = await OutsideServer.StartAsync(context =>
        {
            context.Response.Cookies.Append("seen", "1");
            return OutsideServer.Json(KeySet)(context);
        });
        await FetchAsync(server.Address());
        await FetchAsync(server.Address());
        foreach (var request in server.Requests)
            Assert.Equal(["Accept", "Host"], request.Headers.Keys.Order());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:192.168.0.1")]
    [InlineData("93.184.215.14,10.0.0.1")]
    [InlineData("10.0.0.1,93.184.215.14")]
    [InlineData("")]
    public async Task A12_1_a_name_that_leads_inside_is_refused_before_anything_connects(string addresses)
    {
        using var outbound = new OutboundHttp(allowDevelopment: false, Leads(addresses));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://keys.example/");
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => outbound.SendAsync(request, CancellationToken.None));
        Assert.IsNotType<SocketException>(failure.InnerException);
        Assert.IsType<IOException>(failure.InnerException);
        await Assert.ThrowsAsync<IOException>(() => new HttpKeySetSource(outbound, _time).FetchAsync(new("https://keys.example/"), default));
        Assert.Equal(CallbackOutcome.Failed, await new HttpCallbackSender(outbound, _time).SendAsync(Message(new("https://keys.example/")), default));
    }

    [Theory]
    [InlineData("127.0.0.1,93.184.215.14")]
    [InlineData("10.0.0.1")]
    public async Task In_development_a_name_leads_to_this_machine_alone_or_not_at_all(string addresses)
    {
        await using var server = await OutsideServer.StartAsync(OutsideServer.Json(KeySet));
        using var outbound = new OutboundHttp(allowDevelopment: true, Leads(addresses));
        var address = new UriBuilder(server.Address()) { Host = "localhost" }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        Assert.IsType<IOException>((await Assert.ThrowsAsync<HttpRequestException>(() => outbound.SendAsync(request, default))).InnerException);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A12_1_it_connects_to_what_it_has_checked_and_looks_up_once()
    {
        var asked = new List<string>();
        await using var server = await OutsideServer.StartAsync(OutsideServer.Json(KeySet));
        using var outbound = new OutboundHttp(allowDevelopment: true, (name, _) =>
        {
            asked.Add(name);
            return Task.FromResult(new[] { asked.Count == 1 ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1") });
        });
        var address = new UriBuilder(server.Address()) { Host = "localhost" }.Uri;
        Assert.Equal(KeySet, await new HttpKeySetSource(outbound, _time).FetchAsync(address, default));
        Assert.Equal(["localhost"], asked);

        // Where nobody listens, though by that name the system would find the server.
        using var elsewhere = new OutboundHttp(allowDevelopment: true, Leads("127.0.0.2"));
        await Assert.ThrowsAsync<IOException>(() => new HttpKeySetSource(elsewhere, _time).FetchAsync(address, default));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("http://keys.example/", false)]
    [InlineData("http://127.0.0.1:5099/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://10.0.0.1/", true)]
    [InlineData("https://keys.example:8443/", false)]
    public async Task A12_1_an_address_that_may_not_be_registered_is_not_called_either(string address, bool allowDevelopment)
    {
        var lookedUp = new List<string>();
        using var outbound = new OutboundHttp(allowDevelopment, (name, _) =>
        {
            lookedUp.Add(name);
            return Task.FromResult(new[] { IPAddress.Parse("10.0.0.1") });
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        await Assert.ThrowsAsync<IOException>(() => outbound.SendAsync(request, default));
        await Assert.ThrowsAsync<IOException>(() => new HttpKeySetSource(outbound, _time).FetchAsync(new(address), default));
        Assert.Equal(CallbackOutcome.Failed, await new HttpCallbackSender(outbound, _time).SendAsync(Message(new(address)), default));
        Assert.Empty(lookedUp);
    }

    [Fact]
    public async Task A_look_up_that_never_ends_is_late_too()
    {
        var asked = new TaskCompletionSource();
        using var outbound = new OutboundHttp(allowDevelopment: false, async (_, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return [];
        });
        var fetched = new HttpKeySetSource(outbound, _time).FetchAsync(new("https://keys.example/"), default);
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<IOException>(() => fetched);
    }

    [Fact]
    public async Task A12_1_a_certificate_nobody_vouches_for_is_refused_and_the_addresses_in_it_are_not_called()
    {
        await using var inside = await OutsideServer.StartAsync(OutsideServer.Status(404));
        using var certificate = CertificateNaming(inside.Address("/issuer.cer"));
        await using var server = await OutsideServer.StartAsync(OutsideServer.Json(KeySet), certificate);
        await Assert.ThrowsAsync<IOException>(() => FetchAsync(server.Address()));
        Assert.Empty(server.Requests);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task A_callback_carries_the_message_and_its_signature()
    {
        await using var server = await OutsideServer.StartAsync(OutsideServer.Status(204));
        Assert.Equal(CallbackOutcome.Delivered, await SendAsync(server.Address("/hook")));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST /hook", """{"type":"test"}"""), (request.Line, request.Body));
        Assert.Equal("msg_1", request.Headers["webhook-id"]);
        Assert.Equal("1674087231", request.Headers["webhook-timestamp"]);
        Assert.Equal("v1,c2lnbmF0dXJl v1,YW5vdGhlcg==", request.Headers["webhook-signature"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("sealed", Message(server.Address()).ToString());
    }

    [Theory]
    [InlineData(200, CallbackOutcome.Delivered)]
    [InlineData(202, CallbackOutcome.Delivered)]
    [InlineData(299, CallbackOutcome.Delivered)]
    [InlineData(300, CallbackOutcome.Failed)]
    [InlineData(304, CallbackOutcome.Failed)]
    [InlineData(400, CallbackOutcome.Failed)]
    [InlineData(404, CallbackOutcome.Failed)]
    [InlineData(409, CallbackOutcome.Failed)]
    [InlineData(410, CallbackOutcome.Gone)]
    [InlineData(411, CallbackOutcome.Failed)]
    [InlineData(429, CallbackOutcome.Failed)]
    [InlineData(500, CallbackOutcome.Failed)]
    [InlineData(503, CallbackOutcome.Failed)]
    public async Task A_callbacks_outcome_is_its_status(int status, CallbackOutcome outcome)
    {
        await using var server = await OutsideServer.StartAsync(OutsideServer.Status(status));
        Assert.Equal(outcome, await SendAsync(server.Address()));
    }

    [Fact]
    public async Task A_callback_that_is_redirected_or_cut_off_has_failed_and_went_nowhere_else()
    {
        await using var redirecting = await OutsideServer.StartAsync(OutsideServer.Redirect);
        Assert.Equal(CallbackOutcome.Failed, await SendAsync(redirecting.Address()));
        Assert.Single(redirecting.Requests);
        await using var dying = await OutsideServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(CallbackOutcome.Failed, await SendAsync(dying.Address()));
    }

    [Fact]
    public async Task Of_a_callbacks_answer_only_the_status_is_waited_for()
    {
        await using var server = await OutsideServer.StartLateAsync(OutsideServer.Json(KeySet), begins: true);
        Assert.Equal(CallbackOutcome.Delivered, await SendAsync(server.Address()));
        await server.Abandoned;
    }

    [Fact]
    public async Task A_callback_is_waited_for_ten_seconds()
    {
        await using (var inTime = await OutsideServer.StartLateAsync(OutsideServer.Status(200)))
        {
            var sent = SendAsync(inTime.Address());
            await inTime.Asked;
            _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
            inTime.GoOn();
            Assert.Equal(CallbackOutcome.Delivered, await sent);
        }

        await using var late = await OutsideServer.StartLateAsync(OutsideServer.Status(200));
        var abandoned = SendAsync(late.Address());
        await late.Asked;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(CallbackOutcome.Failed, await abandoned);
    }

    private static CallbackMessage Message(Uri address) => new(
        address,
        "msg_1",
        DateTimeOffset.FromUnixTimeSeconds(1674087231),
        "v1,c2lnbmF0dXJl v1,YW5vdGhlcg==",
        Encoding.UTF8.GetBytes("""{"type":"test"}"""));

    private static Func<string, CancellationToken, Task<IPAddress[]>> Leads(string addresses) =>
        (_, _) => Task.FromResult(addresses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse).ToArray());

    /// <summary>A server's certificate by an issuer that is not sent along, with where to fetch the issuer's.</summary>
    private static X509Certificate2 CertificateNaming(Uri issuerAddress)
    {
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = new CertificateRequest("CN=Nobody", issuerKey, HashAlgorithmName.SHA256);
        issuer.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        server.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuerAddress.AbsoluteUri]));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var issuing = issuer.CreateSelfSigned(from, until);
        using var certificate = server.Create(issuing, from, until, [1]);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private Task<string> FetchAsync(Uri address) =>
        new HttpKeySetSource(_outbound, _time).FetchAsync(address, CancellationToken.None).WaitAsync(Patience);

    private Task<CallbackOutcome> SendAsync(Uri address) =>
        new HttpCallbackSender(_outbound, _time).SendAsync(Message(address), CancellationToken.None).WaitAsync(Patience);
}
