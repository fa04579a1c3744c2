using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.Authority;

/// <summary>
/// The addresses that others may name for us to call. This reads the text, when it is registered and before each call; what the name leads to
/// is <see cref="OutboundHttp"/>'s to check, at each connection, because a name can lead elsewhere tomorrow.
/// </summary>
public static class OutboundAddress
{
    public const int Longest = 512;
    public const int Port = 443;

    /// <summary>
    /// https on its own port, to a name: a literal address is nobody's name, and no certificate authority vouches for it. In development also
    /// http and https to this very machine, on any port.
    /// </summary>
    public static bool IsAcceptable(string? address, bool allowDevelopment, [NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        if (address is null || address.Length > Longest || !address.All(IsPlain) || !Uri.TryCreate(address, UriKind.Absolute, out var parsed))
            return false;
        var isAcceptable = parsed.UserInfo.Length == 0
            && ((parsed is { Scheme: "https", Port: Port } && IsName(parsed)) || (allowDevelopment && IsOfDevelopment(parsed)));
        uri = isAcceptable ? parsed : null;
        return isAcceptable;
    }

    public static bool IsOfDevelopment(Uri uri) => uri.Scheme is "http" or "https" && uri.IsLoopback;

    /// <summary>What a parser would trim, turn around or drop is not an address that two parsers read alike (RFC 3986 §2 has none of it).</summary>
    private static bool IsPlain(char letter) => letter is > ' ' and < '\x7f' and not ('\\' or '#');

    /// <summary>A public name has more labels than one, and its last begins with a letter; one that ends in a number may be read as an address.</summary>
    private static bool IsName(Uri uri) =>
        uri is { HostNameType: UriHostNameType.Dns, IsLoopback: false }
        && uri.Host.LastIndexOf('.') is > 0 and var dot && dot + 1 < uri.Host.Length && char.IsAsciiLetter(uri.Host[dot + 1]);
}
