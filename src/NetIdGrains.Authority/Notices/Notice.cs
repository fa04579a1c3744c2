using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Authority;

/// <summary>One purpose the notice asks consent for, with the kinds of data it takes.</summary>
public sealed record NoticePurpose(string Id, ImmutableArray<string> Kinds);

/// <summary>
/// What an applicant is told before anything is processed (A10-1), machine-readable. An application names its hash, so agreeing to one text
/// is not agreeing to the next.
/// </summary>
public sealed class Notice
{
    /// <summary>For people to read as it is; it is served as JSON, and nowhere put into a page.</summary>
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Notice(byte[] text)
    {
        Text = text;
        Hash = Base64Url.EncodeToString(SHA256.HashData(text));
        Purposes = JsonDocument.Parse(text).RootElement.GetProperty("purposes").EnumerateArray().Select(Purpose)
            .ToFrozenDictionary(purpose => purpose.Id);
    }

    /// <summary>The bytes as served; the hash is over exactly these.</summary>
    public byte[] Text { get; }

    /// <summary>SHA-256 of <see cref="Text"/>, base64url.</summary>
    public string Hash { get; }

    /// <summary>Every purpose needs its own consent (A9-2).</summary>
    public FrozenDictionary<string, NoticePurpose> Purposes { get; }

    /// <summary>
    /// The notice this program comes with, in the name of who runs it, and with what they keep of who leaves (A9-4): to say less would be to ask for
    /// consent to something else.
    /// </summary>
    public static Notice Of(OperatorName operates, LegalHoldOptions? hold)
    {
        using var stream = typeof(Notice).Assembly.GetManifestResourceStream("notice.json")!;
        var notice = JsonNode.Parse(stream)!.AsObject();
        notice["operator"] = new JsonObject { ["name"] = operates.Name, ["contact"] = operates.Contact };
        if (hold is not null)
        {
            notice["legal_hold"] = new JsonObject
            {
                ["kept"] = new JsonArray([.. hold.Fields.Select(field => JsonValue.Create(field))]),
                ["days"] = hold.Days,
                ["legal_basis"] = hold.LegalBasis,
                ["means"] = "Of who leaves this is kept, sealed to a key that the authority does not have; only the statutory process opens it",
            };
        }

        return new Notice(JsonSerializer.SerializeToUtf8Bytes(notice, Written));
    }

    private static NoticePurpose Purpose(JsonElement purpose) => new(
        purpose.GetProperty("id").GetString()!,
        [.. purpose.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()!)]);
}
