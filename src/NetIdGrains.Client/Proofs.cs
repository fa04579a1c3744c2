using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Client;

/// <summary>What a platform signs to be known by, for those who speak HTTP by themselves; <see cref="AuthorityClient"/> does it unasked.</summary>
/// <param name="credentials">Who signs.</param>
/// <param name="time">The clock; within some seconds of the authority's.</param>
public sealed class Proofs(PlatformCredentials credentials, TimeProvider time)
{
    internal const string TokenPath = "/v1/token";

    /// <summary>How long before its end a token is no longer used: a request takes a while to arrive.</summary>
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <summary>A client assertion (RFC 7523 §3), good once within two minutes.</summary>
    /// <param name="audience">The issuer in <c>/.well-known/netid-authority</c> followed by <c>/v1/token</c>.</param>
    public string Assertion(string audience)
    {
        var now = time.GetUtcNow();
        var header = new Dictionary<string, string> { ["alg"] = credentials.SigningKey.Algorithm, ["kid"] = credentials.SigningKey.PublicKey.Thumbprint };
        var claims = new Dictionary<string, object>
        {
            ["iss"] = credentials.Id,
            ["sub"] = credentials.Id,
            ["aud"] = audience,
            ["jti"] = Fresh.Nonce(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        };
        return CompactJws.Sign(
            JsonSerializer.SerializeToUtf8Bytes(header, ClientJson.Options),
            JsonSerializer.SerializeToUtf8Bytes(claims, ClientJson.Options),
            credentials.SigningKey);
    }

    /// <summary>A proof for the header <c>DPoP</c> (RFC 9449 §4.2), good for one request within a minute.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="address">Of the request; query and fragment do not count.</param>
    /// <param name="accessToken">That goes with the request; null in the one that asks for it.</param>
    public string Proof(HttpMethod method, Uri address, string? accessToken = null) =>
        DpopProof.Create(method.Method, address.AbsoluteUri, time.GetUtcNow(), Fresh.Nonce(), credentials.SigningKey, accessToken);
}
