// RFC 7517 §5: a signer's public keys, as others fetch them. Each has its thumbprint (RFC 7638) for an id, so an id never comes to mean another
// key, and a text that names a key names it for good.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public sealed class JwkSet
{
    private const int LongestJson = 64 * 1024;
    private const int MostKeys = 32;

    private readonly Dictionary<string, IVerificationKey> keys;

    public JwkSet(IEnumerable<IVerificationKey> keys) => this.keys = keys.DistinctBy(key => key.Thumbprint).ToDictionary(key => key.Thumbprint);

    public IReadOnlyCollection<IVerificationKey> Keys => keys.Values;

    /// <summary>
    /// Keys of other suites are passed over, as §5 asks. What refuses the whole set: a private or a symmetric key, which was not meant for us
    /// and is now known to us; a key that is none; an id that is not the key's thumbprint, which might come to mean another key.
    /// </summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="set">Null when refused; may be without a key that we can use.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JwkSet? set)
    {
        set = null;
        if (!TryList(utf8, out var listed)) return false;
        var found = new List<IVerificationKey>();
        foreach (var jwk in listed)
        {
            if (!IsOfOurs(jwk)) continue;
            if (!VerificationKey.TryFromJwk(jwk, out var key) || !NamesItself(jwk, key)) return false;
            found.Add(key);
        }

        set = new JwkSet(found);
        return true;
    }

    public bool TryFind(string? keyId, [NotNullWhen(true)] out IVerificationKey? key) => keys.TryGetValue(keyId ?? "", out key);

    public string ToJson() => new JsonObject { ["keys"] = new JsonArray([.. keys.Values.Select(Publish)]) }.ToJsonString();

    /// <summary>All keys of a set in which no secret is.</summary>
    internal static bool TryList(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out IReadOnlyList<JsonElement>? keys)
    {
        keys = null;
        if (!StrictJson.TryParse(utf8, LongestJson, maxDepth: 8, out var json)) return false;
        if (!json.TryGetProperty("keys", out var listed) || listed.ValueKind != JsonValueKind.Array || listed.GetArrayLength() > MostKeys) return false;
        if (listed.EnumerateArray().Any(jwk => jwk.ValueKind != JsonValueKind.Object || IsSecret(jwk))) return false;
        keys = [.. listed.EnumerateArray()];
        return true;
    }

    private static JsonObject Publish(IVerificationKey key)
    {
        var jwk = JsonNode.Parse(key.ToJwk())!.AsObject();
        (jwk["kid"], jwk["use"], jwk["alg"]) = (key.Thumbprint, "sig", key.Suite.ToString());
        return jwk;
    }

    private static bool IsSecret(JsonElement jwk) => jwk.TryGetProperty("d", out _) || jwk.TryGetProperty("k", out _);

    // For another use, or another algorithm with the same kind of key, it is as good as of another suite.
    private static bool IsOfOurs(JsonElement jwk) =>
        jwk.Text("kty") == "EC"
        && jwk.Text("crv") is { } curve && curve is P256Key.Curve or Sm2Key.Curve
        && (!jwk.TryGetProperty("use", out _) || jwk.Text("use") == "sig");

    private static bool NamesItself(JsonElement jwk, IVerificationKey key) =>
        (!jwk.TryGetProperty("alg", out _) || jwk.Text("alg") == key.Suite.ToString())
        && (!jwk.TryGetProperty("kid", out _) || jwk.Text("kid") == key.Thumbprint);
}
