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
    public (Refusal Refusal, ProvedKey? Key) Check(HttpRequest request, string? accessToken, ProvedKey? known)
    {
        if (request.Headers[HeaderName] is not [{ } text] || !DpopProof.TryParse(text, out var proof))
            return (Refusal.DpopProofInvalid, null);
        var key = known?.HeaderText == proof.HeaderText ? known : proof.TryReadKey(out var read) ? new ProvedKey(proof.HeaderText, read, read.Thumbprint) : null;
        if (key is null || !proof.VerifiedBy(key.Key))
            return (Refusal.DpopProofInvalid, null);
        var now = time.GetUtcNow();
        if (now - proof.Time > OldestAccepted || Addresses(request).All(address => proof.Check(request.Method, address, accessToken, now) != DpopFault.None))
            return (Refusal.DpopProofInvalid, null);
        return IsNew(key.Thumbprint, proof.Id, now) ? (Refusal.None, key) : (Refusal.DpopProofReplayed, null);
    }

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
