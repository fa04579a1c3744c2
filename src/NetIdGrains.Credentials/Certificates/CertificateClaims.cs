// A2-2: what a Net Certificate may say of a person, and nothing else; each of it only when the holder opens it. Issuing, re-checking and
// verifying read this one list.
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal static class CertificateClaims
{
    // An age that is not reached is not there: "age_over_18: false" would tell of a child on each use.
    public static readonly IReadOnlyDictionary<string, JsonValueKind> Disclosable = new Dictionary<string, JsonValueKind>
    {
        ["net_id"] = JsonValueKind.String,
        ["name"] = JsonValueKind.String,
        ["document_kind"] = JsonValueKind.String,
        ["document_number"] = JsonValueKind.String,
        ["birth_date"] = JsonValueKind.String,
        ["age_over_14"] = JsonValueKind.True,
        ["age_over_16"] = JsonValueKind.True,
        ["age_over_18"] = JsonValueKind.True,
    };

    /// <summary>
    /// The claims that these disclosures open, or null if one is not allowed, is repeated, or is not in the certificate. Of an age the
    /// value is "true".
    /// </summary>
    public static Dictionary<string, string>? Open(CertificatePayload payload, string[] disclosures)
    {
        var opened = new Dictionary<string, string>(disclosures.Length);
        foreach (var encoded in disclosures)
            if (!payload.Lists(payload.Algorithm.Of(encoded)) || !TryOpen(encoded, opened)) return null;
        return opened;
    }

    /// <returns>False when it is not a disclosure, not of an allowed claim and value, or of a claim that is open already.</returns>
    public static bool TryOpen(string encoded, Dictionary<string, string> opened) =>
        Disclosure.TryParse(encoded, out var disclosure)
        && Disclosable.TryGetValue(disclosure.Name, out var kind) && kind == disclosure.Kind
        && opened.TryAdd(disclosure.Name, disclosure.Text ?? "true");
}
