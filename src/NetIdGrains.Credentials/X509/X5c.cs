// The header x5c (RFC 7515 §4.1.6): base64, not base64url, of the DER of each certificate, the signer's first.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace NetIdGrains.Credentials;

internal static class X5c
{
    public const string Name = "x5c";

    private const int LongestEntry = 4096;

    /// <returns>Null where there is none, or more than that many, or one that is not spelled as it should be.</returns>
    public static IReadOnlyList<byte[]>? Read(JsonElement header, int most)
    {
        if (!header.TryGetProperty(Name, out var x5c) || x5c.ValueKind != JsonValueKind.Array) return null;
        if (x5c.GetArrayLength() is var length && (length == 0 || length > most)) return null;
        var certificates = new List<byte[]>();
        foreach (var entry in x5c.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.String || !TryDecode(entry.GetString(), out var der)) return null;
            certificates.Add(der);
        }

        return certificates;
    }

    /// <summary>Only the one canonical spelling is read, because caches are kept by the text.</summary>
    public static bool TryDecode(string? entry, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        if (entry is null || entry.Length > LongestEntry) return false;
        var bytes = new byte[entry.Length];
        if (!Convert.TryFromBase64String(entry, bytes, out var written)) return false;
        der = bytes[..written];
        return Convert.ToBase64String(der) == entry;
    }
}
