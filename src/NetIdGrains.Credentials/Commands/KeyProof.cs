// OpenID for Verifiable Credential Issuance 1.0, appendix F.1 (proof type jwt): a wallet shows that it holds the key it asks a
// certificate for. This is the one place where a key from a header is taken, because possession of just that key is what is proved;
// a second way to name a key (kid, x5c) beside it is refused, as that specification asks.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public static class KeyProof
{
    private const string MediaType = "openid4vci-proof+jwt";
    private const int LongestText = 4096;

    public static bool TryVerify(
        string? jws, string audience, string nonce, DateTimeOffset now, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        if (!CompactJws.TryParse(jws, LongestText, out var proof) || !Names(proof, out var named)) return false;
        if (proof.Type == MediaType
            && proof.Payload.Text("aud") == audience
            && proof.Payload.Text("nonce") == nonce
            && proof.Payload.Time("iat")?.IsFresh(now) == true
            && proof.Verify(named))
            key = named;
        return key is not null;
    }

    public static string Create(string audience, string nonce, DateTimeOffset now, ISigner signer)
    {
        var header = new JsonObject
        {
            ["typ"] = MediaType,
            ["alg"] = signer.Algorithm,
            ["jwk"] = JsonNode.Parse(signer.PublicKey.ToJwk()),
        };
        var payload = new JsonObject { ["aud"] = audience, ["iat"] = now.ToUnixTimeSeconds(), ["nonce"] = nonce };
        return CompactJws.Sign(StrictJson.Write(header), StrictJson.Write(payload), signer);
    }

    private static bool Names(CompactJws proof, [NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        return !proof.Header.TryGetProperty("kid", out _) && !proof.Header.TryGetProperty("x5c", out _)
            && proof.Header.TryGetProperty("jwk", out var jwk) && VerificationKey.TryFromJwk(jwk, out key);
    }
}
