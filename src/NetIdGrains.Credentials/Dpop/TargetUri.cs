// RFC 9449 §4.3: the address a proof is for, compared without query and fragment after the normalisation that takes no table: letters of scheme and
// host in either case (RFC 3986 §6.2.2.1), a default port and an empty path (§6.2.3). Percent-encodings are compared as they are written.
using System.Text;

namespace NetIdGrains.Credentials;

internal static class TargetUri
{
    public static string WithoutQuery(string uri) => uri.AsSpan().IndexOfAny('?', '#') is >= 0 and var end ? uri[..end] : uri;

    public static bool AreSame(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        TrySplit(one, out var scheme, out var authority, out var path)
        && TrySplit(other, out var otherScheme, out var otherAuthority, out var otherPath)
        && Ascii.EqualsIgnoreCase(scheme, otherScheme)
        && Ascii.EqualsIgnoreCase(authority, otherAuthority)
        && path.SequenceEqual(otherPath);

    private static bool TrySplit(
        ReadOnlySpan<char> uri, out ReadOnlySpan<char> scheme, out ReadOnlySpan<char> authority, out ReadOnlySpan<char> path)
    {
        scheme = authority = path = [];
        var colon = uri.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0) return false;
        scheme = uri[..colon];
        var rest = uri[(colon + 3)..];
        if (rest.IndexOfAny('?', '#') is >= 0 and var end) rest = rest[..end];
        var slash = rest.IndexOf('/');
        authority = WithoutDefaultPort(scheme, slash < 0 ? rest : rest[..slash]);
        path = slash < 0 ? "/" : rest[slash..];
        return authority.Length > 0;
    }

    private static ReadOnlySpan<char> WithoutDefaultPort(ReadOnlySpan<char> scheme, ReadOnlySpan<char> authority)
    {
        var port = Ascii.EqualsIgnoreCase(scheme, "https") ? ":443" : Ascii.EqualsIgnoreCase(scheme, "http") ? ":80" : "";
        return authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority;
    }
}
