// The Net Certificate (网证) as an SD-JWT VC (RFC 9901; A2-2). Prepare checks everything and hands back a token that can be redeemed once;
// only Issue signs, and only what was prepared. There is no iat and the end is a month's end: times of issue would be one more value to
// join citizens on. Digests are sorted, and decoys keep their number the same, or it would tell a child from an adult.
using System.Globalization;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public sealed record CertificateSubject(
    string Serial, NetId NetId, string Name, string DocumentNumber, DateOnly BirthDate, P256Key HolderKey)
{
    public override string ToString() => "sealed";
}

public static class NetCertificate
{
    private static readonly int[] AgesOver = [14, 16, 18];

    /// <param name="subject">Whose certificate.</param>
    /// <param name="now">Decides which ages are reached.</param>
    /// <param name="expires">The end of a month, see <see cref="ChinaCalendar.EndOfMonth"/>.</param>
    /// <param name="issuer">The authority's address, which verifiers expect in iss.</param>
    /// <param name="random">For salts and decoys.</param>
    /// <exception cref="ArgumentException">The subject or the end is not what an application that passed could have led to.</exception>
    public static PreparedCertificate Prepare(
        CertificateSubject subject, DateTimeOffset now, DateTimeOffset expires, string issuer, IRandomSource random)
    {
        Check(subject, now, expires);
        var disclosures = Claims(subject, now).Select(claim => Disclosure.Encode(claim.Name, claim.Value, random)).ToList();
        var prepared = new PreparedCertificate(StrictJson.Write(Payload(subject, expires, issuer, disclosures, random)), disclosures);
        CertificateRecheck.Check(prepared, subject);
        return prepared;
    }

    /// <returns>The issuer's JWT and all disclosures, each followed by a tilde (RFC 9901 §4).</returns>
    /// <exception cref="InvalidOperationException">This preparation was redeemed before.</exception>
    public static string Issue(PreparedCertificate prepared, CertifiedSigner signer)
    {
        prepared.Redeem();
        var header = new JsonObject
        {
            ["typ"] = CertificateClaims.MediaType,
            ["alg"] = signer.Algorithm,
            ["x5c"] = new JsonArray(signer.X5cHeaderValue),
        };
        var jwt = CompactJws.Sign(StrictJson.Write(header), prepared.Payload.Span, signer);
        return string.Concat(prepared.Disclosures.Prepend(jwt).Select(part => part + "~"));
    }

    private static void Check(CertificateSubject subject, DateTimeOffset now, DateTimeOffset expires)
    {
        Require(subject.Serial.Length is > 0 and <= Presentation.LongestSerial, "a serial");
        Require(subject.NetId != default, "a Net ID");
        Require(PersonName.TryNormalise(subject.Name, out var normalised) && normalised == subject.Name, "a normalised name");
        Require(subject.DocumentNumber.Length is > 0 and <= 32, "a document number");
        Require(ChinaCalendar.AgeOn(subject.BirthDate, ChinaCalendar.Today(now)) >= 0, "a birth date that has been");
        Require(expires > now && expires == ChinaCalendar.EndOfMonth(expires, 0), "an end at a month's end that is to come");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new ArgumentException($"A Net Certificate needs {what}.", nameof(holds));
    }

    private static IEnumerable<(string Name, JsonNode Value)> Claims(CertificateSubject subject, DateTimeOffset now)
    {
        yield return ("net_id", subject.NetId.Value);
        yield return ("name", subject.Name);
        yield return ("document_number", subject.DocumentNumber);
        yield return ("birth_date", subject.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var age = ChinaCalendar.AgeOn(subject.BirthDate, ChinaCalendar.Today(now));
        foreach (var reached in AgesOver.Where(years => age >= years)) yield return ($"age_over_{reached}", true);
    }

    private static JsonObject Payload(
        CertificateSubject subject, DateTimeOffset expires, string issuer, List<string> disclosures, IRandomSource random)
    {
        var decoys = Enumerable.Range(disclosures.Count, CertificateClaims.Disclosable.Count - disclosures.Count)
            .Select(_ => Disclosure.Decoy(random));
        var digests = disclosures.Select(Disclosure.DigestOf).Concat(decoys).Order(StringComparer.Ordinal);
        return new JsonObject
        {
            ["iss"] = issuer,
            ["vct"] = CertificateClaims.Type,
            ["jti"] = subject.Serial,
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(subject.HolderKey.ToJwk()) },
            ["_sd_alg"] = CertificateClaims.DigestAlgorithm,
            ["_sd"] = new JsonArray([.. digests.Select(digest => (JsonNode)digest)]),
        };
    }
}
