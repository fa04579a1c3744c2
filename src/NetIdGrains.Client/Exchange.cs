using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace NetIdGrains.Client;

/// <summary>One request and its answer: proved anew for each try, the same otherwise, until there is an answer or patience ends.</summary>
internal sealed class Exchange(HttpClient http, PlatformCredentials credentials, TimeProvider time, ClientOptions options) : IDisposable
{
    private const string ProblemPrefix = "urn:netidgrains:problem:";
    private const string MetadataPath = "/.well-known/netid-authority";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Proofs _proofs = new(credentials, time);
    private Metadata? _metadata;
    private HeldToken? _token;

    public void Dispose() => _gate.Dispose();

    public async Task<Outcome<T>> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), ClientJson.Options);
        var outcome = await SendOnceAsync<T>(method, path, bytes, cancellationToken);
        if (outcome.Problem?.Name != Problem.TokenInvalid)
            return outcome;
        _token = null; // its key was taken back, or the authority has begun anew: another token may do
        return await SendOnceAsync<T>(method, path, bytes, cancellationToken);
    }

    public async Task<Metadata> MetadataAsync(CancellationToken cancellationToken)
    {
        if (_metadata is not null)
            return _metadata;
        var answer = await RepeatAsync<Metadata>(() => new HttpRequestMessage(HttpMethod.Get, MetadataPath), cancellationToken);
        return _metadata = answer.Value ?? throw new HttpRequestException($"The authority does not tell what it is: {answer.Problem}");
    }

    private async Task<Outcome<T>> SendOnceAsync<T>(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
        where T : class
    {
        var token = await TokenAsync(cancellationToken);
        if (token.Value is not { Text: var text })
            return new Outcome<T>(null, token.Problem);
        return await RepeatAsync<T>(Make, cancellationToken);

        HttpRequestMessage Make()
        {
            var request = New(method, path, text);
            request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", text);
            if (body is not null)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
            return request;
        }
    }

    /// <summary>One for all who ask at once.</summary>
    private async Task<Outcome<HeldToken>> TokenAsync(CancellationToken cancellationToken)
    {
        if (_token is { } held && time.GetUtcNow() < held.Until)
            return new Outcome<HeldToken>(held, null);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } known && time.GetUtcNow() < known.Until)
                return new Outcome<HeldToken>(known, null);
            var issuer = (await MetadataAsync(cancellationToken)).Issuer;
            var asked = time.GetUtcNow();
            var answer = await RepeatAsync<TokenAnswer>(() => NewTokenRequest(issuer), cancellationToken);
            if (answer.Value is not { } token)
                return new Outcome<HeldToken>(null, answer.Problem);
            _token = new HeldToken(token.AccessToken, asked + TimeSpan.FromSeconds(token.ExpiresIn) - Proofs.Margin);
            return new Outcome<HeldToken>(_token, null);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>An assertion is good once (RFC 7523 §3, item 7), so each try has its own.</summary>
    private HttpRequestMessage NewTokenRequest(string issuer)
    {
        var request = New(HttpMethod.Post, Proofs.TokenPath, accessToken: null);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = _proofs.Assertion(issuer + Proofs.TokenPath),
        });
        return request;
    }

    private HttpRequestMessage New(HttpMethod method, string path, string? accessToken)
    {
        var address = new Uri(http.BaseAddress ?? throw new InvalidOperationException("The HttpClient has no BaseAddress: the authority's."), path);
        var request = new HttpRequestMessage(method, address);
        request.Headers.Add("DPoP", _proofs.Proof(method, address, accessToken));
        return request;
    }

    private async Task<Outcome<T>> RepeatAsync<T>(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
        where T : class
    {
        var (attempts, hasWaited) = (options.Attempts, !options.WaitsWhenLimited);
        while (true)
        {
            attempts--;
            Outcome<T> outcome;
            try
            {
                outcome = await TryAsync<T>(make, cancellationToken);
            }
            catch (Exception exception) when (attempts > 0 && IsLost(exception, cancellationToken))
            {
                continue; // the answer, or the request: the same again finds out
            }

            var isLimited = outcome.Problem is { Status: (int)HttpStatusCode.TooManyRequests, RetryAfter: not null } && !hasWaited;
            if (!isLimited && (outcome.Problem?.IsRetryable != true || attempts <= 0))
                return outcome;
            if (outcome.Problem!.RetryAfter is { } wait && wait > options.LongestWait)
                return outcome;
            hasWaited |= isLimited;
            await WaitAsync(outcome.Problem.RetryAfter ?? TimeSpan.Zero, cancellationToken);
        }
    }

    private async Task<Outcome<T>> TryAsync<T>(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
        where T : class
    {
        using var request = make();
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return new Outcome<T>(null, await ReadProblemAsync(response, cancellationToken));
        return new Outcome<T>(await response.Content.ReadFromJsonAsync<T>(ClientJson.Options, cancellationToken), null);
    }

    /// <summary>What stands between us and the authority may answer with anything.</summary>
    private async Task<Problem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var after = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
        var unnamed = new Problem("about:blank", (int)response.StatusCode, response.ReasonPhrase ?? "", after);
        try
        {
            var body = await response.Content.ReadFromJsonAsync<ProblemBody>(ClientJson.Options, cancellationToken);
            return body?.Type?.StartsWith(ProblemPrefix, StringComparison.Ordinal) == true
                ? unnamed with { Name = body.Type[ProblemPrefix.Length..], Title = body.Title ?? "", Detail = body.Detail }
                : unnamed;
        }
        catch (JsonException)
        {
            return unnamed;
        }
    }

    private static bool IsLost(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested); // HttpClient.Timeout

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(wait, time);
        await timer.WaitForNextTickAsync(cancellationToken);
    }

    private sealed record ProblemBody(string? Type = null, string? Title = null, string? Detail = null);

    private sealed record TokenAnswer(string AccessToken, int ExpiresIn)
    {
        public override string ToString() => "sealed";
    }

    private sealed record HeldToken(string Text, DateTimeOffset Until)
    {
        public override string ToString() => "sealed";
    }
}

internal sealed record Metadata(string Issuer, string RootCertificate);
