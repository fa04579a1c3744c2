// A2-2: each certificate is decoded again before it is signed, with the code that verifiers use and none of the code that made it:
// only claims on the allow-list, only ages that are true, always the same count of digests, and nothing of the person readable
// without a disclosure.
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal static class CertificateRecheck
{
    private const int LargestPayload = 4096;

    /// <exception cref="InvalidOperationException">What was prepared must not be signed: a bug in its making.</exception>
    public static void Check(PreparedCertificate prepared, CertificateSubject subject)
    {
        if (!StrictJson.TryParse(prepared.Payload.Span, LargestPayload, maxDepth: 4, out var payload)
            || !IsComplete(payload)
            || CertificateClaims.Open(payload, prepared.Disclosures) is null
            || TellsPlainly(prepared.Payload.Span, subject))
            throw new InvalidOperationException("A prepared certificate is not what a Net Certificate may be.");
    }

    private static bool IsComplete(JsonElement payload) =>
        payload.EnumerateObject().Count() == CertificateClaims.Clear.Count
        && payload.GetProperty("_sd").GetArrayLength() == CertificateClaims.Disclosable.Count;

    // A Latin name is not looked for: a short one stands in base64 by chance.
    private static bool TellsPlainly(ReadOnlySpan<byte> payload, CertificateSubject subject) =>
        payload.IndexOf(Encoding.UTF8.GetBytes(subject.NetId.Value)) >= 0
        || payload.IndexOf(Encoding.UTF8.GetBytes(subject.DocumentNumber)) >= 0
        || (!Ascii.IsValid(subject.Name) && payload.IndexOf(Encoding.UTF8.GetBytes(subject.Name)) >= 0);
}
