// Wallet calls have one format: a JWS by the device key, and the body of the request is the JWS. So what the citizen asked for is signed (A9-2),
// nothing in it may be unknown to us (A9-1), and there is no session or bearer secret to steal. The text is not kept: of a carried-out freeze or
// unfreeze the digest, nonce and time are, against replays; of an application the consents. A guardian's command says for whom it is (ward).
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

public enum CommandFault
{
    None,
    Audience,
    Stale,
}

public sealed class SignedCommand
{
    private const string MediaType = "netid-command+jwt";
    private const int LongestText = 256 * 1024;

    private static readonly HashSet<string> Members = ["command", "body", "audience", "nonce", "device", "time", "ward"];

    private readonly CompactJws jws;

    private SignedCommand(string text, CompactJws jws, DateTimeOffset time)
    {
        this.jws = jws;
        Time = time;
        Digest = StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
    }

    public string Command => jws.Payload.GetProperty("command").GetString()!;

    public JsonElement Body => jws.Payload.GetProperty("body");

    public string Audience => jws.Payload.GetProperty("audience").GetString()!;

    public string Nonce => jws.Payload.GetProperty("nonce").GetString()!;

    public string Device => jws.Payload.GetProperty("device").GetString()!;

    /// <summary>On whose behalf a guardian commands, as the authority has named the child to them; null for one's own.</summary>
    public string? Ward => jws.Payload.Text("ward");

    public DateTimeOffset Time { get; }

    /// <summary>SHA-256 of the text, base64url: what a log or an approval keeps of a command.</summary>
    public string Digest { get; }

    /// <summary>Reads a command; nothing in it is to be believed before <see cref="VerifiedBy"/>.</summary>
    public static bool TryParse(string? jws, [NotNullWhen(true)] out SignedCommand? command)
    {
        command = null;
        if (!CompactJws.TryParse(jws, LongestText, out var parsed) || parsed.Type != MediaType) return false;
        if (HasForm(parsed.Payload) && parsed.Payload.Time("time") is { } time) command = new SignedCommand(jws!, parsed, time);
        return command is not null;
    }

    public bool VerifiedBy(IVerificationKey key) => jws.Verify(key);

    public CommandFault Check(string audience, DateTimeOffset now) =>
        Audience != audience ? CommandFault.Audience :
        !Time.IsFresh(now) ? CommandFault.Stale :
        CommandFault.None;

    public static string Sign(
        string command, JsonNode body, string audience, string nonce, string device, DateTimeOffset time, ISigner signer, string? ward = null)
    {
        var header = new JsonObject { ["typ"] = MediaType, ["alg"] = signer.Algorithm };
        var payload = new JsonObject
        {
            ["command"] = command,
            ["body"] = body.DeepClone(),
            ["audience"] = audience,
            ["nonce"] = nonce,
            ["device"] = device,
            ["time"] = time.ToUnixTimeSeconds(),
        };
        if (ward is not null) payload["ward"] = ward;
        return CompactJws.Sign(StrictJson.Write(header), StrictJson.Write(payload), signer);
    }

    public override string ToString() => "sealed";

    private static bool HasForm(JsonElement payload) =>
        payload.HasOnly(Members)
        && payload.Text("command") is not null
        && payload.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object
        && payload.Text("audience") is not null && payload.Text("nonce") is not null && payload.Text("device") is not null
        && (!payload.TryGetProperty("ward", out _) || payload.Text("ward") is not null);
}
