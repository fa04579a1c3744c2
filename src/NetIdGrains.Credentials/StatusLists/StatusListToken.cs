// draft-ietf-oauth-status-list §5: a list, signed by a key with a certificate of its own use, as a JWT or as a CWT. Its age is bounded twice:
// by the end that the authority set (exp), and by what the reader, who decides for himself how old a truth may be, will take.
using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.Credentials;

/// <summary>In the order in which they are told.</summary>
public enum StatusListFault
{
    None,
    Malformed,
    Untrusted,
    OtherList,
    Stale,
}

/// <param name="Uri">Where the list is published; the certificates on it say the same (§6.2).</param>
/// <param name="IssuedAt">Whole seconds; a fraction is cut off by signing.</param>
/// <param name="Expires">Whole seconds. From then on the list says nothing.</param>
/// <param name="TimeToLive">Whole seconds for which a reader need not fetch it again.</param>
/// <param name="List">The statuses.</param>
public sealed record StatusListToken(
    string Uri, DateTimeOffset IssuedAt, DateTimeOffset Expires, TimeSpan TimeToLive, StatusList List)
{
    internal const int LongestList = 1024 * 1024;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The checks that both encodings share; null is a text that could not be taken apart.</summary>
    internal static bool TryVerify(
        SignedStatusList? signed,
        TrustAnchor anchor,
        string uri,
        DateTimeOffset now,
        TimeSpan maxAge,
        [NotNullWhen(true)] out StatusListToken? token,
        out StatusListFault fault)
    {
        fault = Check(signed, anchor, uri, now, maxAge, out token);
        if (fault != StatusListFault.None) token = null;
        return token is not null;
    }

    private static StatusListFault Check(
        SignedStatusList? signed, TrustAnchor anchor, string uri, DateTimeOffset now, TimeSpan maxAge, out StatusListToken? token)
    {
        token = null;
        if (signed is null) return StatusListFault.Malformed;
        if (!anchor.TryVerify(signed.CertificateEntry, WorkingKeyUse.StatusList, now, out var key) || !signed.IsSignedBy(key))
            return StatusListFault.Untrusted;
        token = signed.Read();
        if (token is null) return StatusListFault.Malformed;
        if (token.Uri != uri) return StatusListFault.OtherList;
        return token.IssuedAt > now + ClockSkew || now - token.IssuedAt > maxAge || now >= token.Expires
            ? StatusListFault.Stale
            : StatusListFault.None;
    }
}

/// <param name="CertificateEntry">Base64 of the signing key's certificate, if there is just one.</param>
/// <param name="IsSignedBy">Whether this key signed all of it, the encoding's own rules included.</param>
/// <param name="Read">What was signed; null when it is no list. Asked for behind the signature only.</param>
internal sealed record SignedStatusList(
    string? CertificateEntry, Func<IVerificationKey, bool> IsSignedBy, Func<StatusListToken?> Read);
