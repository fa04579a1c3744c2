using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>How the operator's commands reach an authority: over its socket file, whether it is running or begun just for this.</summary>
internal static class OperatorSocket
{
    /// <summary>Sends one request and prints what comes back; the exit code.</summary>
    public static async Task<int> SendAsync(OperatorRequest request, string[] settings, CancellationToken cancellationToken)
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
            using var message = new HttpRequestMessage(request.Method, $"http://operator/operator/platforms{request.Path}");
            if (request.Body is not null)
                message.Content = JsonContent.Create(request.Body, request.Body.GetType(), options: WireJson.Options);
            using var response = await client.SendAsync(message, cancellationToken);
            return await ReportAsync(request, response);
        }
        catch (Exception exception) when (ServeCommand.IsForTheOperator(exception))
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

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

    private static async Task<int> ReportAsync(OperatorRequest request, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            await Console.Error.WriteLineAsync($"Not done: {text}");
            return 1;
        }

        await request.OnSuccess();
        Console.WriteLine(request.Done ?? JsonNode.Parse(text)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
        return 0;
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

/// <param name="Path">After <c>/operator/platforms</c>.</param>
/// <param name="Done">What to say when it is done; null to print the answer.</param>
internal sealed record OperatorRequest(HttpMethod Method, string Path, object? Body = null, string? Done = null)
{
    /// <summary>Done before anything is said.</summary>
    public Func<Task> OnSuccess { get; init; } = () => Task.CompletedTask;
}
