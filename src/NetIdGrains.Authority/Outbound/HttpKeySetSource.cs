using System.Net;
using System.Text;

namespace NetIdGrains.Authority;

/// <summary>A platform's key set over HTTP, as RFC 7591 §2 has it under <c>jwks_uri</c>.</summary>
public sealed class HttpKeySetSource(OutboundHttp outbound, TimeProvider time) : IKeySetSource
{
    private const int MostBytes = 64 * 1024;

    // Somebody waits for a token meanwhile.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly BoundedExchange _exchange = new(outbound, "The platform's key set", Limit, time);

    public async Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
        return await _exchange.RunAsync(request, ReadAsync, cancellationToken);
    }

    /// <summary>Only what says that it is a key set, or JSON: a web page that echoes what others wrote into it is neither.</summary>
    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            throw new FormatException("Another status than 200.");
        if (response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() is not ("application/json" or "application/jwk-set+json"))
            throw new FormatException("Another media type than that of a key set.");
        var bytes = await BoundedExchange.ReadAtMostAsync(response.Content, MostBytes, cancellationToken);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("JSON is UTF-8 (RFC 8259 §8.1), and this is not.");
        }
    }
}
