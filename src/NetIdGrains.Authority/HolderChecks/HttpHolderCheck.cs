using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// An external holder check over HTTP: <c>POST compare {"document_kind", "document_number", "name", "image"}</c> answers 200 with
/// <c>{"score", "liveness"}</c>. What it answers beside that, or otherwise, counts as no answer: half a yes must never pass for one.
/// </summary>
public sealed class HttpHolderCheck : IHolderCheck, IDisposable
{
    private const int MostBytes = 4 * 1024;
    private const int DeepestJson = 2;
    private const int RestOfBody = 4 * 1024; // room for all but the image, so that no half-filled buffer with a face in it is left behind

    private readonly HttpMessageInvoker _client;
    private readonly BoundedExchange _exchange;
    private readonly Uri _compare;
    private readonly AuthenticationHeaderValue _token;

    /// <param name="options">Without faults.</param>
    /// <param name="time">The clock of the time limit.</param>
    public HttpHolderCheck(HolderCheckOptions options, TimeProvider time)
    {
        // A redirect would carry a face to wherever it points.
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        _exchange = new BoundedExchange(_client, "The holder check", options.Timeout, time);
        _compare = new Uri(new Uri(options.Address), "compare");
        _token = new AuthenticationHeaderValue("Bearer", options.Token);
    }

    public void Dispose() => _client.Dispose();

    public async Task<HolderCheckAnswer> CompareAsync(HolderCheckRequest request, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(Base64.GetMaxEncodedToUtf8Length(request.Image.Length) + RestOfBody);
        try
        {
            Write(request, body);
            using var message = new HttpRequestMessage(HttpMethod.Post, _compare) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
            message.Content.Headers.ContentType = new("application/json");
            message.Headers.Authorization = _token;
            return await _exchange.RunAsync(message, ReadAsync, cancellationToken);
        }
        finally
        {
            body.Clear();
            CryptographicOperations.ZeroMemory(request.Image);
        }
    }

    private static void Write(HolderCheckRequest request, ArrayBufferWriter<byte> body)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("document_kind", DocumentKinds.NameOf(request.Kind));
        json.WriteString("document_number", request.Number);
        json.WriteString("name", request.Name);
        json.WriteBase64String("image", request.Image);
        json.WriteEndObject();
    }

    private static async Task<HolderCheckAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() != "application/json")
            throw new FormatException("Another status than 200, or no JSON.");
        var bytes = await BoundedExchange.ReadAtMostAsync(response.Content, MostBytes, cancellationToken);
        return StrictJson.TryParse(bytes, MostBytes, DeepestJson, out var root)
            && StrictObject.Read<HolderCheckAnswer>(root, WireJson.Options).Value is { Score: >= 0 and <= 1, Liveness: >= 0 and <= 1 } answer
                ? answer
                : throw new FormatException("An answer of another form.");
    }
}
