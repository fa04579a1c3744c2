using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary>How the operator's commands reach an authority: over its socket file, whether it is running or begun just for this.</summary>
internal static class OperatorSocket
{
    /// <summary>For a terminal: a + is a +, and a name in Chinese is that name. Control characters stay escaped.</summary>
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends one request and prints what comes back; the exit code.</summary>
    public static Task<int> SendAsync(OperatorRequest request, string[] settings, CancellationToken cancellationToken) =>
        WithAsync(settings, client => AskAsync(client, request, cancellationToken), cancellationToken);

    /// <summary>All platforms, page by page.</summary>
    public static Task<int> ListAsync(Action<IReadOnlyList<JsonNode>> print, string[] settings, CancellationToken cancellationToken) => WithAsync(
        settings,
        async client =>
        {
            var all = new List<JsonNode>();
            for (string? next = ""; next is not null;)
            {
                using var response = await client.GetAsync(new Uri($"http://operator/operator/platforms?after={next}"), cancellationToken);
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                if (!response.IsSuccessStatusCode)
                    return await RefusedAsync(text);
                var page = JsonNode.Parse(text)!;
                all.AddRange(page["platforms"]!.AsArray().OfType<JsonNode>());
                next = (string?)page["next"];
            }

            print(all);
            return 0;
        },
        cancellationToken);

    /// <summary>As it is printed.</summary>
    public static string Print(JsonNode json) => json.ToJsonString(Readable);

    /// <summary>Speaks HTTP over a socket file.</summary>
    public static SocketsHttpHandler Handler(string socket) => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    };

    private static async Task<int> WithAsync(string[] settings, Func<HttpClient, Task<int>> ask, CancellationToken cancellationToken)
    {
        try
        {
            if (FrontDoorSettings.UnknownIn(settings).ToList() is { Count: > 0 } unknown)
                throw new SettingsException(string.Join(Environment.NewLine, unknown));
            var socket = FrontDoorApp.OperatorSocketOf(settings);
            var isRunning = await IsAnsweredAsync(socket);
            if (!isRunning && !FrontDoorSettings.IsInitialised(Path.GetDirectoryName(socket)!))
                throw new SettingsException($"No authority has its data in {Path.GetDirectoryName(socket)}. Start it first, or name its directory with --Data.");
            await using var app = isRunning
                ? null
                : await FrontDoorApp.BuildAsync([.. settings, "--Logging:LogLevel:Default", "Error"], onlyOperator: true);
            if (app is not null)
                await app.StartAsync(cancellationToken);
            using var client = new HttpClient(Handler(socket));
            return await ask(client);
        }
        catch (Exception exception) when (ServeCommand.IsForTheOperator(exception))
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<int> AskAsync(HttpClient client, OperatorRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, $"http://operator/operator/{request.Path}");
        if (request.Body is not null)
            message.Content = JsonContent.Create(request.Body, request.Body.GetType(), options: WireJson.Options);
        using var response = await client.SendAsync(message, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            return await RefusedAsync(text);
        await request.OnSuccess();
        Console.WriteLine(request.Done ?? Print(JsonNode.Parse(text)!));
        return 0;
    }

    private static async Task<int> RefusedAsync(string problem)
    {
        var said = JsonNode.Parse(problem)!;
        await Console.Error.WriteLineAsync($"Not done: {said["title"]} {said["detail"]}".TrimEnd());
        return 1;
    }

    private static async Task<bool> IsAnsweredAsync(string socket)
    {
        try
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <param name="Path">After <c>/operator/</c>.</param>
/// <param name="Done">What to say when it is done; null to print the answer.</param>
internal sealed record OperatorRequest(HttpMethod Method, string Path, object? Body = null, string? Done = null)
{
    /// <summary>Done before anything is said.</summary>
    public Func<Task> OnSuccess { get; init; } = () => Task.CompletedTask;
}
