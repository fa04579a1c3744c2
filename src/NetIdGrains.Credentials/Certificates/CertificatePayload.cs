// A2-2: what a Net Certificate says in the clear, read in one pass over its JSON: each member known, of its type, there once. Who issued it, its
// serial, its end, the holder's key, where its status is told, and digests. Whatever else a certificate said, it would be no Net Certificate.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal sealed class CertificatePayload
{
    public const string CertificateType = "urn:netidgrains:net-certificate:1";
    public const string MediaType = "dc+sd-jwt";
    public const int LongestSerial = 128;

    private const int LongestJson = 8192;
    private const int DeepestJson = 4;
    private const int MostDigests = 64;

    // As they were written. A handful: to look through them takes less than to hash them.
    private readonly List<ReadOnlyMemory<byte>> digests = new(CertificateClaims.Disclosable.Count);

    private CertificatePayload()
    {
    }

    public string Issuer { get; private set; } = "";

    public string Type { get; private set; } = "";

    public string Serial { get; private set; } = "";

    public DateTimeOffset Expires { get; private set; }

    /// <summary>As it was written; nobody has looked whether it is a key.</summary>
    public ReadOnlyMemory<byte> HolderJwk { get; private set; }

    /// <summary>Null where the issuer publishes no lists.</summary>
    public StatusReference? Status { get; private set; }

    public DigestAlgorithm Algorithm { get; private set; } = DigestAlgorithm.Sha256;

    public int DigestCount => digests.Count;

    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out CertificatePayload? payload)
    {
        var read = new CertificatePayload();
        try
        {
            payload = utf8.Length <= LongestJson && read.Read(utf8) ? read : null;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            payload = null; // not JSON, a member of another type; not UTF-8, or half of a surrogate pair
        }

        return payload is not null;
    }

    public bool Lists(ReadOnlySpan<char> digest)
    {
        foreach (var listed in digests)
            if (Ascii.Equals(listed.Span, digest)) return true;
        return false;
    }

    private bool Read(ReadOnlyMemory<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = DeepestJson });
        var found = Members.None;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(reader);
            if (member == Members.None || found.HasFlag(member)) return false;
            found |= member;
            reader.Read();
            if (!ReadValue(member, ref reader, utf8)) return false;
        }

        return (found | Members.Status) == Members.All && !reader.Read() && Serial.Length is > 0 and <= LongestSerial;
    }

    private static Members MemberOf(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("iss"u8) ? Members.Issuer
        : reader.ValueTextEquals("vct"u8) ? Members.Type
        : reader.ValueTextEquals("jti"u8) ? Members.Serial
        : reader.ValueTextEquals("exp"u8) ? Members.Expires
        : reader.ValueTextEquals("cnf"u8) ? Members.Confirmation
        : reader.ValueTextEquals("status"u8) ? Members.Status
        : reader.ValueTextEquals("_sd_alg"u8) ? Members.Algorithm
        : reader.ValueTextEquals("_sd"u8) ? Members.Digests
        : Members.None;

    // A text that is not there, or something else in its place, throws, and is refused above.
    private bool ReadValue(Members member, ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        switch (member)
        {
            case Members.Issuer:
                return (Issuer = reader.GetString() ?? "").Length > 0;
            case Members.Type:
                return (Type = reader.GetString() ?? "").Length > 0;
            case Members.Serial:
                return (Serial = reader.GetString() ?? "").Length > 0;
            case Members.Expires:
                if (!reader.TryGetInt64(out var seconds) || seconds is < 0 or > JsonMembers.LastSecond) return false;
                Expires = DateTimeOffset.FromUnixTimeSeconds(seconds);
                return true;
            case Members.Confirmation:
                return ReadConfirmation(ref reader, utf8);
            case Members.Status:
                Status = StatusReference.Read(ref reader);
                return Status is not null;
            case Members.Algorithm:
                if (DigestAlgorithm.Named(reader.GetString()) is not { } named) return false;
                Algorithm = named;
                return true;
            default:
                return ReadDigests(ref reader, utf8);
        }
    }

    // RFC 7800 §3.2: the one member jwk.
    private bool ReadConfirmation(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || !reader.ValueTextEquals("jwk"u8)) return false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        HolderJwk = utf8[start..(int)reader.BytesConsumed];
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }

    // RFC 9901 §7.1: a digest found twice refuses the whole. None needs an escape, which would be a second spelling.
    private bool ReadDigests(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || digests.Count == MostDigests) return false;
            var digest = utf8.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            foreach (var listed in digests)
                if (listed.Span.SequenceEqual(digest.Span)) return false;
            digests.Add(digest);
        }

        return true;
    }

    [Flags]
    private enum Members
    {
        None = 0,
        Issuer = 1,
        Type = 2,
        Serial = 4,
        Expires = 8,
        Confirmation = 16,
        Status = 32,
        Algorithm = 64,
        Digests = 128,
        All = 255,
    }
}
