using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Bench;

/// <summary>One platform under load: its token, and its requests made before they are sent, so that the generator does little while it sends.</summary>
internal sealed class VerifyLoad(HttpClient http, string platform, P256Signer key)
{
    private string _token = "";

    public async Task AuthenticateAsync()
    {
        var development = new DevelopmentPlatform(http, platform, key, TimeProvider.System);
        using var response = await development.AskForTokenAsync(development.Assertion($"{PinnedServer.Issuer}/v1/token"));
        _token = (string)(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!;
    }

    /// <summary>A direct verification R01 of this citizen, signed now.</summary>
    public Prepared Direct(Citizen citizen)
    {
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var presentation = HolderPresentation.Create(citizen.Certificate, [], platform, $"{sequence}.{nonce}", DateTimeOffset.UtcNow, citizen.Holder);
        return Prepare(HttpMethod.Post, "/v1/verifications", DevelopmentPlatform.VerificationBody(sequence, nonce, presentation));
    }

    public Prepared Prepare(HttpMethod method, string path, JsonObject? body = null) => new(
        method,
        path,
        _token,
        DpopProof.Create(method.Method, new Uri(http.BaseAddress!, path).AbsoluteUri, DateTimeOffset.UtcNow, DevelopmentWallet.NewNonce(), key, _token),
        body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()));

    /// <summary>A whole scan flow: begin, poll, the wallet looks, approves, poll again.</summary>
    public async Task ScanAsync(Citizen citizen, string issuer)
    {
        var begun = await SendAsync(Prepare(HttpMethod.Post, "/v1/transactions", DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber())));
        var transaction = (string)begun["transaction_id"]!;
        await SendAsync(Prepare(HttpMethod.Get, $"/v1/transactions/{transaction}"));
        var request = (await http.GetFromJsonAsync<JsonObject>($"/v1/requests/{transaction}"))!;
        var approval = SignedCommand.Sign(
            "approve", DevelopmentWallet.ApproveBody(request), issuer, DevelopmentWallet.NewNonce(), citizen.Device, DateTimeOffset.UtcNow, citizen.DeviceKey);
        using var decided = await http.PutAsync($"/v1/requests/{transaction}", new StringContent(approval, Encoding.ASCII, "application/jose"));
        decided.EnsureSuccessStatusCode();
        var answer = await SendAsync(Prepare(HttpMethod.Get, $"/v1/transactions/{transaction}"));
        if ((string?)answer["result"] != "pass")
            throw new InvalidOperationException("A scan did not pass.");
    }

    /// <summary>Sends it, and makes sure that the answer is yes.</summary>
    public static async Task PassAsync(HttpClient http, Prepared prepared)
    {
        using var request = prepared.ToRequest();
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode || text.AsSpan().IndexOf("\"pass\""u8) < 0)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {Encoding.UTF8.GetString(text)}"));
    }

    public static Task<double> P99Async(HttpClient http, Prepared[] prepared, double perSecond) =>
        P99Async(prepared.Length, perSecond, index => PassAsync(http, prepared[index]));

    /// <summary>Sends at a steady rate, whether answers come or not; the 99th percentile of the time to the answer, in milliseconds.</summary>
    public static async Task<double> P99Async(int count, double perSecond, Func<int, Task> send)
    {
        var (watch, times, sent) = (Stopwatch.StartNew(), new double[count], new List<Task>(count));
        for (var index = 0; index < count; index++)
        {
            while (watch.Elapsed.TotalSeconds < index / perSecond)
                await Task.Delay(1);
            sent.Add(TimeAsync(index));
        }

        await Task.WhenAll(sent);
        Array.Sort(times);
        return times[(int)(times.Length * 0.99)];

        async Task TimeAsync(int index)
        {
            var due = index / perSecond; // a request sent late was late for the platform too
            await send(index);
            times[index] = (watch.Elapsed.TotalSeconds - due) * 1_000;
        }
    }

    /// <summary>Registers platforms p0, p1 and so on, one for each key.</summary>
    public static async Task RegisterAsync(string data, P256Signer[] keys)
    {
        using var http = new HttpClient(OperatorSocket.Handler(Path.Combine(data, "operator.sock")));
        for (var index = 0; index < keys.Length; index++)
        {
            var registration = DevelopmentPlatform.Registration($"p{index}", keys[index].PublicKey) with { Quota = PlatformRules.LargestQuota };
            using var response = await http.PutAsJsonAsync(
                $"http://operator/operator/platforms/p{index}", new OperatorRegistration(registration, "Measured", "bench"), WireJson.Options);
            response.EnsureSuccessStatusCode();
        }
    }

    private async Task<JsonObject> SendAsync(Prepared prepared)
    {
        using var request = prepared.ToRequest();
        using var response = await http.SendAsync(request);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
    }
}

/// <summary>A request that is signed and waits to be sent.</summary>
internal sealed record Prepared(HttpMethod Method, string Path, string Token, string Proof, byte[]? Body)
{
    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(Method, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", Token);
        request.Headers.TryAddWithoutValidation("DPoP", Proof);
        if (Body is not null)
            request.Content = new ByteArrayContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }
}
