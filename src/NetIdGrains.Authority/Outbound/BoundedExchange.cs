namespace NetIdGrains.Authority;

/// <summary>
/// Requests to somebody else's server, each within a time. Whatever goes wrong is an <see cref="IOException"/> that says what kind of failure
/// it was and quotes nothing: neither what was sent nor what came back.
/// </summary>
internal sealed class BoundedExchange(HttpMessageInvoker client, string who, TimeSpan limit, TimeProvider time)
{
    /// <param name="request">What is asked.</param>
    /// <param name="read">Takes what it needs of the answer; throws <see cref="IOException"/> or <see cref="FormatException"/> if it will not do.</param>
    /// <param name="cancellationToken">The caller's own: its cancellation is no failure of the other side.</param>
    public async Task<T> RunAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        // From the look-up of the name to the last byte read: a server that sends a byte a second is late too.
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            return await read(response, either.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or FormatException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Not the inner exception: its text may quote what the other side sent.
            throw new IOException($"{who} did not answer as it must ({exception.GetType().Name}).");
        }
    }

    /// <summary>All of a content, unless there is more than <paramref name="most"/> of it, whatever it says of its length.</summary>
    public static async Task<byte[]> ReadAtMostAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentEncoding.Count > 0)
            throw new FormatException("An encoded answer, and none was asked for.");
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[most + 1];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read <= most ? buffer[..read] : throw new FormatException("An answer longer than any that is good.");
    }
}
