using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;

namespace NetIdGrains.Client;

/// <summary>Who a platform is to the authority: its id, the key that it signs with, and the one that identity data is sealed to.</summary>
public sealed class PlatformCredentials : IDisposable
{
    private const int LongestKeys = 16 * 1024;
    private const int DeepestJson = 4;
    private readonly P256Signer _signingKey;

    /// <param name="id">As registered.</param>
    /// <param name="signingKey">A P-256 key whose public half is registered; it is disposed of with this.</param>
    /// <param name="encryptionKey">The private JWK of the key with <c>use</c> <c>enc</c>; null for a platform that is given no fields.</param>
    public PlatformCredentials(string id, P256Signer signingKey, string? encryptionKey = null) => (Id, _signingKey, EncryptionKey) = (id, signingKey, encryptionKey);

    /// <summary>The platform's id.</summary>
    public string Id { get; }

    /// <summary>What signs client assertions (RFC 7523) and proves requests (RFC 9449).</summary>
    public ISigner SigningKey => _signingKey;

    internal string? EncryptionKey { get; }

    /// <summary>New keys of both uses.</summary>
    /// <param name="id">As it will be registered.</param>
    public static PlatformCredentials Create(string id)
    {
        using var encryption = P256Signer.Create();
        return new PlatformCredentials(id, P256Signer.Create(), encryption.ToPrivateJwk());
    }

    /// <summary>Reads private keys as <see cref="ToPrivateKeys"/> writes them, or as <c>platform add --new-key</c> does.</summary>
    /// <param name="id">As registered.</param>
    /// <param name="privateKeys">One private JWK, or a set of them (RFC 7517 §5): one to sign with and, with <c>use</c> <c>enc</c>, one to be sealed to.</param>
    /// <exception cref="ArgumentException">The key to sign with, or the one to be sealed to, is a public one.</exception>
    /// <exception cref="CryptographicException">There is no private P-256 key to sign with in it, or one of them is none.</exception>
    public static PlatformCredentials Parse(string id, string privateKeys)
    {
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(privateKeys), LongestKeys, DeepestJson, out var root))
            throw new CryptographicException("These are no private keys: neither a JWK nor a set of them.");
        JsonElement[] keys = root.TryGetProperty("keys", out var set) && set.ValueKind == JsonValueKind.Array ? [.. set.EnumerateArray()] : [root];
        if (!TryFind(keys, isForEncryption: false, out var signing))
            throw new CryptographicException("There is no key to sign with among these.");
        var sealedTo = TryFind(keys, isForEncryption: true, out var encryption) ? encryption : null;
        if (IsPublic(signing) || (sealedTo is not null && IsPublic(sealedTo)))
            throw new ArgumentException("These are public keys: what is to be registered. Give the private ones, each with its member d.", nameof(privateKeys));
        return new PlatformCredentials(id, P256Signer.FromPrivateJwk(signing), sealedTo);
    }

    /// <summary>What to register, a JWK set of the public halves: each with its <c>use</c>.</summary>
    public string ToPublicKeys() => ToSet(jwk => jwk.Remove("d"));

    /// <summary>What to keep where nobody else can read it, a JWK set for <see cref="Parse"/>.</summary>
    public string ToPrivateKeys() => ToSet(_ => { });

    /// <summary>Overwrites the signing key.</summary>
    public void Dispose() => _signingKey.Dispose();

    /// <summary>Never a key.</summary>
    public override string ToString() => $"{Id}, sealed";

    private static bool TryFind(JsonElement[] keys, bool isForEncryption, [NotNullWhen(true)] out string? key)
    {
        bool IsMeant(JsonElement jwk) => jwk.ValueKind == JsonValueKind.Object
            && isForEncryption == (jwk.TryGetProperty("use", out var use) && use.ValueKind == JsonValueKind.String && use.ValueEquals("enc"));
        key = keys.Where(IsMeant).Select(jwk => jwk.GetRawText()).FirstOrDefault();
        return key is not null;
    }

    private static bool IsPublic(string jwk)
    {
        using var json = JsonDocument.Parse(jwk);
        return !json.RootElement.TryGetProperty("d", out _) && json.RootElement.TryGetProperty("x", out _);
    }

    private string ToSet(Action<JsonObject> change)
    {
        var keys = new JsonArray(Named(_signingKey.ToPrivateJwk(), "sig", change));
        if (EncryptionKey is not null)
            keys.Add((JsonNode)Named(EncryptionKey, "enc", change));
        return new JsonObject { ["keys"] = keys }.ToJsonString();
    }

    /// <summary>A key has one use (RFC 7517 §4.2), and is named by its thumbprint.</summary>
    private static JsonObject Named(string privateJwk, string use, Action<JsonObject> change)
    {
        using var key = P256Signer.FromPrivateJwk(privateJwk);
        var jwk = JsonNode.Parse(key.ToPrivateJwk())!.AsObject();
        (jwk["use"], jwk["kid"]) = (use, key.PublicKey.Thumbprint);
        change(jwk);
        return jwk;
    }
}
