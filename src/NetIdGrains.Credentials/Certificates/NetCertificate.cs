// The Net Certificate (网证) as an SD-JWT VC (RFC 9901; A2-2). Prepare checks everything and hands back a token that can be redeemed once;
// only Issue signs, and only what was prepared. There is no iat and the end is a month's end: times of issue would be one more value to
// join citizens on. Digests are sorted, and decoys (§4.2.5) keep their number the same, or it would tell a child from an adult.
using System.Globalization;

namespace NetIdGrains.Credentials;

/// <param name="Serial">Tells nothing by itself, see <see cref="SealedReference"/>.</param>
/// <param name="NetId">Only ever as a digest.</param>
/// <param name="Name">Normalised; only ever as a digest.</param>
/// <param name="Document">What the citizen applied with; its kind and number only ever as digests.</param>
/// <param name="BirthDate">Only ever as a digest, beside the ages that are reached.</param>
/// <param name="HolderKey">A key of this certificate alone.</param>
/// <param name="Status">The index of this certificate alone; null where the issuer publishes no lists.</param>
public sealed record CertificateSubject(
    string Serial,
    NetId NetId,
    string Name,
    StatutoryDocument Document,
    DateOnly BirthDate,
    IVerificationKey HolderKey,
    StatusReference? Status)
{
    public override string ToString() => "sealed";
}

/// <param name="Issuer">The authority's address, which verifiers expect in iss.</param>
/// <param name="Expires">The end of a month, see <see cref="ChinaCalendar.EndOfMonth"/>.</param>
/// <param name="Suite">What the digests are made with; the signature is of the signer's suite.</param>
public sealed record CertificateTerms(string Issuer, DateTimeOffset Expires, CryptoSuite Suite);

public static class NetCertificate
{
    internal static readonly (int Years, string Claim)[] AgesOver = [(14, "age_over_14"), (16, "age_over_16"), (18, "age_over_18")];

    /// <param name="subject">Whose certificate.</param>
    /// <param name="terms">The same for every certificate of the month.</param>
    /// <param name="now">Decides which ages are reached.</param>
    /// <param name="random">For salts and decoys.</param>
    /// <exception cref="ArgumentException">The subject or the end is not what an application that passed could have led to.</exception>
    public static PreparedCertificate Prepare(CertificateSubject subject, CertificateTerms terms, DateTimeOffset now, IRandomSource random)
    {
        Check(subject, terms, now);
        Span<byte> salts = stackalloc byte[CertificateClaims.Disclosable.Count * Disclosure.SaltSize];
        random.Fill(salts);
        var disclosures = Disclosures(subject, terms.Suite, now, salts);
        var digests = SortedDigests(disclosures, terms.Suite, salts[(disclosures.Count * Disclosure.SaltSize)..]);
        var prepared = new PreparedCertificate(Payload(subject, terms, digests), disclosures, terms.Expires);
        CertificateRecheck.Check(prepared, subject, terms, now);
        return prepared;
    }

    /// <param name="subjects">One person's, each with a key, a serial and a status index of its own (A8-4).</param>
    /// <param name="terms">As above.</param>
    /// <param name="now">As above.</param>
    /// <param name="random">As above.</param>
    /// <exception cref="ArgumentException">As above, or two of them share what colluding platforms could join on.</exception>
    public static IReadOnlyList<PreparedCertificate> PrepareBatch(
        IReadOnlyList<CertificateSubject> subjects, CertificateTerms terms, DateTimeOffset now, IRandomSource random)
    {
        Require(subjects.DistinctBy(subject => subject.HolderKey.Thumbprint).Count() == subjects.Count, "a key of its own");
        Require(subjects.DistinctBy(subject => subject.Serial).Count() == subjects.Count, "a serial of its own");
        var statuses = subjects.Select(subject => subject.Status).OfType<StatusReference>().ToList();
        Require(statuses.Count == 0 || statuses.Distinct().Count() == subjects.Count, "a status of its own");
        return [.. subjects.Select(subject => Prepare(subject, terms, now, random))];
    }

