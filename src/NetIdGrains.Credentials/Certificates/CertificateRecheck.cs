// A2-2: each certificate is decoded again before it is signed, with the code that verifiers use and none of the code that made it. It says
// what was asked for and no more: claims on the allow-list only, with the subject's values, just the ages that are reached, always the same
// count of digests, and nothing of the person readable without a disclosure. The digests are those of the making: a wrong one would open
// nothing, it cannot tell more.
using System.Globalization;
using System.Text;

namespace NetIdGrains.Credentials;

internal static class CertificateRecheck
{
    /// <exception cref="InvalidOperationException">What was prepared must not be signed: a bug in its making.</exception>
    public static void Check(PreparedCertificate prepared, CertificateSubject subject, CertificateTerms terms, DateTimeOffset now)
    {
        if (!CertificatePayload.TryRead(prepared.Payload, out var payload)
            || !SaysWhatWasAsked(payload, subject, terms)
            || Open(payload, prepared.Disclosures) is not { } opened
            || !IsTrue(opened, subject, now)
            || TellsPlainly(subject, payload.Issuer, payload.Serial, payload.Status?.Uri ?? ""))
            throw new InvalidOperationException("A prepared certificate is not what a Net Certificate may be.");
    }

    private static bool SaysWhatWasAsked(CertificatePayload payload, CertificateSubject subject, CertificateTerms terms) =>
        payload.Type == CertificatePayload.CertificateType
        && payload.Issuer == terms.Issuer
        && payload.Serial == subject.Serial
        && payload.Expires == terms.Expires
        && payload.Status == subject.Status
        && payload.Algorithm == DigestAlgorithm.Of(terms.Suite)
        && payload.DigestCount == CertificateClaims.Disclosable.Count
        && Ascii.Equals(payload.HolderJwk.Span, subject.HolderKey.ToJwk());

    private static Dictionary<string, string>? Open(CertificatePayload payload, IReadOnlyList<PreparedDisclosure> disclosures)
    {
        var opened = new Dictionary<string, string>(disclosures.Count);
        foreach (var disclosure in disclosures)
            if (!payload.Lists(disclosure.Digest) || !CertificateClaims.TryOpen(disclosure.Encoded, opened)) return null;
        return opened;
    }

    private static bool IsTrue(Dictionary<string, string> opened, CertificateSubject subject, DateTimeOffset now)
    {
        var age = ChinaCalendar.AgeOn(subject.BirthDate, ChinaCalendar.Today(now));
        foreach (var (years, claim) in NetCertificate.AgesOver)
            if (opened.ContainsKey(claim) != (age >= years)) return false;
        return opened.GetValueOrDefault("net_id") == subject.NetId.Value
            && opened.GetValueOrDefault("name") == subject.Name
            && opened.GetValueOrDefault("document_kind") == DocumentKinds.NameOf(subject.Document.Kind)
            && opened.GetValueOrDefault("document_number") == subject.Document.Number
            && opened.GetValueOrDefault("birth_date") == subject.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    // The texts that others chose: the rest is a number, a key, or a digest. A Latin name is not looked for: a short one stands anywhere by chance.
    private static bool TellsPlainly(CertificateSubject subject, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Contains(subject.NetId.Value, StringComparison.Ordinal)
                || text.Contains(subject.Document.Number, StringComparison.Ordinal)
                || (!Ascii.IsValid(subject.Name) && text.Contains(subject.Name, StringComparison.Ordinal))) return true;
        }

        return false;
    }
}
