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
    private const string IdentifierEnded = "identifier.ended";

    private readonly WebhookSecret _secret = WebhookSecret.TryParse(secret, out var parsed)
        ? parsed
        : throw new ArgumentException("Not a webhook's secret: whsec_ and 32 bytes in base64.", nameof(secret));

    /// <summary>Reads a callback. The signature comes first: of an unsigned body nothing is looked at.</summary>
    /// <param name="headers">The three headers.</param>
    /// <param name="body">As it came, to the byte.</param>
    /// <param name="ended">How the verification ended.</param>
    /// <returns>False for what is not the authority's, is older than five minutes, or is news of another kind.</returns>
    public bool TryRead(WebhookHeaders headers, ReadOnlySpan<byte> body, [NotNullWhen(true)] out Verification? ended) =>
        TryRead(headers, body, Ended, out ended);

    /// <summary>Reads the news that a person has left the authority.</summary>
    /// <param name="headers">The three headers.</param>
    /// <param name="body">As it came, to the byte.</param>
    /// <param name="platformIdentifier">By which the platform knows them; nobody can be asked about it any more.</param>
    /// <returns>As for <see cref="TryRead(WebhookHeaders, ReadOnlySpan{byte}, out Verification?)"/>.</returns>
    public bool TryReadEndedIdentifier(WebhookHeaders headers, ReadOnlySpan<byte> body, [NotNullWhen(true)] out string? platformIdentifier)
    {
        platformIdentifier = TryRead<EndedIdentifier>(headers, body, IdentifierEnded, out var ended) ? ended.PlatformIdentifier : null;
        return platformIdentifier is not null;
    }

    private bool TryRead<T>(WebhookHeaders headers, ReadOnlySpan<byte> body, string type, [NotNullWhen(true)] out T? data)
        where T : class
    {
        data = null;
        if (!WebhookSignature.TryVerify(_secret, headers.Id, headers.Timestamp, headers.Signature, body, time.GetUtcNow(), out _))
            return false;
        try
        {
            if (JsonSerializer.Deserialize<Kind>(body, ClientJson.Options)?.Type != type)
                return false;
            data = JsonSerializer.Deserialize<Message<T>>(body, ClientJson.Options)?.Data;
        }
        catch (JsonException)
        {
            return false; // signed, and of a form that a later authority may have
        }

        return data is not null;
    }

    private sealed record Kind(string Type);

    private sealed record Message<T>(T? Data = null)
        where T : class;

    private sealed record EndedIdentifier(string PlatformIdentifier);
}
