// What a holder shows a platform: the certificate, the disclosures they chose, and a key binding JWT (RFC 9901 §4.3, §7.3) over both.
// The serial can be read before anything is checked, to route by; it is worth nothing until Verify says so.
// The list of checks in Verify is the specification of which fault is told when several hold.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

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
    string Serial, P256Key HolderKey, DateTimeOffset Expires, IReadOnlyDictionary<string, JsonElement> Disclosed)
{
    public override string ToString() => "sealed";
}

public sealed class Presentation
{
    internal const int LongestSerial = 128;

    private const int LongestText = 16 * 1024;
    private const int MostParts = 16;

    private readonly CompactJws certificate;
    private readonly IReadOnlyList<string> disclosures;
    private readonly CompactJws keyBinding;
    private readonly string signedText;

    private Presentation(CompactJws certificate, IReadOnlyList<string> disclosures, CompactJws keyBinding, string signedText, string serial)
    {
        (this.certificate, this.disclosures) = (certificate, disclosures);
        (this.keyBinding, this.signedText) = (keyBinding, signedText);
        Serial = serial;
    }

    public string Serial { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out Presentation? p, out PresentationFault fault)
    {
        p = null;
        fault = PresentationFault.Malformed;
        if (text is null || text.Length > LongestText || text.AsSpan().Count('~') is 0 or >= MostParts) return false;
        var parts = text.Split('~');
        if (!CompactJws.TryParse(parts[0], LongestText, out var certificate)) return false;
        if (!CompactJws.TryParse(parts[^1], LongestText, out var binding)) return false;
        if (certificate.Payload.Text("jti") is not { Length: > 0 and <= LongestSerial } serial) return false;
        p = new Presentation(certificate, parts[1..^1], binding, text[..(text.LastIndexOf('~') + 1)], serial);
        fault = PresentationFault.None;
        return true;
    }

    /// <param name="anchor">The authority's root. An issuing key's certificate must outlive the Net Certificates under it.</param>
    /// <param name="issuer">The authority's address.</param>
    /// <param name="audience">The platform which was shown this.</param>
    /// <param name="nonce">What the platform asked the holder to sign.</param>
    /// <param name="now">The time.</param>
    /// <param name="fault">The first check that failed.</param>
    /// <returns>Null if there is a fault.</returns>
    public VerifiedPresentation? Verify(
        TrustAnchor anchor, string issuer, string audience, string nonce, DateTimeOffset now, out PresentationFault fault)
    {
        var expires = certificate.Payload.Time("exp");
        var holderKey = HolderKey();
        var opened = CertificateClaims.Open(certificate.Payload, disclosures);
        fault =
            !IsIssuedBy(anchor, issuer, now) ? PresentationFault.IssuerSignature :
            !(now < expires) ? PresentationFault.Expired :
            !IsBoundBy(holderKey) ? PresentationFault.HolderSignature :
            keyBinding.Payload.Text("aud") != audience ? PresentationFault.Audience :
            keyBinding.Payload.Text("nonce") != nonce ? PresentationFault.Nonce :
            keyBinding.Payload.Time("iat")?.IsFresh(now) != true ? PresentationFault.Stale :
            opened is null ? PresentationFault.Disclosure :
            PresentationFault.None;
        return fault == PresentationFault.None ? new VerifiedPresentation(Serial, holderKey!, expires!.Value, opened!) : null;
    }

    public override string ToString() => "sealed";

    // The issuing time is nowhere to be seen, so the issuing key must be certified now.
    private bool IsIssuedBy(TrustAnchor anchor, string issuer, DateTimeOffset now) =>
        certificate.Type == CertificateClaims.MediaType
        && certificate.Payload.Text("iss") == issuer
        && certificate.Payload.Text("vct") == CertificateClaims.Type
        && anchor.TryVerify(TrustAnchor.OnlyEntry(certificate.Header), WorkingKeyUse.Issuing, now, out var issuingKey)
        && certificate.Verify(issuingKey);

    // sd_hash ties the holder's signature to exactly these disclosures: one taken away or added breaks it.
    private bool IsBoundBy([NotNullWhen(true)] P256Key? holderKey) =>
        holderKey is not null
        && keyBinding.Type == HolderPresentation.MediaType
        && keyBinding.Payload.Text("sd_hash") == Credentials.Disclosure.DigestOf(signedText)
        && keyBinding.Verify(holderKey);

    private P256Key? HolderKey() =>
        certificate.Payload.TryGetProperty("cnf", out var cnf) && cnf.ValueKind == JsonValueKind.Object
        && cnf.TryGetProperty("jwk", out var jwk) && P256Key.TryFromJwk(jwk, out var key)
            ? key
            : null;
}
