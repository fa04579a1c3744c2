// RFC 9901 §4.2: a claim which the holder may show or keep: base64url of [salt, name, value]; the certificate holds only its digest (§4.2.3),
// over the text as it was sent, so that nobody has to agree on one spelling of JSON.
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace NetIdGrains.Credentials;

/// <param name="Name">The claim.</param>
/// <param name="Kind">What kind of value it has.</param>
/// <param name="Text">Its value, if it is a text.</param>
internal sealed record Disclosure(string Name, JsonValueKind Kind, string? Text)
{
    public const int SaltSize = 16;

    private const int LongestJson = 1024;

    /// <param name="salt">128 random bits, as §9.3 asks.</param>
    /// <param name="name">The claim.</param>
    /// <param name="text">Its value, or null for true.</param>
    /// <param name="algorithm">For the digest that the certificate holds of it.</param>
    public static PreparedDisclosure Prepare(ReadOnlySpan<byte> salt, string name, string? text, DigestAlgorithm algorithm)
    {
        Span<char> encodedSalt = stackalloc char[Base64Url.GetEncodedLength(SaltSize)];
        using var json = new PooledJson();
        json.Writer.WriteStartArray();
        json.Writer.WriteStringValue(encodedSalt[..Base64Url.EncodeToChars(salt, encodedSalt)]);
        json.Writer.WriteStringValue(name);
        if (text is null) json.Writer.WriteBooleanValue(true);
        else json.Writer.WriteStringValue(text);
        json.Writer.WriteEndArray();
        var encoded = StrictBase64Url.Encode(json.Written);
        return new PreparedDisclosure(encoded, algorithm.Of(encoded));
    }

    public static bool TryParse(ReadOnlySpan<char> encoded, [NotNullWhen(true)] out Disclosure? disclosure)
    {
        disclosure = null;
        Span<byte> utf8 = stackalloc byte[LongestJson];
        if (!StrictBase64Url.TryDecode(encoded, utf8, out var length) || !Utf8.IsValid(utf8[..length])) return false;
        try
        {
            disclosure = Read(new Utf8JsonReader(utf8[..length], new JsonReaderOptions { MaxDepth = 4 }));
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false; // not JSON; half of a surrogate pair
        }

        return disclosure is not null;
    }

    public override string ToString() => "sealed";

    private static Disclosure? Read(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return null;
        if (reader.ValueIsEscaped) _ = reader.GetString();
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
