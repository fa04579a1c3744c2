using System.Net;

namespace NetIdGrains.Authority;

/// <summary>Callbacks over HTTP. Of the answer only the status counts; its body is never read, so that it can neither fill nor hold us.</summary>
public sealed class HttpCallbackSender(OutboundHttp outbound, TimeProvider time) : ICallbackSender
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly BoundedExchange _exchange = new(outbound, "The platform's callback", Limit, time);

    public async Task<CallbackOutcome> SendAsync(CallbackMessage message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, message.Address) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", $"{message.Time.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", message.Signature);
        try
        {
            return await _exchange.RunAsync(request, (response, _) => Task.FromResult(OutcomeOf(response)), cancellationToken);
        }
        catch (IOException)
        {
            return CallbackOutcome.Failed;
        }
    }

    private static CallbackOutcome OutcomeOf(HttpResponseMessage response) => response switch
    {
        { IsSuccessStatusCode: true } => CallbackOutcome.Delivered,
        { StatusCode: HttpStatusCode.Gone } => CallbackOutcome.Gone,
        _ => CallbackOutcome.Failed,
    };
}
