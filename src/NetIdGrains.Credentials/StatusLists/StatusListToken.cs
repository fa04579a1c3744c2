// draft-ietf-oauth-status-list §5.1: a list, signed as a JWT by a key with a certificate of its own use. Its age is bounded twice: by the
// end that the authority set (exp), and by what the reader, who decides for himself how old a truth may be, will take.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

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
    private const string MediaType = "statuslist+jwt";
    private const int LongestList = 1024 * 1024;
    private const int LongestText = 2 * 1024 * 1024;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public string Sign(CertifiedSigner signer)
    {
        var payload = new JsonObject
        {
            ["sub"] = Uri,
            ["iat"] = IssuedAt.ToUnixTimeSeconds(),
            ["exp"] = Expires.ToUnixTimeSeconds(),
            ["ttl"] = (long)TimeToLive.TotalSeconds,
            ["status_list"] = new JsonObject { ["bits"] = List.Bits, ["lst"] = List.Encode() },
        };
        return signer.SignJws(MediaType, StrictJson.Write(payload));
    }

    /// <param name="jws">What came from <paramref name="uri"/>.</param>
    /// <param name="anchor">Whose keys may sign lists.</param>
    /// <param name="uri">The list that the certificate names.</param>
    /// <param name="now">The reader's time.</param>
    /// <param name="maxAge">How long ago the list may have been signed.</param>
    /// <param name="token">Null if and only if there is a fault.</param>
    /// <param name="fault">The first fault in the order of <see cref="StatusListFault"/>.</param>
    public static bool TryVerify(
        string? jws,
        TrustAnchor anchor,
        string uri,
        DateTimeOffset now,
        TimeSpan maxAge,
        [NotNullWhen(true)] out StatusListToken? token,
        out StatusListFault fault)
    {
        fault = Check(jws, anchor, uri, now, maxAge, out token);
        if (fault != StatusListFault.None) token = null;
        return token is not null;
    }

    private static StatusListFault Check(
        string? jws, TrustAnchor anchor, string uri, DateTimeOffset now, TimeSpan maxAge, out StatusListToken? token)
    {
        token = null;
        if (!CompactJws.TryParse(jws, LongestText, out var parsed) || parsed.Type != MediaType) return StatusListFault.Malformed;
        if (!anchor.TryVerify(TrustAnchor.OnlyEntry(parsed.Header), WorkingKeyUse.StatusList, now, out var key) || !parsed.Verify(key))
            return StatusListFault.Untrusted;
        token = FromJson(parsed.Payload);
        if (token is null) return StatusListFault.Malformed;
        if (token.Uri != uri) return StatusListFault.OtherList;
        return token.IssuedAt > now + ClockSkew || now - token.IssuedAt > maxAge || now >= token.Expires
            ? StatusListFault.Stale
            : StatusListFault.None;
    }

    // Unknown members are ignored (RFC 7519 §4): others may publish more.
    private static StatusListToken? FromJson(JsonElement json) =>
        json.Text("sub") is { } uri
        && json.Time("iat") is { } issuedAt
        && json.Time("exp") is { } expires
        && json.Number("ttl") is > 0 and var timeToLive
        && json.TryGetProperty("status_list", out var statuses) && statuses.ValueKind == JsonValueKind.Object
        && statuses.Number("bits") is { } bits
        && StatusList.TryDecode(bits, statuses.Text("lst"), LongestList, out var list)
            ? new StatusListToken(uri, issuedAt, expires, TimeSpan.FromSeconds(timeToLive), list)
            : null;
}
