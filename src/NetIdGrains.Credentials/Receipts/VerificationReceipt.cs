// A5-1, S-2: a signed receipt of one verification, which anyone can check offline, years later, and read: the members have names in plain
// words beside the registered ones (RFC 7519 §4.1). The key's certificate must have been valid at the receipt's own time. Whoever stole
// an old receipt key could write an old time; the transparency log is what shows those up.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <summary>In the order in which they are told.</summary>
public enum ReceiptFault
{
    None,

    /// <summary>Not a receipt at all.</summary>
    Malformed,

    /// <summary>The root certified no such key for receipts at the receipt's own time.</summary>
    Untrusted,

    /// <summary>A certified key is named, and it did not sign this.</summary>
    Signature,
}

/// <param name="Issuer">The authority's address.</param>
/// <param name="TransactionId">The authority's number of this verification.</param>
/// <param name="Platform">Who asked.</param>
/// <param name="SequenceNumber">The platform's own number of this verification.</param>
/// <param name="Purpose">What for.</param>
/// <param name="LegalBasis">By what right.</param>
/// <param name="Mode">What the citizen showed: R01 to R04, NetIdAndCode.</param>
/// <param name="Passed">The result.</param>
/// <param name="Subject">The per-platform identifier, if the citizen passed.</param>
/// <param name="Time">Whole seconds; a fraction is cut off by signing.</param>
public sealed record VerificationReceipt(
    string Issuer,
    string TransactionId,
    string Platform,
    string SequenceNumber,
    string Purpose,
    string LegalBasis,
    string Mode,
    bool Passed,
    string? Subject,
    DateTimeOffset Time)
{
    private const string MediaType = "netid-receipt+jwt";
    private const int LongestText = 16 * 1024;

    private static readonly HashSet<string> Members =
        ["iss", "jti", "aud", "sequence_number", "purpose", "legal_basis", "mode", "passed", "sub", "iat"];

    public string Sign(CertifiedSigner signer) => signer.SignJws(MediaType, StrictJson.Write(ToJson()));

    public static bool TryVerify(string? jws, TrustAnchor anchor, [NotNullWhen(true)] out VerificationReceipt? receipt) =>
        TryVerify(jws, anchor, out receipt, out _);

    /// <param name="jws">What the platform kept.</param>
    /// <param name="anchor">Whose keys may sign receipts.</param>
    /// <param name="receipt">Null if and only if there is a fault.</param>
    /// <param name="fault">The first fault in the order of <see cref="ReceiptFault"/>.</param>
    public static bool TryVerify(
        string? jws, TrustAnchor anchor, [NotNullWhen(true)] out VerificationReceipt? receipt, out ReceiptFault fault)
    {
        fault = Check(jws, anchor, out receipt);
        if (fault != ReceiptFault.None) receipt = null;
        return receipt is not null;
    }

    public override string ToString() => "sealed";

    private static ReceiptFault Check(string? jws, TrustAnchor anchor, out VerificationReceipt? read)
    {
        read = null;
        if (!CompactJws.TryParse(jws, LongestText, out var parsed) || parsed.Type != MediaType) return ReceiptFault.Malformed;
        read = FromJson(parsed.Payload);
        if (read is null) return ReceiptFault.Malformed;
        if (!anchor.TryVerify(TrustAnchor.OnlyEntry(parsed.Header), WorkingKeyUse.Receipt, read.Time, out var key)) return ReceiptFault.Untrusted;
        return parsed.Verify(key) ? ReceiptFault.None : ReceiptFault.Signature;
    }

    private JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["iss"] = Issuer,
            ["jti"] = TransactionId,
            ["aud"] = Platform,
            ["sequence_number"] = SequenceNumber,
            ["purpose"] = Purpose,
            ["legal_basis"] = LegalBasis,
            ["mode"] = Mode,
            ["passed"] = Passed,
            ["iat"] = Time.ToUnixTimeSeconds(),
        };
        if (Subject is not null) json["sub"] = Subject;
        return json;
    }

    private static VerificationReceipt? FromJson(JsonElement json) =>
        json.HasOnly(Members)
        && json.Text("iss") is { } issuer
        && json.Text("jti") is { } transactionId
        && json.Text("aud") is { } platform
        && json.Text("sequence_number") is { } sequenceNumber
        && json.Text("purpose") is { } purpose
        && json.Text("legal_basis") is { } legalBasis
        && json.Text("mode") is { } mode
        && json.TryGetProperty("passed", out var passed) && passed.ValueKind is JsonValueKind.True or JsonValueKind.False
        && (!json.TryGetProperty("sub", out var subject) || subject.ValueKind == JsonValueKind.String)
        && json.Time("iat") is { } time
            ? new VerificationReceipt(
                issuer, transactionId, platform, sequenceNumber, purpose, legalBasis, mode, passed.GetBoolean(), json.Text("sub"), time)
            : null;
}