    /// <returns>The issuer's JWT and all disclosures, each followed by a tilde (RFC 9901 §4).</returns>
    /// <exception cref="InvalidOperationException">This preparation was redeemed before.</exception>
    /// <exception cref="ArgumentException">The key is certified for something else, or not until the certificate's end.</exception>
    public static string Issue(PreparedCertificate prepared, CertifiedSigner signer)
    {
        if (!signer.IsFor(WorkingKeyUse.Issuing, prepared.Expires))
            throw new ArgumentException("The key is not certified to issue certificates until the end of this one.", nameof(signer));
        prepared.Redeem();
        var parts = new List<string>(2 * CertificateClaims.Disclosable.Count) { "~" };
        foreach (var disclosure in prepared.Disclosures) parts.AddRange([disclosure.Encoded, "~"]);
        return signer.SignJws(CertificatePayload.MediaType, prepared.Payload.Span, string.Concat(parts));
    }

    private static void Check(CertificateSubject subject, CertificateTerms terms, DateTimeOffset now)
    {
        Require(subject.Serial.Length is > 0 and <= CertificatePayload.LongestSerial, "a serial");
        Require(subject.NetId != default, "a Net ID");
        Require(PersonName.TryNormalise(subject.Name, out var normalised) && normalised == subject.Name, "a normalised name");
        Require(ChinaCalendar.AgeOn(subject.BirthDate, ChinaCalendar.Today(now)) >= 0, "a birth date that has been");
        Require(subject.Document.BirthDate is not { } printed || printed == subject.BirthDate, "the birth date of the document");
        Require(terms.Expires > now && terms.Expires == ChinaCalendar.EndOfMonth(terms.Expires, 0), "an end at a month's end that is to come");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new ArgumentException($"A Net Certificate needs {what}.", nameof(holds));
    }

    private static List<PreparedDisclosure> Disclosures(
        CertificateSubject subject, CryptoSuite suite, DateTimeOffset now, ReadOnlySpan<byte> salts)
    {
        var disclosures = new List<PreparedDisclosure>(CertificateClaims.Disclosable.Count);
        foreach (var (name, text) in Claims(subject, ChinaCalendar.AgeOn(subject.BirthDate, ChinaCalendar.Today(now))))
        {
            var salt = salts.Slice(disclosures.Count * Disclosure.SaltSize, Disclosure.SaltSize);
            disclosures.Add(Disclosure.Prepare(salt, name, text, DigestAlgorithm.Of(suite)));
        }

        return disclosures;
    }

    private static IEnumerable<(string Name, string? Text)> Claims(CertificateSubject subject, int age)
    {
        yield return ("net_id", subject.NetId.Value);
        yield return ("name", subject.Name);
        yield return ("document_kind", DocumentKinds.NameOf(subject.Document.Kind));
        yield return ("document_number", subject.Document.Number);
        yield return ("birth_date", subject.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        foreach (var (years, claim) in AgesOver)
            if (age >= years) yield return (claim, null);
    }

    // A decoy is the digest of nothing but a salt, and looks like any other.
    private static string[] SortedDigests(List<PreparedDisclosure> disclosures, CryptoSuite suite, ReadOnlySpan<byte> spareSalts)
    {
        var digests = new List<string>(CertificateClaims.Disclosable.Count);
        foreach (var disclosure in disclosures) digests.Add(disclosure.Digest);
        for (; !spareSalts.IsEmpty; spareSalts = spareSalts[Disclosure.SaltSize..])
            digests.Add(DigestAlgorithm.Of(suite).Of(StrictBase64Url.Encode(spareSalts[..Disclosure.SaltSize])));
        digests.Sort(StringComparer.Ordinal);
        return [.. digests];
    }

    private static byte[] Payload(CertificateSubject subject, CertificateTerms terms, string[] digests)
    {
        using var json = new PooledJson();
        var writer = json.Writer;
        writer.WriteStartObject();
        writer.WriteString("iss"u8, terms.Issuer);
        writer.WriteString("vct"u8, CertificatePayload.CertificateType);
        writer.WriteString("jti"u8, subject.Serial);
        writer.WriteNumber("exp"u8, terms.Expires.ToUnixTimeSeconds());
        writer.WriteStartObject("cnf"u8);
        writer.WritePropertyName("jwk"u8);
        writer.WriteRawValue(subject.HolderKey.ToJwk(), skipInputValidation: true);
        writer.WriteEndObject();
        subject.Status?.Write(writer);
        writer.WriteString("_sd_alg"u8, DigestAlgorithm.Of(terms.Suite).Name);
        writer.WriteStartArray("_sd"u8);
        foreach (var digest in digests) writer.WriteStringValue(digest);
        writer.WriteEndArray();
        writer.WriteEndObject();
        return json.Written.ToArray();
    }
}
