// A4-1: an application may stand on a document that an accredited reader has read, rather than on what somebody typed. The reader vouches that
// it read this, now, for this challenge; whether the document is still in force, only the register knows.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

/// <summary>In the order in which they are told.</summary>
public enum EvidenceFault
{
    None,

    /// <summary>Not an envelope of this format, or one with members beyond it.</summary>
    Malformed,

    /// <summary>The certificates do not lead from a reader to a configured anchor.</summary>
    Path,

    /// <summary>They do, and are not for reading documents.</summary>
    Purpose,

    /// <summary>One of them was not valid at the time of reading, or is not valid now.</summary>
    Validity,

    /// <summary>No current revocation list says whether they are still good.</summary>
    RevocationUnknown,

    /// <summary>One of them was revoked.</summary>
    Revoked,

    /// <summary>The reader's key did not sign this.</summary>
    Signature,

    /// <summary>The reader calls itself by another id than its certificate does.</summary>
    Reader,

    /// <summary>Signed for another challenge.</summary>
    Challenge,

    /// <summary>Read too long ago, or later than now.</summary>
    Stale,

    /// <summary>A passport of another state (A15-1).</summary>
    ForeignPassport,

    /// <summary>The number is none of its kind, or it and the birth date contradict each other, or the name is not in the register's spelling.</summary>
    Document,

    /// <summary>The document's last day is over.</summary>
    Expired,
}

/// <summary>A document that was read: by whom, and when.</summary>
public sealed record DocumentEvidence(
    StatutoryDocument Document, string Name, DateOnly BirthDate, DateOnly? Expiry, string ReaderId, DateTimeOffset ReadAt)
{
    private const int LongestText = 16 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private static readonly HashSet<string> HeaderMembers = ["typ", "alg", X5c.Name];
    private static readonly HashSet<string> Members =
        ["document_kind", "document_number", "name", "birth_date", "expiry_date", "reader_id", "nonce", "iat"];

    /// <param name="jws">The reader's envelope.</param>
    /// <param name="trust">Which readers are accredited.</param>
    /// <param name="challenge">What the authority gave this applicant.</param>
    /// <param name="now">The time.</param>
    /// <param name="evidence">Null if and only if there is a fault.</param>
    /// <param name="fault">The first fault in the order of <see cref="EvidenceFault"/>.</param>
    public static bool TryVerify(
        string? jws,
        ReaderTrust trust,
        string challenge,
        DateTimeOffset now,
        [NotNullWhen(true)] out DocumentEvidence? evidence,
        out EvidenceFault fault)
    {
        evidence = null;
        fault = Open(jws, out var envelope);
        if (fault == EvidenceFault.None) fault = envelope!.Check(trust, challenge, now);
        if (fault == EvidenceFault.None) fault = envelope!.Read(now, out evidence);
        return evidence is not null;
    }

    public override string ToString() => "sealed";

    private static EvidenceFault Open(string? jws, out Envelope? envelope)
    {
        envelope = CompactJws.TryParse(jws, LongestText, out var parsed)
            && parsed.Type == DocumentReading.MediaType
            && parsed.Header.HasOnly(HeaderMembers)
            && X5c.Read(parsed.Header, ReaderTrust.LongestPath) is { } certificates
            && parsed.Payload.HasOnly(Members)
            && DocumentReading.FromJson(parsed.Payload) is { } reading
            && parsed.Payload.Text("reader_id") is { } readerId
            && parsed.Payload.Text("nonce") is { } nonce
            && parsed.Payload.Time("iat") is { } readAt
                ? new Envelope(parsed, certificates, reading, readerId, nonce, readAt)
                : null;
        return envelope is null ? EvidenceFault.Malformed : EvidenceFault.None;
    }

    private sealed record Envelope(
        CompactJws Jws, IReadOnlyList<byte[]> Certificates, DocumentReading Reading, string ReaderId, string Nonce, DateTimeOffset ReadAt)
    {
        public EvidenceFault Check(ReaderTrust trust, string challenge, DateTimeOffset now)
        {
            var certified = trust.Check(Certificates, ReadAt, now, out var reader);
            return
                certified != EvidenceFault.None ? certified :
                !Jws.Verify(reader!.Key) ? EvidenceFault.Signature :
                ReaderId != DistinguishedName.Only(reader.Subject, DistinguishedName.SerialNumber) ? EvidenceFault.Reader :
                !Same(Nonce, challenge) ? EvidenceFault.Challenge :
                ReadAt < now - Lifetime || ReadAt > now + ClockSkew ? EvidenceFault.Stale :
                EvidenceFault.None;
        }

        public EvidenceFault Read(DateTimeOffset now, out DocumentEvidence? evidence)
        {
            evidence = null;
            var isRead = StatutoryDocument.TryParse(Reading.Kind, Reading.Number, out var document, out var fault);
            if (fault == DocumentFault.Country && Reading.Kind == DocumentKind.Passport) return EvidenceFault.ForeignPassport;
            if (!isRead || document is null
                || !document.AllowsBirthDate(Reading.BirthDate)
                || !PersonName.TryNormalise(Reading.Name, out var name) || name != Reading.Name)
                return EvidenceFault.Document;
            if (Reading.Expiry < ChinaCalendar.Today(now)) return EvidenceFault.Expired;
            evidence = new DocumentEvidence(document, name, Reading.BirthDate, Reading.Expiry, ReaderId, ReadAt);
            return EvidenceFault.None;
        }

        public override string ToString() => "sealed";

        private static bool Same(string nonce, string challenge) =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(challenge));
    }
}
