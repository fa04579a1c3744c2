// Row keys that tell nothing without the vault's key: HMAC-SHA256 (RFC 2104) cut to its leftmost bits (§5), in base32.
// Each is used with a key of its own, derived under its own label, so no two of them can ever meet. The lengths are frozen: they are keys
// of stored rows.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

/// <summary>The key of a person's record: two documents of one person give one index (A2-5). Never shown outside the authority.</summary>
public static class PersonIndex
{
    public static string Derive(ReadOnlySpan<byte> key, string registerPersonId) =>
        KeyedIndex.Derive(key, Encoding.UTF8.GetBytes(registerPersonId), bits: 120);
}

/// <summary>The key of the row that turns a handle back into a person, for a statutory disclosure only (A8-3).</summary>
public static class EnrolmentIndex
{
    public static string Derive(ReadOnlySpan<byte> key, EnrolmentHandle handle) => KeyedIndex.Derive(key, handle.ToArray(), bits: 120);
}

/// <summary>
/// What stands for a citizen in one day's authentication log: only the holder of the citizen's log key can find their lines,
/// and lines of two days do not join (A12-1).
/// </summary>
public static class LogTag
{
    public static string Derive(ReadOnlySpan<byte> logKey, DateOnly day) =>
        KeyedIndex.Derive(logKey, Encoding.ASCII.GetBytes(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), bits: 128);
}

internal static class KeyedIndex
{
    public static string Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, int bits)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, mac);
        return Base32.Encode(mac[..(bits / 8)]);
    }
}
