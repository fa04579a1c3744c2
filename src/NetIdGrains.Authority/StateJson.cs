using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetIdGrains.Authority;

/// <summary>How stored state is written, on every engine: members a newer version has added are passed over by an older one.</summary>
public static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
