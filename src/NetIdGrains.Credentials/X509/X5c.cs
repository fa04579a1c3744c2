// The header x5c (RFC 7515 §4.1.6): base64, not base64url, of the DER of each certificate, the signer's first.
using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.Credentials;

internal static class X5c
{
    private const int LongestEntry = 4096;

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
