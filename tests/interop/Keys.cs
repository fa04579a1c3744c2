using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

internal static class Keys
{
    /// <summary>A working key of the test authority in the hands of another program.</summary>
    public static (JsonNode PrivateJwk, JsonArray X5c) Certified(WorkingKeyUse use)
    {
        var key = P256Signer.Create();
        var certificate = TestAuthority.CertificateFor(key.PublicKey, use, TestAuthority.Now.AddDays(-1), TestAuthority.Now.AddDays(100));
        return (PrivateJwkOf(key), [Convert.ToBase64String(certificate)]);
    }

    public static JsonNode PrivateJwkOf(P256Signer key) => JsonNode.Parse(key.ToPrivateJwk())!;

    /// <summary>A key that jose drew.</summary>
    public static async Task<(IVerificationKey PublicKey, JsonNode PrivateJwk)> NewKeyAsync(this Node node)
    {
        var answer = await node.AskAsync("jose", "newKey", []);
        Assert.True(VerificationKey.TryFromJwk(answer.GetProperty("publicJwk"), out var key));
        return (key, JsonNode.Parse(answer.GetProperty("privateJwk").GetRawText())!);
    }
}
