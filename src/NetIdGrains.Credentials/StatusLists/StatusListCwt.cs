// draft-ietf-oauth-status-list §5.2, §4.3: a list as a CWT (RFC 8392), tagged as a COSE_Sign1 and, as the draft demands, not as a CWT. Its
// bytes are no text, so that a list is smaller by a quarter than as a JWT.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace NetIdGrains.Credentials;

public static class StatusListCwt
{
    private const string MediaType = "application/statuslist+cwt";
    private const int LongestToken = 1536 * 1024;

    private const long Subject = 2;
    private const long ExpirationTime = 4;
    private const long IssuedAt = 6;
    private const long TimeToLive = 65_534;
    private const long Statuses = 65_533;

    public static byte[] Sign(StatusListToken token, CertifiedSigner signer)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(5);
        writer.WriteInt64(Subject);
        writer.WriteTextString(token.Uri);
        writer.WriteInt64(ExpirationTime);
        writer.WriteInt64(token.Expires.ToUnixTimeSeconds());
        writer.WriteInt64(IssuedAt);
        writer.WriteInt64(token.IssuedAt.ToUnixTimeSeconds());
        writer.WriteInt64(TimeToLive);
        writer.WriteInt64((long)token.TimeToLive.TotalSeconds);
        writer.WriteInt64(Statuses);
        writer.WriteStartMap(2);
        writer.WriteTextString("bits");
        writer.WriteInt32(token.List.Bits);
        writer.WriteTextString("lst");
        writer.WriteByteString(token.List.Compress());
        writer.WriteEndMap();
        writer.WriteEndMap();
        return CoseSign1.Sign(MediaType, writer.Encode(), signer);
    }

    /// <param name="cwt">What came from <paramref name="uri"/>.</param>
    /// <param name="anchor">Whose keys may sign lists.</param>
    /// <param name="uri">The list that the certificate names.</param>
    /// <param name="now">The reader's time.</param>
    /// <param name="maxAge">How long ago the list may have been signed.</param>
    /// <param name="token">Null if and only if there is a fault.</param>
    /// <param name="fault">The first fault in the order of <see cref="StatusListFault"/>.</param>
    public static bool TryVerify(
        ReadOnlyMemory<byte> cwt,
        TrustAnchor anchor,
        string uri,
        DateTimeOffset now,
        TimeSpan maxAge,
        [NotNullWhen(true)] out StatusListToken? token,
        out StatusListFault fault) => StatusListToken.TryVerify(Open(cwt), anchor, uri, now, maxAge, out token, out fault);

    // Unknown claims are ignored (RFC 8392 §3): others may publish more.
    internal static StatusListToken? Read(ReadOnlyMemory<byte> payload) =>
        CborMap.TryParse(payload, out var claims)
        && claims.Text(Subject) is { } uri
        && claims.Time(IssuedAt) is { } issuedAt
        && claims.Time(ExpirationTime) is { } expires
        && claims.Number(TimeToLive) is > 0 and <= int.MaxValue and var timeToLive
        && claims.Map(Statuses) is { } statuses
        && statuses.Number("bits") is > 0 and <= int.MaxValue and var bits
        && StatusList.TryDecompress((int)bits, statuses.Bytes("lst"), StatusListToken.LongestList, out var list)
            ? new StatusListToken(uri, issuedAt, expires, TimeSpan.FromSeconds(timeToLive), list)
            : null;

    private static SignedStatusList? Open(ReadOnlyMemory<byte> cwt) =>
        CoseSign1.TryParse(cwt, LongestToken, out var parsed) && parsed.Type == MediaType
            ? new SignedStatusList(Entry(parsed.OnlyCertificate), parsed.Verify, () => Read(parsed.Payload))
            : null;

    private static string? Entry(byte[]? certificate) => certificate is null ? null : Convert.ToBase64String(certificate);
}
