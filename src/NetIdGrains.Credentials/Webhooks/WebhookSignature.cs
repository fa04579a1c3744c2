// Standard Webhooks 1.0, symmetric signatures: how a platform knows that a message is the authority's, of now, and unchanged. The headers are
// webhook-id, webhook-timestamp (Unix seconds) and webhook-signature, of which there may be several while a secret is being replaced.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

/// <summary>In the order in which they are told.</summary>
public enum WebhookFault
{
    None,
    Malformed,
    Stale,
    Signature,
}

public static class WebhookSignature
{
    internal const string Version = "v1,";

    private const int LongestId = 256;
    private const int LongestSignatures = 1024;

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <param name="secrets">The receiver's: while one is being replaced, the old one too.</param>
    /// <param name="id">Of the message, the same at each attempt: by it the receiver tells a repeat.</param>
    /// <param name="time">Of this attempt.</param>
    /// <param name="body">As it is sent, to the byte.</param>
    /// <returns>The value of the header webhook-signature.</returns>
    /// <exception cref="ArgumentException">No secret, or an id which could be taken for another id and time.</exception>
    public static string Sign(IReadOnlyList<WebhookSecret> secrets, string id, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        if (secrets.Count == 0) throw new ArgumentException("A message is signed with at least one secret.", nameof(secrets));
        if (!IsId(id)) throw new ArgumentException("The id of a message is 1 to 256 characters without a full stop.", nameof(id));
        var timestamp = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signatures = new List<string>(secrets.Count);
        foreach (var secret in secrets) signatures.Add(Encoding.ASCII.GetString(secret.Sign(id, timestamp, body)));
        return string.Join(' ', signatures);
    }

    /// <param name="secret">The receiver's.</param>
    /// <param name="id">Of the header webhook-id.</param>
    /// <param name="timestampText">Of the header webhook-timestamp.</param>
    /// <param name="signatures">Of the header webhook-signature; those of other versions are passed over.</param>
    /// <param name="body">As it came, to the byte.</param>
    /// <param name="now">The receiver's time.</param>
    /// <param name="fault">The first fault in the order of <see cref="WebhookFault"/>.</param>
    public static bool TryVerify(
        WebhookSecret secret,
        string? id,
        string? timestampText,
        string? signatures,
        ReadOnlySpan<byte> body,
        DateTimeOffset now,
        out WebhookFault fault)
    {
        fault =
            !IsId(id) || !TryReadTime(timestampText, out var time) || signatures is not { Length: > 0 and <= LongestSignatures } ? WebhookFault.Malformed :
            (now - time).Duration() > Tolerance ? WebhookFault.Stale :
            !IsAmong(signatures, secret.Sign(id!, timestampText!, body)) ? WebhookFault.Signature :
            WebhookFault.None;
        return fault == WebhookFault.None;
    }

    private static bool IsId(string? id) => id is { Length: > 0 and <= LongestId } && !id.Contains('.', StringComparison.Ordinal);

    private static bool TryReadTime(string? text, out DateTimeOffset time)
    {
        time = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > JsonMembers.LastSecond) return false;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static bool IsAmong(string signatures, byte[] expected)
    {
        var found = false;
        foreach (var signature in signatures.Split(' '))
            found |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected);
        return found;
    }
}
