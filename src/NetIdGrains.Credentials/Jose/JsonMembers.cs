// Reading claims without exceptions: a member that is absent or of another type is null, and null passes no check.
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal static class JsonMembers
{
    /// <summary>The last second of the year 9999: no NumericDate goes beyond.</summary>
    public const long LastSecond = 253_402_300_799;

    public static string? Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    public static int? Number(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number)
            ? number
            : null;

    /// <summary>A NumericDate (RFC 7519 §2) in whole seconds.</summary>
    public static DateTimeOffset? Time(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var seconds) && seconds is >= 0 and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    public static bool HasOnly(this JsonElement json, HashSet<string> names)
    {
        foreach (var member in json.EnumerateObject())
            if (!names.Contains(member.Name)) return false;
        return true;
    }

    /// <summary>Signed just now: five minutes for slow networks and people, half a minute for clocks that run ahead.</summary>
    public static bool IsFresh(this DateTimeOffset signed, DateTimeOffset now) =>
        signed >= now - TimeSpan.FromMinutes(5) && signed <= now + TimeSpan.FromSeconds(30);
}
