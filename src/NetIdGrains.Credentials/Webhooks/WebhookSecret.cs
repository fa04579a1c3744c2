// Standard Webhooks 1.0: what the two ends share, as its owner copies it from one to the other: the prefix by which a leaked one is found, and
// base64 (RFC 4648 §4) in its one spelling.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

public sealed class WebhookSecret
{
    public const int Size = 32;

    private const string Prefix = "whsec_";

    private readonly byte[] bytes;

    /// <param name="bytes">Drawn for one receiver.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public WebhookSecret(byte[] bytes) =>
        this.bytes = bytes.Length == Size ? [.. bytes] : throw new ArgumentException("A webhook's secret has 32 bytes.", nameof(bytes));

    public static bool TryParse(string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        var decoded = new byte[Size];
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) != true) return false;
        if (!Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), decoded, out _)) return false;
        var read = new WebhookSecret(decoded);
        if (read.ToText() == text) secret = read; // fewer bytes, and what .NET forgives: white space, stray bits
        return secret is not null;
    }

    public string ToText() => Prefix + Convert.ToBase64String(bytes);

    public override string ToString() => "sealed";

    /// <returns>HMAC-SHA-256 of id, time and body with full stops between them, under its version.</returns>
    internal byte[] Sign(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, bytes);
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return Encoding.ASCII.GetBytes(WebhookSignature.Version + Convert.ToBase64String(mac.GetHashAndReset()));
    }
}
