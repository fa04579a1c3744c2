// RFC 9449 §4.2, header and claims of a proof, each read in one pass: typ, alg and jwk; jti, htm, htu, iat, and ath where there is an access token.
// Others are tolerated, as that section asks, and not read, but a critical one (RFC 7515 §4.1.11). The jwk is found and not made a key of, which
// costs more than all the rest of the proof.
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal sealed class DpopParts
{
    public const string MediaType = "dpop+jwt";

    private const int LongestId = 64;
    private const int DeepestJson = 8;

    private const Members OfHeader = Members.Type | Members.Algorithm | Members.Key;
    private const Members OfClaims = Members.Id | Members.Method | Members.Uri | Members.Time;

    public SignatureSuite Suite { get; private set; }

    /// <summary>Where it stands in the decoded header. Nobody has looked whether it is a key.</summary>
    public Range Jwk { get; private set; }

    public string Id { get; private set; } = "";

    public string Method { get; private set; } = "";

    public string Uri { get; private set; } = "";

    public DateTimeOffset Time { get; private set; }

    /// <summary>Base64url of the digest of the access token; null where none was named.</summary>
    public string? TokenDigest { get; private set; }

    /// <returns>False as well for a member twice. What was read is then of no use.</returns>
    public bool TryReadHeader(ReadOnlySpan<byte> utf8) => TryRead(utf8, OfHeader, Members.Critical);

    /// <returns>False as well for a member twice. What was read is then of no use.</returns>
    public bool TryReadClaims(ReadOnlySpan<byte> utf8) => TryRead(utf8, OfClaims, Members.Token);

    private bool TryRead(ReadOnlySpan<byte> utf8, Members required, Members optional)
    {
        try
        {
            return Read(utf8, required, optional);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false; // not JSON, a member of another type; not UTF-8, or half of a surrogate pair
        }
    }

    private bool Read(ReadOnlySpan<byte> utf8, Members required, Members optional)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DeepestJson });
        var (found, hasOthers) = (Members.None, false);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(reader) & (required | optional);
            if ((found & member) != Members.None) return false;
            found |= member;
            hasOthers |= member == Members.None;
            reader.Read();
            if (!ReadValue(member, ref reader)) return false;
        }

        // Into others the one pass does not look. Where there are any, a member twice among them is looked for in a second.
        return (found | optional) == (required | optional) && !reader.Read()
            && (!hasOthers || StrictJson.TryParse(utf8, utf8.Length, DeepestJson, out _));
    }

    private static Members MemberOf(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("typ"u8) ? Members.Type
        : reader.ValueTextEquals("alg"u8) ? Members.Algorithm
        : reader.ValueTextEquals("jwk"u8) ? Members.Key
        : reader.ValueTextEquals("crit"u8) ? Members.Critical
        : reader.ValueTextEquals("jti"u8) ? Members.Id
        : reader.ValueTextEquals("htm"u8) ? Members.Method
        : reader.ValueTextEquals("htu"u8) ? Members.Uri
        : reader.ValueTextEquals("iat"u8) ? Members.Time
        : reader.ValueTextEquals("ath"u8) ? Members.Token
        : Members.None;

    // A text that is not there, or something else in its place, throws, and is refused above.
    private bool ReadValue(Members member, ref Utf8JsonReader reader)
    {
        switch (member)
        {
            case Members.Type:
                return reader.ValueTextEquals(MediaType);
            case Members.Algorithm:
                Suite = reader.ValueTextEquals(nameof(SignatureSuite.SM2)) ? SignatureSuite.SM2 : SignatureSuite.ES256;
                return reader.ValueTextEquals(Suite.ToString());
            case Members.Key:
                return ReadKey(ref reader);
            case Members.Id:
                return (Id = reader.GetString() ?? "").Length is > 0 and <= LongestId;
            case Members.Method:
                return (Method = reader.GetString() ?? "").Length > 0;
            case Members.Uri:
                return (Uri = reader.GetString() ?? "").Length > 0;
            case Members.Time:
                if (!reader.TryGetInt64(out var seconds) || seconds is < 0 or > JsonMembers.LastSecond) return false;
                Time = DateTimeOffset.FromUnixTimeSeconds(seconds);
                return true;
            case Members.Token:
                return (TokenDigest = reader.GetString()) is not null;
            default:
                reader.Skip();
                return member != Members.Critical;
        }
    }

    // A private key would no longer be one caller's alone (§4.3, check 7).
    private bool ReadKey(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("d"u8)) return false;
            reader.Read();
            reader.Skip();
        }

        Jwk = start..(int)reader.BytesConsumed;
        return true;
    }

    [Flags]
    private enum Members
    {
        None = 0,
        Type = 1,
        Algorithm = 2,
        Key = 4,
        Critical = 8,
        Id = 16,
        Method = 32,
        Uri = 64,
        Time = 128,
        Token = 256,
    }
}
