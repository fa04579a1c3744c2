using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Client;

/// <summary>The headers of a callback (Standard Webhooks 1.0).</summary>
/// <param name="Id"><c>webhook-id</c>: the same at each try, by which a repeat is told.</param>
/// <param name="Timestamp"><c>webhook-timestamp</c>.</param>
/// <param name="Signature"><c>webhook-signature</c>.</param>
public sealed record WebhookHeaders(string? Id, string? Timestamp, string? Signature);

/// <summary>Callbacks: whether one is the authority's, of now, and what it says. Answer 200 once it is stored; anything else has it sent again.</summary>
/// <param name="secret">As <c>GET /v1/platform</c> gives it: <c>whsec_…</c>.</param>
/// <param name="time">The clock.</param>
public sealed class Webhooks(string secret, TimeProvider time)
{
    private const string Ended = "verification.ended";

    private readonly WebhookSecret _secret = WebhookSecret.TryParse(secret, out var parsed)
        ? parsed
        : throw new ArgumentException("Not a webhook's secret: whsec_ and 32 bytes in base64.", nameof(secret));

    /// <summary>Reads a callback. The signature comes first: of an unsigned body nothing is looked at.</summary>
    /// <param name="headers">The three headers.</param>
    /// <param name="body">As it came, to the byte.</param>
    /// <param name="ended">How the verification ended.</param>
    /// <returns>False for what is not the authority's, is older than five minutes, or is news of another kind.</returns>
    public bool TryRead(WebhookHeaders headers, ReadOnlySpan<byte> body, [NotNullWhen(true)] out Verification? ended)
    {
        ended = null;
        if (!WebhookSignature.TryVerify(_secret, headers.Id, headers.Timestamp, headers.Signature, body, time.GetUtcNow(), out _))
            return false;
        try
        {
            var message = JsonSerializer.Deserialize<Message>(body, ClientJson.Options);
            ended = message?.Type == Ended ? message.Data : null;
        }
        catch (JsonException)
        {
            return false; // signed, and of a form that a later authority may have
        }

        return ended is not null;
    }

    private sealed record Message(string Type, Verification? Data = null);
}
