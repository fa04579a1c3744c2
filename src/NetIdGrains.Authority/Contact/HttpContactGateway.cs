using System.Net.Http.Headers;
using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>
/// A gateway over HTTP: <c>POST messages {"id", "to", "text"}</c>. Any status of success means taken; its body is not read. The address is in the
/// body alone, never in a URI, where proxies would write it down.
/// </summary>
public sealed class HttpContactGateway : IContactGateway, IDisposable
{
    private readonly HttpMessageInvoker _client;
    private readonly BoundedExchange _exchange;
    private readonly Uri _messages;
    private readonly AuthenticationHeaderValue _token;

    /// <param name="options">Without faults.</param>
    /// <param name="time">The clock of the time limit.</param>
    public HttpContactGateway(ContactGatewayOptions options, TimeProvider time)
    {
        // A redirect would carry an address to wherever it points.
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        _exchange = new BoundedExchange(_client, "The contact gateway", options.Timeout, time);
        _messages = new Uri(new Uri(options.Address), "messages");
        _token = new AuthenticationHeaderValue("Bearer", options.Token);
    }

    public void Dispose() => _client.Dispose();

    public async Task SendAsync(ContactMessage message, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, WireJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, _messages) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = _token;
        await _exchange.RunAsync(request, Taken, cancellationToken);
    }

    private static Task<bool> Taken(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode ? Task.FromResult(true) : throw new IOException("Not taken.");
}
