using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetIdGrains.Credentials;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace NetIdGrains.Authority;

/// <summary>
/// An external register over HTTP: <c>POST documents/lookup {"document_kind", "document_number"}</c> answers 200 with the entry or 404. The
/// number is in the body because addresses end up in logs. A slow or failing register opens a circuit: applicants are refused at once
/// and may try again, instead of waiting in line behind it.
/// </summary>
public sealed class HttpPopulationRegister : IPopulationRegister, IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    private readonly HttpClient _client;
    private readonly ResiliencePipeline<RegisterEntry?> _pipeline;

    /// <param name="address">The register's base address, ending in a slash.</param>
    /// <param name="token">A bearer token that says who we are, if the register wants one.</param>
    /// <param name="timeout">The longest one look-up may take.</param>
    /// <param name="time">The circuit's clock.</param>
    public HttpPopulationRegister(Uri address, string? token, TimeSpan timeout, TimeProvider time)
    {
        // A redirect would carry a document number to wherever it points.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = address,
            MaxResponseContentBufferSize = 64 * 1024,
            DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
        };
        _pipeline = new ResiliencePipelineBuilder<RegisterEntry?> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<RegisterEntry?>
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null and not OperationCanceledException),
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(5),
            })
            .AddTimeout(timeout)
            .Build();
    }

    public void Dispose() => _client.Dispose();

    public async Task<RegisterEntry?> FindAsync(DocumentKind kind, string number, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await AskAsync(kind, number, token), cancellationToken);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or JsonException or FormatException
                or InvalidOperationException)
        {
            // Not the inner exception: its text may quote what the register sent.
            throw new IOException($"The population register did not answer ({exception.GetType().Name}).");
        }
    }

    /// <summary><c>GET changes?after=…&amp;most=…</c> answers 200 with <c>{"changes": […], "next": "…"}</c>, or 404 where there is no feed.</summary>
    public async Task<RegisterChanges> ChangesAsync(string? after, int most, CancellationToken cancellationToken)
    {
        try
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"changes?most={most}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            using var response = await _client.GetAsync(query, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return new RegisterChanges([], after);
            response.EnsureSuccessStatusCode();
            var page = await response.Content.ReadFromJsonAsync<Page>(Json, cancellationToken) ?? throw new FormatException("An empty answer.");
            return new RegisterChanges([.. page.Changes], page.Next ?? after);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or FormatException or InvalidOperationException)
        {
            throw new IOException($"The population register did not tell its changes ({exception.GetType().Name}).");
        }
    }

    private async Task<RegisterEntry?> AskAsync(DocumentKind kind, string number, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync(
            "documents/lookup", new Lookup(DocumentKinds.NameOf(kind), number), Json, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        var found = await response.Content.ReadFromJsonAsync<Found>(Json, cancellationToken) ?? throw new FormatException("An empty answer.");
        if (string.IsNullOrWhiteSpace(found.Person))
            throw new FormatException("An entry without a person.");
        return new RegisterEntry(found.Person, found.Name, found.BirthDate, found.DocumentExpiry, RegisterFormat.Status(found.Status))
        {
            Guardians = [.. found.Guardians ?? []],
        };
    }

    private sealed record Page([property: JsonRequired] IReadOnlyList<PushedChange> Changes, string? Next = null)
    {
        public override string ToString() => "sealed";
    }

    private sealed record Lookup(string DocumentKind, string DocumentNumber)
    {
        public override string ToString() => "sealed";
    }

    [method: JsonConstructor]
    private sealed record Found(
        [property: JsonRequired] string Person,
        [property: JsonRequired] string Name,
        [property: JsonRequired] DateOnly BirthDate,
        DateOnly? DocumentExpiry,
        [property: JsonRequired] string Status,
        IReadOnlyList<string>? Guardians = null)
    {
        public override string ToString() => "sealed";
    }
}
