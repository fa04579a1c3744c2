using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>
/// Reads a JSON object into a record that names every member: none may be missing unless the record gives it a default, none may be more
/// (A9-1: no data that is not needed), and each fault has its own refusal.
/// </summary>
public static class StrictObject
{
    public static (Refusal Refusal, T? Value) Read<T>(JsonElement root, JsonSerializerOptions options)
        where T : class
    {
        var members = options.GetTypeInfo(typeof(T)).Properties;
        if (root.EnumerateObject().Any(given => members.All(member => member.Name != given.Name)))
            return (Refusal.UnknownField, null);
        if (members.Any(member => member.IsRequired && !root.TryGetProperty(member.Name, out _)))
            return (Refusal.FieldMissing, null);
        if (HasNullInList(root))
            return (Refusal.FieldInvalid, null);
        try
        {
            return (Refusal.None, root.Deserialize<T>(options));
        }
        catch (JsonException)
        {
            return (Refusal.FieldInvalid, null);
        }
    }
    /// <summary>No list that is taken has nothing among its elements, and nullable annotations do not reach into lists.</summary>
    private static bool HasNullInList(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => HasNullInList(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(element => element.ValueKind == JsonValueKind.Null || HasNullInList(element)),
        _ => false,
    };
}
