// A2-2: each certificate is decoded again before it is signed, with the code that verifiers use and none of the code that made it:
// only claims on the allow-list, only ages that are true, always the same count of digests, and nothing of the person readable
// without a disclosure. The digests are those of the making: a wrong one would open nothing, it cannot tell more.
using System.Text;

namespace NetIdGrains.Credentials;

internal static class CertificateRecheck
{
    /// <exception cref="InvalidOperationException">What was prepared must not be signed: a bug in its making.</exception>
    public static void Check(PreparedCertificate prepared, CertificateSubject subject)
    {
        if (!CertificatePayload.TryRead(prepared.Payload, out var payload)
            || payload.Status != subject.Status
            || !OpensAsPromised(payload, prepared.Disclosures)
            || TellsPlainly(prepared.Payload.Span, subject))
            throw new InvalidOperationException("A prepared certificate is not what a Net Certificate may be.");
    }

    private static bool OpensAsPromised(CertificatePayload payload, IReadOnlyList<PreparedDisclosure> disclosures)
    {
        if (payload.DigestCount != CertificateClaims.Disclosable.Count) return false;
        var opened = new Dictionary<string, string>(disclosures.Count);
        foreach (var disclosure in disclosures)
            if (!payload.Lists(disclosure.Digest) || !CertificateClaims.TryOpen(disclosure.Encoded, opened)) return false;
        return true;
    }

    // A Latin name is not looked for: a short one stands in base64 by chance.
    private static bool TellsPlainly(ReadOnlySpan<byte> payload, CertificateSubject subject) =>
        payload.IndexOf(Encoding.UTF8.GetBytes(subject.NetId.Value)) >= 0
        || payload.IndexOf(Encoding.UTF8.GetBytes(subject.Document.Number)) >= 0
        || (!Ascii.IsValid(subject.Name) && payload.IndexOf(Encoding.UTF8.GetBytes(subject.Name)) >= 0);
}
