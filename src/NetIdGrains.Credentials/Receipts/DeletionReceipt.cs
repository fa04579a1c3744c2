// A9-4: what somebody who left can show: that the authority deleted, on their command, at this time. It names the command by its digest and
// nobody by anything: who still has the command can show that it was theirs.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <param name="Issuer">The authority.</param>
/// <param name="CommandDigest">Of the signed command <c>cancel</c>: SHA-256, base64url.</param>
/// <param name="Time">When the data key was deleted; whole seconds.</param>
/// <param name="Hold">What a law made the authority keep all the same; null for nothing.</param>
public sealed record DeletionReceipt(string Issuer, string CommandDigest, DateTimeOffset Time, LegalHoldNote? Hold = null)
{
    private const string MediaType = "netid-deletion+jwt";
    private const int LongestText = 16 * 1024;

    private static readonly HashSet<string> Members = ["iss", "command_digest", "iat", "legal_hold"];
    private static readonly HashSet<string> HoldMembers = ["legal_basis", "until"];

    public string Sign(CertifiedSigner signer)
    {
        var claims = new JsonObject { ["iss"] = Issuer, ["command_digest"] = CommandDigest, ["iat"] = Time.ToUnixTimeSeconds() };
        if (Hold is not null)
            claims["legal_hold"] = new JsonObject { ["legal_basis"] = Hold.LegalBasis, ["until"] = Hold.Until.ToUnixTimeSeconds() };
        return signer.SignJws(MediaType, StrictJson.Write(claims));
    }

    public static bool TryVerify(string? jws, TrustAnchor anchor, [NotNullWhen(true)] out DeletionReceipt? receipt)
    {
        receipt = null;
        if (!CompactJws.TryParse(jws, LongestText, out var parsed) || parsed.Type != MediaType || !parsed.Payload.HasOnly(Members)) return false;
        if (parsed.Payload.Text("iss") is not { } issuer || parsed.Payload.Text("command_digest") is not { } digest || parsed.Payload.Time("iat") is not { } time)
            return false;
        if (!TryReadHold(parsed.Payload, out var hold)) return false;
        if (anchor.TryVerify(TrustAnchor.OnlyEntry(parsed.Header), WorkingKeyUse.Receipt, time, out var key) && parsed.Verify(key))
            receipt = new DeletionReceipt(issuer, digest, time, hold);
        return receipt is not null;
    }

    private static bool TryReadHold(JsonElement claims, out LegalHoldNote? hold)
    {
        hold = null;
        if (!claims.TryGetProperty("legal_hold", out var member)) return true;
        if (member.ValueKind == JsonValueKind.Object && member.HasOnly(HoldMembers) && member.Text("legal_basis") is { } basis && member.Time("until") is { } until)
            hold = new LegalHoldNote(basis, until);
        return hold is not null;
    }
}

/// <param name="LegalBasis">The law that asks for it.</param>
/// <param name="Until">When it is deleted; whole seconds.</param>
public sealed record LegalHoldNote(string LegalBasis, DateTimeOffset Until);
