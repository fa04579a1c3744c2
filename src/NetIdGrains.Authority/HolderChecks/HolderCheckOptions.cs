namespace NetIdGrains.Authority;

/// <summary>What an operator may set under <c>HolderCheck</c> in the configuration; with none of it there is no holder check.</summary>
public sealed class HolderCheckOptions
{
    /// <summary>The service's base address, ending in a slash.</summary>
    public string Address { get; set; } = "";

    /// <summary>The bearer token that says who we are: a service that tells anyone whose face it is would be a machine for finding out.</summary>
    public string Token { get; set; } = "";

    /// <summary>The longest one comparison may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From this score on the face counts as the holder's.</summary>
    public double MinimumScore { get; set; } = 0.8;

    /// <summary>From this liveness on the face counts as one before the camera, not a picture of one.</summary>
    public double MinimumLiveness { get; set; } = 0.8;

    /// <summary>Whether the answer is a yes.</summary>
    public bool Accepts(HolderCheckAnswer answer) => answer.Score >= MinimumScore && answer.Liveness >= MinimumLiveness;

    /// <summary>All that is wrong with these options, each with how to mend it; empty when they are fit to serve with.</summary>
    public IReadOnlyList<string> Faults() => [.. Check()];

    private IEnumerable<string> Check()
    {
        if (!IsSafe(Address))
            yield return "HolderCheck:Address must be an absolute https URI ending in / (http only to this machine), or all of HolderCheck be left out.";
        if (Token.Length == 0 || !Token.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._~+/=".Contains(letter, StringComparison.Ordinal)))
            yield return "HolderCheck:Token must be the bearer token that the service knows us by: letters, digits and -._~+/= (RFC 6750 §2.1).";
        if (Timeout < TimeSpan.FromMilliseconds(10) || Timeout > TimeSpan.FromSeconds(15))
            yield return "HolderCheck:Timeout must be between 00:00:00.010 and 00:00:15; leave it out for 5 seconds.";
        if (MinimumScore is not (> 0 and <= 1))
            yield return "HolderCheck:MinimumScore must be above 0 and at most 1; leave it out for 0.8.";
        if (MinimumLiveness is not (> 0 and <= 1))
            yield return "HolderCheck:MinimumLiveness must be above 0 and at most 1; leave it out for 0.8.";
    }

    private static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && address.EndsWith('/')
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));
}
