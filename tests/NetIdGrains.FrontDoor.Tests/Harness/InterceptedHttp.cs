namespace NetIdGrains.FrontDoorTests;

/// <summary>Real HTTP with somebody in between, who may answer instead, or lose the answer.</summary>
internal sealed class InterceptedHttp : DelegatingHandler
{
    private readonly List<(string Line, string Body, string Proof)> _sent = [];

    public InterceptedHttp()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>Every request: its line, its body and its proof.</summary>
    public IReadOnlyList<(string Line, string Body, string Proof)> Sent => _sent;

    /// <summary>What comes of the nth request of a path, from 1; its last argument lets it pass.</summary>
    public Func<string, int, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> Between { get; set; } = (_, _, pass) => pass();

    public static HttpResponseMessage Refusal(int status, string type, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage((System.Net.HttpStatusCode)status)
        {
            Content = new StringContent($$"""{"type":"{{type}}","title":"A title","status":{{status}}}""", null, "application/problem+json"),
        };
        if (retryAfter is { } after)
            response.Headers.RetryAfter = new(after);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var proof = request.Headers.TryGetValues("DPoP", out var proofs) ? proofs.Single() : "";
        _sent.Add(($"{request.Method} {path}", body, proof));
        Task<HttpResponseMessage> Pass() => base.SendAsync(request, cancellationToken);
        return await Between(path, _sent.Count(sent => sent.Line.EndsWith(path, StringComparison.Ordinal)), Pass);
    }
}

/// <summary>A clock on which every wait is over at once, and written down.</summary>
internal sealed class HurriedTime(TimeProvider inner) : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        return inner.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
