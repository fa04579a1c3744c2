using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

/// <summary>An envelope over a <see cref="HandmadePath"/>; good as it is, each part for a test to spoil.</summary>
internal sealed class HandmadeEnvelope
{
    public const string Challenge = "challenge-of-this-application";

    public HandmadePath Path { get; } = new();

    public ISigner? Signer { get; set; }

    public JsonObject Header { get; } = new() { ["typ"] = "netid-document-evidence+jwt", ["alg"] = "ES256" };

    public JsonObject Payload { get; } = new()
    {
        ["document_kind"] = "resident-id",
        ["document_number"] = "11010519491231002X",
        ["name"] = "张三",
        ["birth_date"] = "1949-12-31",
        ["expiry_date"] = "2036-06-30",
        ["reader_id"] = HandmadePath.ReaderId,
        ["nonce"] = Challenge,
        ["iat"] = TestAuthority.Now.ToUnixTimeSeconds(),
    };

    public EvidenceFault Fault()
    {
        var (certificates, trust) = Path.Build();
        if (!Header.ContainsKey("x5c")) Header["x5c"] = new JsonArray([.. certificates.Select(der => (JsonNode)Convert.ToBase64String(der))]);
        var jws = TestAuthority.Jws(Header.ToJsonString(), Payload, Signer ?? Path.Reader.Key);
        Assert.Equal(
            DocumentEvidence.TryVerify(jws, trust, Challenge, TestAuthority.Now, out var evidence, out var fault), fault == EvidenceFault.None);
        Assert.Equal(evidence is null, fault != EvidenceFault.None);
        return fault;
    }
}
