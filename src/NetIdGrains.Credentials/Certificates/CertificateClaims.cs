// A2-2: what a Net Certificate may say, and nothing else. In the clear: who issued it, its serial, its end, the holder's key. All
// that is about the person is there as salted digests only. Issuing, re-checking and verifying read these two lists.
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal static class CertificateClaims
{
    public const string Type = "urn:netidgrains:net-certificate:1";
    public const string MediaType = "dc+sd-jwt";
    public const string DigestAlgorithm = "sha-256";

    public static readonly HashSet<string> Clear = ["iss", "vct", "jti", "exp", "cnf", "_sd_alg", "_sd"];

    // An age that is not reached is not there: "age_over_18: false" would tell of a child on each use.
    public static readonly IReadOnlyDictionary<string, JsonValueKind> Disclosable = new Dictionary<string, JsonValueKind>
    {
        ["net_id"] = JsonValueKind.String,
        ["name"] = JsonValueKind.String,
        ["document_number"] = JsonValueKind.String,
        ["birth_date"] = JsonValueKind.String,
        ["age_over_14"] = JsonValueKind.True,
        ["age_over_16"] = JsonValueKind.True,
        ["age_over_18"] = JsonValueKind.True,
    };

    /// <summary>The claims that these disclosures open, or null if one is not allowed, is repeated, or is not in the certificate.</summary>
    public static Dictionary<string, JsonElement>? Open(JsonElement payload, IEnumerable<string> disclosures)
    {
        if (!payload.HasOnly(Clear) || payload.Text("_sd_alg") != DigestAlgorithm) return null;
        if (Digests(payload) is not { } digests) return null;
        var opened = new Dictionary<string, JsonElement>();
        foreach (var encoded in disclosures)
        {
            if (!Disclosure.TryParse(encoded, out var disclosure) || !digests.Contains(disclosure.Digest)) return null;
            if (!IsAllowed(disclosure) || !opened.TryAdd(disclosure.Name, disclosure.Value)) return null;
        }

        return opened;
    }

    private static bool IsAllowed(Disclosure disclosure) =>
        Disclosable.TryGetValue(disclosure.Name, out var kind) && kind == disclosure.Value.ValueKind;

    // RFC 9901 §7.1: a digest found twice refuses the whole.
    private static HashSet<string>? Digests(JsonElement payload)
    {
        if (!payload.TryGetProperty("_sd", out var listed) || listed.ValueKind != JsonValueKind.Array) return null;
        var digests = new HashSet<string>();
        foreach (var digest in listed.EnumerateArray())
            if (digest.ValueKind != JsonValueKind.String || !digests.Add(digest.GetString()!)) return null;
        return digests;
    }
}
