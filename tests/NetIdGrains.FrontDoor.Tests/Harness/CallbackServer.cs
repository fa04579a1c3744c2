using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Where a platform is told things: it answers as a test says, and hands each message over as it comes.</summary>
internal sealed class CallbackServer : IAsyncDisposable
{
    private readonly Channel<OutsideRequest> _messages = Channel.CreateUnbounded<OutsideRequest>();
    private OutsideServer _server = null!;

    public int Status { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>All that came so far.</summary>
    public int Count => _server.Requests.Count;

    public OutsideRequest Last => _server.Requests.Last();

    public string Address => _server.Address("/told").AbsoluteUri;

    public static async Task<CallbackServer> StartAsync()
    {
        var server = new CallbackServer();
        server._server = await OutsideServer.StartAsync(async context =>
        {
            var message = server._server.Requests.Last();
            await OutsideServer.Status(server.Status)(context);
            server._messages.Writer.TryWrite(message);
        });
        return server;
    }

    public async Task<OutsideRequest> NextAsync() => await _messages.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);

    /// <summary>What a receiver of Standard Webhooks checks.</summary>
    public static bool IsSigned(OutsideRequest message, string secret, DateTimeOffset now) =>
        WebhookSecret.TryParse(secret, out var known)
        && WebhookSignature.TryVerify(
            known, message.Headers["webhook-id"], message.Headers["webhook-timestamp"], message.Headers["webhook-signature"],
            System.Text.Encoding.UTF8.GetBytes(message.Body), now, out _);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
