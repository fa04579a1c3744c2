// What a holder shows a platform: the certificate, the disclosures they chose, and a key binding JWT (RFC 9901 §4.3, §7.3) over both.
// The serial can be read before anything is checked, to route by; it is worth nothing until Verify says so.
// The list of checks in Verify is the specification of which fault is told when several hold.
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NetIdGrains.Credentials;

public enum PresentationFault
{
    None,
    Malformed,
    IssuerSignature,
    Expired,
    HolderSignature,
    Audience,
    Nonce,
    Stale,
    Disclosure,
}

public sealed record VerifiedPresentation(
    string Serial,
    IVerificationKey HolderKey,
    DateTimeOffset Expires,
    StatusReference? Status,
    IReadOnlyDictionary<string, string> Disclosed)
{
    public override string ToString() => "sealed";
}

public sealed class Presentation
{
    internal const int LongestText = 16 * 1024;

    private const int MostParts = 16;

    private readonly CompactJws certificate;
    private readonly CertificatePayload payload;
    private readonly string[] disclosures;
    private readonly ReadOnlyMemory<char> boundText;
    private readonly CompactJws keyBinding;

    private Presentation(
        CompactJws certificate, CertificatePayload payload, string[] disclosures, ReadOnlyMemory<char> boundText, CompactJws keyBinding)
    {
        (this.certificate, this.payload) = (certificate, payload);
        (this.disclosures, this.boundText, this.keyBinding) = (disclosures, boundText, keyBinding);
    }

    public string Serial => payload.Serial;

    /// <summary>Reads no more than it takes to know which certificate to ask, which reads the rest.</summary>
    public static bool TryReadSerial(string? text, [NotNullWhen(true)] out string? serial)
    {
        serial = null;
        if (text is null || text.Length > LongestText || text.IndexOf('~', StringComparison.Ordinal) is var end && end < 0) return false;
        var shown = text.AsSpan(0, end);
        if (shown.Count('.') != 2) return false;
        var middle = shown[(shown.IndexOf('.') + 1)..shown.LastIndexOf('.')];
        if (StrictBase64Url.TryDecode(middle, out var json) && CertificatePayload.TryRead(json, out var read)) serial = read.Serial;
        return serial is not null;
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Presentation? p, out PresentationFault fault)
    {
        p = null;
        fault = PresentationFault.Malformed;
        if (text is null || text.Length > LongestText || text.AsSpan().Count('~') is 0 or >= MostParts) return false;
        var (first, last) = (text.IndexOf('~', StringComparison.Ordinal), text.LastIndexOf('~'));
        if (!CompactJws.TrySplit(text.AsSpan(0, first), LongestText, out var certificate)) return false;
        if (!CertificatePayload.TryRead(certificate.PayloadJson, out var payload)) return false;
        if (!CompactJws.TryParse(text.AsSpan(last + 1), LongestText, out var binding)) return false;
        var shown = first == last ? [] : text[(first + 1)..last].Split('~');
        p = new Presentation(certificate, payload, shown, text.AsMemory(0, last + 1), binding);
        fault = PresentationFault.None;
        return true;
    }

    /// <param name="anchor">The authority's root. An issuing key's certificate must outlive the Net Certificates under it.</param>
    /// <param name="issuer">The authority's address.</param>
    /// <param name="audience">The platform which was shown this.</param>
    /// <param name="nonce">What the platform asked the holder to sign.</param>
    /// <param name="now">The time.</param>
    /// <param name="fault">The first check that failed.</param>
    /// <param name="known">The holder's key, if this certificate was verified before: to make a key of a text costs more than to verify with it.</param>
    /// <returns>Null if there is a fault.</returns>
    public VerifiedPresentation? Verify(
        TrustAnchor anchor,
        string issuer,
        string audience,
        string nonce,
        DateTimeOffset now,
        out PresentationFault fault,
        IVerificationKey? known = null)
    {
        var holderKey = HolderKey(known);
        var opened = CertificateClaims.Open(payload, disclosures);
        fault =
            !IsIssuedBy(anchor, issuer, now) ? PresentationFault.IssuerSignature :
            now >= payload.Expires ? PresentationFault.Expired :
            !IsBoundBy(holderKey) ? PresentationFault.HolderSignature :
            keyBinding.Payload.Text("aud") != audience ? PresentationFault.Audience :
            keyBinding.Payload.Text("nonce") != nonce ? PresentationFault.Nonce :
            keyBinding.Payload.Time("iat")?.IsFresh(now) != true ? PresentationFault.Stale :
            opened is null ? PresentationFault.Disclosure :
            PresentationFault.None;
        return fault == PresentationFault.None
            ? new VerifiedPresentation(Serial, holderKey!, payload.Expires, payload.Status, opened!)
            : null;
    }

    public override string ToString() => "sealed";

    // The issuing time is nowhere to be seen, so the issuing key must be certified now.
    private bool IsIssuedBy(TrustAnchor anchor, string issuer, DateTimeOffset now) =>
        certificate.Type == CertificatePayload.MediaType
        && payload.Issuer == issuer
        && payload.Type == CertificatePayload.CertificateType
        && anchor.TryVerify(TrustAnchor.OnlyEntry(certificate.Header), WorkingKeyUse.Issuing, now, out var issuingKey)
        && certificate.Verify(issuingKey);

    // sd_hash ties the holder's signature to exactly these disclosures: one taken away or added breaks it.
    private bool IsBoundBy([NotNullWhen(true)] IVerificationKey? holderKey) =>
        holderKey is not null
        && keyBinding.Type == HolderPresentation.MediaType
        && keyBinding.Payload.Text("sd_hash") == payload.Algorithm.Of(boundText.Span)
        && keyBinding.Verify(holderKey);

    private IVerificationKey? HolderKey(IVerificationKey? known)
    {
        if (known is not null && payload.HolderJwk.Span.SequenceEqual(Encoding.ASCII.GetBytes(known.ToJwk()))) return known;
        return VerificationKey.TryFromJwk(payload.HolderJwk.Span, out var key) ? key : null;
    }
}
