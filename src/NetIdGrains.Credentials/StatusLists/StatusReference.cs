// draft-ietf-oauth-status-list §6.2: where a certificate says that its status is told.
using System.Text.Json;

namespace NetIdGrains.Credentials;

/// <param name="Uri">Where the list is published.</param>
/// <param name="Index">This certificate's entry on it.</param>
public sealed record StatusReference(string Uri, int Index)
{
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("status"u8);
        writer.WriteStartObject("status_list"u8);
        writer.WriteNumber("idx"u8, Index);
        writer.WriteString("uri"u8, Uri);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <returns>Null when it is not the one kind of status that can be looked up here: whoever cannot tell must not accept.</returns>
    internal static StatusReference? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || !reader.ValueTextEquals("status_list"u8)) return null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        (string? uri, int? index) = (null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isUri, isIndex) = (reader.ValueTextEquals("uri"u8) && uri is null, reader.ValueTextEquals("idx"u8) && index is null);
            reader.Read();
            if (isUri) uri = reader.GetString() ?? "";
            else if (isIndex && reader.TryGetInt32(out var number)) index = number;
            else return null;
        }

        return uri is { Length: > 0 } && index >= 0 && reader.Read() && reader.TokenType == JsonTokenType.EndObject
            ? new StatusReference(uri, index.Value)
            : null;
    }
}
