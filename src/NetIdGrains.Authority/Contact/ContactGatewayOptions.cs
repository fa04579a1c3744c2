namespace NetIdGrains.Authority;

/// <summary>What an operator may set under <c>Authority:ContactGateway</c>; with none of it no contact address is taken.</summary>
public sealed class ContactGatewayOptions
{
    /// <summary>The service's base address, ending in a slash.</summary>
    public string Address { get; set; } = "";

    /// <summary>The bearer token that the service knows us by.</summary>
    public string Token { get; set; } = "";

    /// <summary>The longest that handing on one message may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    internal IEnumerable<string> Faults()
    {
        if (!IsSafe(Address))
            yield return "Authority:ContactGateway:Address must be an absolute https URI ending in / (http only to this machine), or all of it be left out.";
        if (Token.Length == 0 || !Token.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._~+/=".Contains(letter, StringComparison.Ordinal)))
            yield return "Authority:ContactGateway:Token must be the bearer token the service knows us by: letters, digits and -._~+/= (RFC 6750 §2.1).";
        if (Timeout < TimeSpan.FromMilliseconds(10) || Timeout > TimeSpan.FromSeconds(30))
            yield return "Authority:ContactGateway:Timeout must be between 00:00:00.010 and 00:00:30; leave it out for 10 seconds.";
    }

    private static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && address.EndsWith('/')
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));
}
