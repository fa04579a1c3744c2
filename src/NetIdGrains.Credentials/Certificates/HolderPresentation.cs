// The holder's side (RFC 9901 §4.3, §7.2): keep the chosen disclosures, and sign them to one platform, once.
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public static class HolderPresentation
{
    internal const string MediaType = "kb+jwt";

    /// <param name="sdJwt">The certificate as it was issued.</param>
    /// <param name="disclose">Names of the claims to show.</param>
    /// <param name="audience">The platform.</param>
    /// <param name="nonce">The platform's nonce.</param>
    /// <param name="now">The time.</param>
    /// <param name="holder">The key which the certificate is bound to.</param>
    /// <exception cref="ArgumentException">The certificate does not have one of the claims.</exception>
    public static string Create(
        string sdJwt, IEnumerable<string> disclose, string audience, string nonce, DateTimeOffset now, ISigner holder)
    {
        var parts = sdJwt.Split('~', StringSplitOptions.RemoveEmptyEntries);
        var chosen = disclose.Select(name => Find(parts.Skip(1), name));
        var shown = string.Concat(chosen.Prepend(parts[0]).Select(part => part + "~"));
        var header = new JsonObject { ["typ"] = MediaType, ["alg"] = holder.Algorithm };
        var payload = new JsonObject
        {
            ["aud"] = audience,
            ["nonce"] = nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["sd_hash"] = DigestsOf(parts[0]).Of(shown),
        };
        return shown + CompactJws.Sign(StrictJson.Write(header), StrictJson.Write(payload), holder);
    }

    // Whether it is a certificate at all is the verifier's to say.
    private static DigestAlgorithm DigestsOf(string jwt) =>
        CompactJws.TrySplit(jwt, Presentation.LongestText, out var certificate) && CertificatePayload.TryRead(certificate.PayloadJson, out var payload)
            ? payload.Algorithm
            : DigestAlgorithm.Sha256;

    private static string Find(IEnumerable<string> disclosures, string name) =>
        disclosures.FirstOrDefault(encoded => Disclosure.TryParse(encoded, out var disclosure) && disclosure.Name == name)
        ?? throw new ArgumentException($"The certificate does not say {name}.", nameof(name));
}
