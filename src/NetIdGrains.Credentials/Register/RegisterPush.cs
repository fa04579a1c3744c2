// A4-1, A4-5: what the population register tells by itself: a death, a lost document, a guardianship that has ended. A JWS (RFC 7515 §7.1) by
// the register's configured key, for one audience, and good once (jti): who catches one changes nothing with it.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <param name="Person">The register's own id of whom it is about.</param>
/// <param name="What">deceased, document-lost, document-revoked, document-expired or guardianship-ended.</param>
/// <param name="DocumentKind">Of a document.</param>
/// <param name="DocumentNumber">Of a document.</param>
/// <param name="Guardian">The register's own id of who is no longer the person's guardian.</param>
public sealed record PushedChange(string Person, string What, string? DocumentKind, string? DocumentNumber, string? Guardian)
{
    public override string ToString() => "sealed";
}

public sealed record RegisterPush(string Audience, string Id, DateTimeOffset Time, IReadOnlyList<PushedChange> Changes)
{
    private const string MediaType = "netid-register-changes+jwt";
    private const int LongestText = 64 * 1024;
    private const int MostChanges = 100;

    private static readonly HashSet<string> Members = ["aud", "jti", "iat", "changes"];
    private static readonly HashSet<string> ChangeMembers = ["person", "what", "document_kind", "document_number", "guardian"];

    public string Sign(ISigner register)
    {
        var payload = new JsonObject
        {
            ["aud"] = Audience,
            ["jti"] = Id,
            ["iat"] = Time.ToUnixTimeSeconds(),
            ["changes"] = new JsonArray([.. Changes.Select(ToJson)]),
        };
        return CompactJws.Sign(
            StrictJson.Write(new JsonObject { ["typ"] = MediaType, ["alg"] = register.Algorithm }), StrictJson.Write(payload), register);
    }

    /// <returns>Whether it is the register's, for this audience, and of now.</returns>
    public static bool TryVerify(string? jws, IVerificationKey register, string audience, DateTimeOffset now, [NotNullWhen(true)] out RegisterPush? push)
    {
        push = null;
        if (!CompactJws.TryParse(jws, LongestText, out var parsed) || parsed.Type != MediaType || !parsed.Verify(register)) return false;
        var payload = parsed.Payload;
        if (!payload.HasOnly(Members) || payload.Text("aud") != audience || payload.Text("jti") is not { Length: > 0 and <= 100 } id) return false;
        if (payload.Time("iat") is not { } time || !time.IsFresh(now)) return false;
        if (!payload.TryGetProperty("changes", out var array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MostChanges) return false;
        var changes = array.EnumerateArray().Select(FromJson).ToList();
        if (changes.TrueForAll(change => change is not null)) push = new RegisterPush(audience, id, time, changes!);
        return push is not null;
    }

    public override string ToString() => "sealed";

    private static JsonNode ToJson(PushedChange change)
    {
        var json = new JsonObject { ["person"] = change.Person, ["what"] = change.What };
        if (change.DocumentKind is not null) json["document_kind"] = change.DocumentKind;
        if (change.DocumentNumber is not null) json["document_number"] = change.DocumentNumber;
        if (change.Guardian is not null) json["guardian"] = change.Guardian;
        return json;
    }

    private static PushedChange? FromJson(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.HasOnly(ChangeMembers) && json.Text("person") is { } person && json.Text("what") is { } what
            ? new PushedChange(person, what, json.Text("document_kind"), json.Text("document_number"), json.Text("guardian"))
            : null;
}
