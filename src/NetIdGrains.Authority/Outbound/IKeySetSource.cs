namespace NetIdGrains.Authority;

/// <summary>Where a platform's public keys come from when it publishes them itself instead of handing them in.</summary>
public interface IKeySetSource
{
    /// <summary>The text of a JWK set (RFC 7517 §5) as it came, not yet read. One that cannot be had throws <see cref="IOException"/>.</summary>
    Task<string> FetchAsync(Uri address, CancellationToken cancellationToken);
}
