// RFC 8259 read as strictly as RFC 7515 §4 and RFC 7519 §4 allow: no duplicate member at any depth, no comment, no trailing comma,
// well-formed UTF-8, no lone surrogate (JsonElement would throw on it later, in the middle of a check), an object at the root.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace NetIdGrains.Credentials;

public static class StrictJson
{
    // Our own output is never put into a web page: base64 and names stay readable.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool TryParse(ReadOnlySpan<byte> utf8, int maxBytes, int maxDepth, out JsonElement root) =>
        TryParse(utf8, maxBytes, maxDepth, JsonValueKind.Object, out root);

    internal static bool TryParse(ReadOnlySpan<byte> utf8, int maxBytes, int maxDepth, JsonValueKind kind, out JsonElement root)
    {
        root = default;
        if (utf8.Length > maxBytes || !Utf8.IsValid(utf8)) return false;
        try
        {
            RefuseLoneSurrogates(utf8, maxDepth);
            root = JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth });
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false;
        }

        return root.ValueKind == kind;
    }

    internal static byte[] Write(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Plain);

    // In valid UTF-8 only an escape can spell one, so the second reading is rare.
    private static void RefuseLoneSurrogates(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (utf8.IndexOf("\\u"u8) < 0) return;
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String) _ = reader.GetString();
    }
}
