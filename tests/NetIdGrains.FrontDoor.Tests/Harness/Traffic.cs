using System.Collections.Concurrent;
using System.Text;

namespace NetIdGrains.FrontDoorTests;

/// <summary>One request and what came back, with all headers, as whoever sent it could keep it.</summary>
/// <param name="About">What the test said that it is about.</param>
internal sealed record Exchange(string About, string Request, string Response);

/// <summary>Keeps everything that one party sends and gets.</summary>
internal sealed class Traffic() : DelegatingHandler(new SocketsHttpHandler())
{
    public string About { get; set; } = "";

    public ConcurrentQueue<Exchange> Exchanges { get; } = [];

    public string ResponsesAbout(string about) =>
        string.Join('\n', Exchanges.Where(exchange => exchange.About == about).Select(exchange => exchange.Response));

    public static HttpClient Client(TestAuthority authority, out Traffic traffic)
    {
        traffic = new Traffic();
        return new HttpClient(traffic) { BaseAddress = authority.Http.BaseAddress };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var about = About;
        var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        Exchanges.Enqueue(new(
            about,
            Text($"{request.Method} {request.RequestUri}", request.Headers, request.Content, sent),
            Text($"{(int)response.StatusCode}", response.Headers, response.Content, await response.Content.ReadAsStringAsync(cancellationToken))));
        return response;
    }

    private static string Text(string line, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers, HttpContent? content, string body)
    {
        var text = new StringBuilder(line).Append('\n');
        foreach (var (name, values) in content is null ? headers : headers.Concat(content.Headers))
            text.Append(name).Append(": ").AppendJoin(", ", values).Append('\n');
        return text.Append('\n').Append(body).ToString();
    }
}
