// RFC 9901 §4.2: a claim which the holder may show or keep: base64url of [salt, name, value]; the certificate holds only its digest (§4.2.3),
// over the text as it was sent, so that nobody has to agree on one spelling of JSON.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Credentials;

/// <param name="Name">The claim.</param>
/// <param name="Kind">What kind of value it has.</param>
/// <param name="Text">Its value, if it is a text.</param>
internal sealed record Disclosure(string Name, JsonValueKind Kind, string? Text)
{
    public const int SaltSize = 16;

    private const int LongestJson = 2048;

    /// <param name="salt">128 random bits, as §9.3 asks.</param>
    /// <param name="name">The claim; needs no escape in JSON.</param>
    /// <param name="text">Its value, or null for true.</param>
    public static string Encode(ReadOnlySpan<byte> salt, string name, string? text)
    {
        var json = text is null
            ? $"""["{StrictBase64Url.Encode(salt)}","{name}",true]"""
            : $"""["{StrictBase64Url.Encode(salt)}","{name}","{StrictJson.Escape(text)}"]""";
        return StrictBase64Url.Encode(Encoding.UTF8.GetBytes(json));
    }

    public static bool TryParse(ReadOnlySpan<char> encoded, [NotNullWhen(true)] out Disclosure? disclosure)
    {
        disclosure = null;
        if (!StrictBase64Url.TryDecode(encoded, out var utf8) || utf8.Length > LongestJson) return false;
        try
        {
            disclosure = Read(new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 4 }));
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false; // not JSON; not UTF-8, or half of a surrogate pair
        }

        return disclosure is not null;
    }

    public override string ToString() => "sealed";

    private static Disclosure? Read(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return null;
        _ = reader.GetString();
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return null;
        var name = reader.GetString()!;
        if (!reader.Read() || KindOf(reader.TokenType) is not { } kind) return null;
        var text = kind == JsonValueKind.String ? reader.GetString() : null;
        reader.Skip();
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray && !reader.Read() ? new Disclosure(name, kind, text) : null;
    }

    private static JsonValueKind? KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        JsonTokenType.Null => JsonValueKind.Null,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        _ => null,
    };
}
