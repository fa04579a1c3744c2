using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Client;

/// <summary>Identity data that a law makes the platform hold, as far as the citizen has consented to each field.</summary>
public sealed class Identity
{
    private const string Transaction = "transaction_id";
    private const int LongestJson = 32 * 1024;
    private const int DeepestJson = 2;

    private Identity(IReadOnlyDictionary<string, string> fields) => Fields = fields;

    /// <summary>By name: name, document_kind, document_number, birth_date. A field the citizen refused is not there.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>Opens <see cref="Verification.Identity"/> (JWE, ECDH-ES with A256GCM).</summary>
    /// <param name="verification">The answer it came in.</param>
    /// <param name="credentials">With the encryption key.</param>
    /// <param name="identity">What was disclosed.</param>
    /// <returns>False when there is none, it was sealed to another key, or it belongs to another verification.</returns>
    public static bool TryOpen(Verification verification, PlatformCredentials credentials, [NotNullWhen(true)] out Identity? identity)
    {
        identity = null;
        if (verification.Identity is null || credentials.EncryptionKey is not { } key || !Jwe.TryDecrypt(verification.Identity, key, out var plaintext))
            return false;
        if (!StrictJson.TryParse(plaintext, LongestJson, DeepestJson, out var json)
            || json.EnumerateObject().Any(member => member.Value.ValueKind != JsonValueKind.String))
            return false;
        var fields = json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!);
        if (!fields.Remove(Transaction, out var transaction) || transaction != verification.TransactionId)
            return false; // anyone can seal to a public key: a real one from elsewhere is not this one
        identity = new Identity(fields);
        return true;
    }

    /// <summary>Never what it holds.</summary>
    public override string ToString() => "sealed";
}
