using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>The keys that certificates are asked for.</summary>
public static class HolderKeys
{
    /// <summary>As public JWKs; null unless possession of each is proved, and none stands twice: certificates would join (A8-4).</summary>
    public static ImmutableArray<string>? Prove(IReadOnlyList<string> proofs, AuthorityOptions options, string nonce, DateTimeOffset now)
    {
        if (proofs.Count == 0 || proofs.Count > options.CertificateBatch)
            return null;
        var keys = ImmutableArray.CreateBuilder<string>(proofs.Count);
        foreach (var proof in proofs)
        {
            if (!KeyProof.TryVerify(proof, options.Issuer, nonce, now, out var key))
                return null;
            keys.Add(key.ToJwk());
        }

        return keys.Distinct().Count() == keys.Count ? keys.MoveToImmutable() : null;
    }
}
