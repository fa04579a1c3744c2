namespace NetIdGrains.Client;

/// <summary>How patient a client is.</summary>
public sealed record ClientOptions
{
    /// <summary>How often a request is sent at most when no answer comes, or a 503: always the very same, so nothing is verified twice.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Whether a 429 that says when to come again is waited for, once. Otherwise it is the caller's at once.</summary>
    public bool WaitsWhenLimited { get; init; }

    /// <summary>The longest wait between two tries; an authority that asks for more is the caller's to wait for.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// A platform's side of a Net ID authority. It authenticates by itself: <c>private_key_jwt</c> (RFC 7523), a token kept until shortly before
/// its end, and a proof of possession with each request (RFC 9449). Safe for use from many threads; keep one for the life of the process.
/// </summary>
/// <remarks>
/// A request that got no answer, or a 503, is repeated as it was, under its own sequence number. If that was in vain the last exception of the
/// <see cref="HttpClient"/> comes out, or the 503 as a <see cref="Problem"/>: then repeat the call with the same request, for a day.
/// </remarks>
/// <param name="http">With the authority's address as its <see cref="HttpClient.BaseAddress"/>, and a timeout above 30 seconds for long polls.</param>
/// <param name="credentials">Who asks.</param>
/// <param name="time">The clock; within some seconds of the authority's.</param>
/// <param name="options">Patience; the defaults if left out.</param>
public sealed class AuthorityClient(HttpClient http, PlatformCredentials credentials, TimeProvider time, ClientOptions? options = null) : IDisposable
{
    private const int LongPollSeconds = 25;
    private readonly Exchange _exchange = new(http, credentials, time, options ?? new ClientOptions());

    /// <summary>Asks what a presentation is worth: <c>POST /v1/verifications</c>.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Stops waiting; what was begun is answered the same when it is asked again.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public Task<Outcome<Verification>> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<Verification>(HttpMethod.Post, "/v1/verifications", request, cancellationToken);

    /// <summary>Asks with a Net ID and a dynamic password: <c>POST /v1/code-verifications</c>.</summary>
    /// <inheritdoc cref="VerifyAsync"/>
    public Task<Outcome<Verification>> VerifyCodeAsync(VerifyCodeRequest request, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<Verification>(HttpMethod.Post, "/v1/code-verifications", request, cancellationToken);

    /// <summary>Asks a citizen: <c>POST /v1/transactions</c>. Of the answer, show <see cref="Verification.Request"/> as a QR or a link.</summary>
    /// <inheritdoc cref="VerifyAsync"/>
    public Task<Outcome<Verification>> BeginAsync(BeginRequest request, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<Verification>(HttpMethod.Post, "/v1/transactions", request, cancellationToken);

    /// <summary>How it stands now.</summary>
    /// <param name="transactionId">From the answer to <see cref="BeginAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public Task<Outcome<Verification>> GetAsync(string transactionId, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<Verification>(HttpMethod.Get, PathOf(transactionId), null, cancellationToken);

    /// <summary>
    /// Waits, by long polls, until the citizen has decided or their time is over. On the same device an approval ends the wait as
    /// <c>returning</c>, without a result: that comes with <see cref="ReturnAsync"/>.
    /// </summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<Outcome<Verification>> WaitAsync(string transactionId, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var outcome = await _exchange.SendAsync<Verification>(HttpMethod.Get, $"{PathOf(transactionId)}?wait={LongPollSeconds}", null, cancellationToken);
            if (outcome.Value is not { IsPending: true })
                return outcome;
        }
    }

    /// <summary>Asks no longer. What the citizen has decided before is refused as <c>transaction-ended</c>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Task<Outcome<Verification>> CancelAsync(string transactionId, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<Verification>(HttpMethod.Delete, PathOf(transactionId), null, cancellationToken);

    /// <summary>Same device: the browser that began has come back with a code, and gets the answer.</summary>
    /// <param name="transactionId">Which verification; the browser brings it as <c>transaction_id</c>.</param>
    /// <param name="code">What the browser brings.</param>
    /// <param name="secret">Of this browser's session: what the verification was begun with.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public Task<Outcome<Verification>> ReturnAsync(string transactionId, string code, ReturnSecret secret, CancellationToken cancellationToken = default) =>
        _exchange.SendAsync<Verification>(HttpMethod.Post, $"{PathOf(transactionId)}/return", new ReturnBody(code, secret.Verifier), cancellationToken);

    /// <summary>The root that receipts are checked with. Keep it: it outlives the authority's being reachable.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<byte[]> GetRootCertificateAsync(CancellationToken cancellationToken = default) =>
        Convert.FromBase64String((await _exchange.MetadataAsync(cancellationToken)).RootCertificate);

    /// <summary>Gives up the token; the <see cref="HttpClient"/> and the credentials are the caller's.</summary>
    public void Dispose() => _exchange.Dispose();

    private static string PathOf(string transactionId) => $"/v1/transactions/{Uri.EscapeDataString(transactionId)}";

    private sealed record ReturnBody(string Code, string CodeVerifier)
    {
        public override string ToString() => "sealed";
    }
}
