namespace NetIdGrains.Authority;

/// <summary>
/// The gateway that the operator has configured, if any. What is sent goes out beside the record that sends it: no verification waits for somebody
/// else's server.
/// </summary>
public sealed class ContactMessenger(IEnumerable<IContactGateway> configured) : IDisposable
{
    private const int MostAtOnce = 32;
    private readonly IContactGateway? _gateway = configured.SingleOrDefault();
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    public bool IsAvailable => _gateway is not null;

    public void Dispose() => _places.Dispose();

    /// <summary>Returns at once.</summary>
    /// <param name="messages">What is sent, in this order.</param>
    /// <param name="sent">Called when all of it was handed on; never, when not.</param>
    public void Post(IReadOnlyList<ContactMessage> messages, Func<Task>? sent = null)
    {
        if (_gateway is { } gateway)
            _ = Task.Run(() => SendAsync(gateway, messages, sent));
    }

    private async Task SendAsync(IContactGateway gateway, IReadOnlyList<ContactMessage> messages, Func<Task>? sent)
    {
        await _places.WaitAsync();
        try
        {
            foreach (var message in messages)
                await gateway.SendAsync(message, CancellationToken.None);
        }
        catch (IOException)
        {
            return; // an event is told later; of a code another is asked for
        }
        finally
        {
            _places.Release();
        }

        if (sent is not null)
            await sent();
    }
}
