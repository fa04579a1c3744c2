// draft-ietf-oauth-status-list §5.1: a list as a JWT.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public static class StatusListJwt
{
    private const string MediaType = "statuslist+jwt";
    private const int LongestText = 2 * 1024 * 1024;

    public static string Sign(StatusListToken token, CertifiedSigner signer)
    {
        var payload = new JsonObject
        {
            ["sub"] = token.Uri,
            ["iat"] = token.IssuedAt.ToUnixTimeSeconds(),
            ["exp"] = token.Expires.ToUnixTimeSeconds(),
            ["ttl"] = (long)token.TimeToLive.TotalSeconds,
            ["status_list"] = new JsonObject { ["bits"] = token.List.Bits, ["lst"] = token.List.Encode() },
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
        out StatusListFault fault) => StatusListToken.TryVerify(Open(jws), anchor, uri, now, maxAge, out token, out fault);

    private static SignedStatusList? Open(string? jws) =>
        CompactJws.TryParse(jws, LongestText, out var parsed) && parsed.Type == MediaType
            ? new SignedStatusList(TrustAnchor.OnlyEntry(parsed.Header), parsed.Verify, () => Read(parsed.Payload))
            : null;

    // Unknown members are ignored (RFC 7519 §4): others may publish more.
    internal static StatusListToken? Read(JsonElement json) =>
        json.Text("sub") is { } uri
        && json.Time("iat") is { } issuedAt
        && json.Time("exp") is { } expires
        && json.Number("ttl") is > 0 and var timeToLive
        && json.TryGetProperty("status_list", out var statuses) && statuses.ValueKind == JsonValueKind.Object
        && statuses.Number("bits") is { } bits
        && StatusList.TryDecode(bits, statuses.Text("lst"), StatusListToken.LongestList, out var list)
            ? new StatusListToken(uri, issuedAt, expires, TimeSpan.FromSeconds(timeToLive), list)
            : null;
}
