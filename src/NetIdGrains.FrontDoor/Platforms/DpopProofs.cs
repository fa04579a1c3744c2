using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// Proofs of possession (RFC 9449): each is for one request, for a minute, once in this process. At another front door it could be shown
/// again within that minute, and would still meet the sequence number of the first.
/// </summary>
internal sealed class DpopProofs(TimeProvider time, AuthorityOptions options)
{
    private const string HeaderName = "DPoP";

    /// <summary>RFC 9449 §11.1 wants seconds or minutes; less than elsewhere, because each is remembered as long.</summary>
    private static readonly TimeSpan OldestAccepted = TimeSpan.FromMinutes(1);

    /// <summary>Twice what a proof can live, so that one generation outlives all that the other has.</summary>
    private static readonly TimeSpan Generation = TimeSpan.FromMinutes(3);

    private readonly Lock _gate = new();
    private HashSet<UInt128> _used = [];
    private HashSet<UInt128> _before = [];
    private DateTimeOffset _turned;

    /// <summary>The key that this request is proved by.</summary>
    /// <param name="request">The request with its proof.</param>
    /// <param name="accessToken">The token that it uses; null for the request that asks for one.</param>
    /// <param name="known">The key of the last proof with this token: to make a key of a text costs more than to verify with it.</param>
    public (Fault Fault, ProvedKey? Key) Check(HttpRequest request, string? accessToken, ProvedKey? known)
    {
        if (request.Headers[HeaderName] is not [{ } text])
            return (Invalid("The header DPoP must be there, once."), null);
        if (!DpopProof.TryParse(text, out var proof))
            return (Invalid(
                "It is no proof: a JWT with typ dpop+jwt, alg ES256 and a public jwk; jti of at most 64 characters, htm, htu, iat, and ath beside a token."), null);
        var key = known?.HeaderText == proof.HeaderText ? known : proof.TryReadKey(out var read) ? new ProvedKey(proof.HeaderText, read, read.Thumbprint) : null;
        if (key is null || !proof.VerifiedBy(key.Key))
            return (Invalid("Its signature does not verify under the jwk in its header."), null);
        var now = time.GetUtcNow();
        if (FaultOf(proof, request, accessToken, now) is not DpopFault.None and var fault)
            return (Invalid(Words(fault, request)), null);
        return IsNew(key.Thumbprint, proof.Id, now) ? (Refusal.None, key) : (Refusal.DpopProofReplayed, null);
    }

    private static Fault Invalid(string detail) => new(Refusal.DpopProofInvalid, detail);

    /// <summary>None if it is good for any of our addresses; otherwise how far it came with the one that it fits best.</summary>
    private DpopFault FaultOf(DpopProof proof, HttpRequest request, string? accessToken, DateTimeOffset now)
    {
        var furthest = DpopFault.Method;
        foreach (var address in Addresses(request))
        {
            if (proof.Check(request.Method, address, accessToken, now) is not DpopFault.None and var fault)
                furthest = fault > furthest ? fault : furthest;
            else
                return now - proof.Time > OldestAccepted ? DpopFault.Stale : DpopFault.None;
        }

        return furthest;
    }

    /// <summary>The address by its pattern: what a caller put into the path is not repeated.</summary>
    private string Words(DpopFault fault, HttpRequest request) => fault switch
    {
        DpopFault.Method => "htm must be the request's method, in upper case.",
        DpopFault.Address =>
            $"htu must be the request's address without its query: {options.Issuer}{(request.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}.",
        DpopFault.Stale => "iat must be now: at most a minute old, and hardly ahead. Mend the clock, or sign a new proof for each request.",
        _ => "ath must be the SHA-256 of the access token that goes with it, in base64url.",
    };

    /// <summary>Where we are known to be, and where we know that we listen: never what the request says of itself.</summary>
    private IEnumerable<string> Addresses(HttpRequest request)
    {
        var connection = request.HttpContext.Connection;
        yield return options.Issuer + request.Path;
        if (connection.LocalIpAddress is not { } address)
            yield break;
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
        yield return $"{request.Scheme}://{host}:{connection.LocalPort}{request.Path}";
    }

    private bool IsNew(string thumbprint, string id, DateTimeOffset now)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{thumbprint}/{id}"), hash);
        var entry = BitConverter.ToUInt128(hash);
        lock (_gate)
        {
            if (now - _turned > Generation || now < _turned)
                (_before, _used, _turned) = (_used, [], now);
            return !_before.Contains(entry) && _used.Add(entry);
        }
    }
}

/// <param name="HeaderText">The proof's encoded header, the same in every proof by one key.</param>
internal sealed record ProvedKey(string HeaderText, IVerificationKey Key, string Thumbprint);

/// <summary>Access tokens seen lately, so that one that comes a thousand times is read once.</summary>
internal sealed class SeenTokens(AccessTokens tokens, TimeProvider time)
{
    private const int Most = 20_000;
    private readonly ConcurrentDictionary<string, SeenToken> _seen = new();

    public async ValueTask<SeenToken?> FindAsync(string token)
    {
        var now = time.GetUtcNow();
        if (_seen.TryGetValue(token, out var known))
            return now < known.Expires ? known : null;
        if (await tokens.ReadAsync(token) is not { } read)
            return null;
        if (_seen.Count >= Most)
        {
            foreach (var old in _seen.Where(entry => now >= entry.Value.Expires))
                _seen.TryRemove(old.Key, out _);
        }

        var seen = new SeenToken(read.Binding, read.Expires);
        return _seen.Count < Most ? _seen.GetOrAdd(token, seen) : seen;
    }
}

internal sealed class SeenToken(TokenBinding binding, DateTimeOffset expires)
{
    public TokenBinding Binding => binding;

    public DateTimeOffset Expires => expires;

    public ProvedKey? Key { get; set; }
}
