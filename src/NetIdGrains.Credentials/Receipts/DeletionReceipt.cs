// A9-4: what somebody who left can show: that the authority deleted, on their command, at this time. It names the command by its digest and
// nobody by anything: who still has the command can show that it was theirs.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <param name="Issuer">The authority.</param>
/// <param name="CommandDigest">Of the signed command <c>cancel</c>: SHA-256, base64url.</param>
/// <param name="Time">When the data key was deleted; whole seconds.</param>
public sealed record DeletionReceipt(string Issuer, string CommandDigest, DateTimeOffset Time)
{
    private const string MediaType = "netid-deletion+jwt";
    private const int LongestText = 16 * 1024;

    private static readonly HashSet<string> Members = ["iss", "command_digest", "iat"];

    public string Sign(CertifiedSigner signer) => signer.SignJws(
        MediaType,
        StrictJson.Write(new JsonObject { ["iss"] = Issuer, ["command_digest"] = CommandDigest, ["iat"] = Time.ToUnixTimeSeconds() }));

    public static bool TryVerify(string? jws, TrustAnchor anchor, [NotNullWhen(true)] out DeletionReceipt? receipt)
    {
        receipt = null;
        if (!CompactJws.TryParse(jws, LongestText, out var parsed) || parsed.Type != MediaType || !parsed.Payload.HasOnly(Members)) return false;
        if (parsed.Payload.Text("iss") is not { } issuer || parsed.Payload.Text("command_digest") is not { } digest || parsed.Payload.Time("iat") is not { } time)
            return false;
        if (anchor.TryVerify(TrustAnchor.OnlyEntry(parsed.Header), WorkingKeyUse.Receipt, time, out var key) && parsed.Verify(key))
            receipt = new DeletionReceipt(issuer, digest, time);
        return receipt is not null;
    }
}
