using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Platforms' key sets: given with the registration, or fetched from where the platform keeps them and remembered for a while.</summary>
public sealed class PlatformKeys(IKeySetSource source, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>A key we have not seen yet is looked for at most this often: an assertion under a made-up key must not make us fetch.</summary>
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Fetched> _sets = new();

    /// <summary>The sets of keys that are good now, the current one first.</summary>
    /// <exception cref="IOException">The set cannot be fetched, and none is remembered.</exception>
    public async Task<ImmutableArray<string>> CurrentAsync(PlatformState state, bool again = false)
    {
        var registration = state.Registration!;
        var current = registration.Keys ?? await FetchAsync(registration.KeysAddress!, again);
        var now = time.GetUtcNow();
        return [current, .. state.Retiring.Where(retiring => now < retiring.Until).Select(retiring => retiring.Keys)];
    }

    /// <summary>The set with the key that what goes to this platform is sealed to (A8-2); null when there is none in it.</summary>
    /// <exception cref="IOException">The set cannot be fetched, and none is remembered.</exception>
    public async Task<string?> RecipientSetAsync(PlatformRecord platform)
    {
        var keys = platform.Registration.Keys ?? await FetchAsync(platform.Registration.KeysAddress!, again: false);
        var good = platform.RemovedKeys.IsEmpty ? keys : Without(keys, platform.RemovedKeys);
        return JweRecipient.TryFindIn(Encoding.UTF8.GetBytes(good), out _) ? good : null;
    }

    /// <summary>The set as it is now.</summary>
    /// <exception cref="IOException">It cannot be fetched, and none is remembered.</exception>
    public async Task<string> SetAsync(PlatformRegistration registration) => registration.Keys ?? await FetchAsync(registration.KeysAddress!, again: false);

    public static bool AreGood(string jwks)
    {
        try
        {
            var keys = new JsonWebKeySet(jwks).Keys;
            return keys.Any(IsForSigning) && keys.All(key => !key.HasPrivateKey && IsStrong(key) && IsKey(key));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false; // not a key set, or not base64url in it
        }
    }

    /// <summary>What may sign assertions: no key for encryption, and none that was taken back.</summary>
    public static IEnumerable<JsonWebKey> SigningKeys(IEnumerable<string> sets, ImmutableArray<string> removed) => sets
        .SelectMany(set => new JsonWebKeySet(set).Keys)
        .Where(key => IsForSigning(key) && IsStrong(key) && !removed.Contains(ThumbprintOf(key)));

    /// <summary>RFC 7638 §3.</summary>
    public static string ThumbprintOf(JsonWebKey key) => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());

    private static string Without(string jwks, ImmutableArray<string> removed)
    {
        var set = JsonNode.Parse(jwks)!.AsObject();
        var kept = set["keys"]!.AsArray().Where(key => !removed.Contains(ThumbprintOf(new JsonWebKey(key!.ToJsonString()))));
        set["keys"] = new JsonArray([.. kept.Select(key => key!.DeepClone())]);
        return set.ToJsonString();
    }

    private static bool IsForSigning(JsonWebKey key) => key.Use is null or "" or "sig";

    private static bool IsStrong(JsonWebKey key) =>
        key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve ? key.Crv is "P-256" or "P-384" && key.KeySize is 256 or 384
        : key.Kty == JsonWebAlgorithmsKeyTypes.RSA && key.KeySize >= 2048;

    /// <summary>Whether a key can be made of it: a point that is not on its curve is none.</summary>
    private static bool IsKey(JsonWebKey key)
    {
        try
        {
            if (key.Kty == JsonWebAlgorithmsKeyTypes.RSA)
                return key.E is not null && key.N is not null;
            var curve = key.Crv == "P-256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;
            var point = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) };
            using var made = ECDsa.Create(new ECParameters { Curve = curve, Q = point });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private async Task<string> FetchAsync(string address, bool again)
    {
        var known = _sets.GetValueOrDefault(address);
        if (known is not null && (time.GetElapsedTime(known.Tried) < BetweenFetches || (!again && known.IsRemembered(time))))
            return known.Keys ?? throw new IOException("A platform's key set could not be fetched a moment ago.");
        try
        {
            var keys = await source.FetchAsync(new Uri(address), CancellationToken.None);
            if (!AreGood(keys))
                throw new IOException("A platform's key set is none that it can be authenticated by.");
            _sets[address] = new Fetched(keys, time.GetTimestamp(), time.GetTimestamp());
            return keys;
        }
        catch (IOException)
        {
            // Its server is away: what it published last still says who it is. It is not asked at each assertion either, which anyone can send.
            _sets[address] = new Fetched(known?.Keys, known?.Since ?? 0, time.GetTimestamp());
            if (known?.Keys is { } last)
                return last;
            throw;
        }
    }

    /// <param name="Keys">Null if they were never to be had.</param>
    /// <param name="Since">When they were fetched.</param>
    /// <param name="Tried">When they were last asked for.</param>
    private sealed record Fetched(string? Keys, long Since, long Tried)
    {
        public bool IsRemembered(TimeProvider time) => Keys is not null && time.GetElapsedTime(Since) < Remembered;
    }
}

/// <summary><c>private_key_jwt</c> (RFC 7523 §2.2, §3): signed by a registered key, for us, for a few minutes, once.</summary>
internal static class ClientAssertions
{
    private const string Unsigned = "It is signed by none of the platform's keys that are good now, or not with ES256, ES384, RS256 or PS256.";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly string[] Algorithms =
        [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256];

    /// <summary>The token endpoint is the audience that RFC 7523 names; OpenID Connect clients may use the issuer instead.</summary>
    public static string TokenEndpoint(string issuer) => $"{issuer}/v1/token";

    public static async Task<CheckedAssertion> CheckAsync(string jwt, string clientId, IEnumerable<JsonWebKey> keys, string issuer, DateTimeOffset now)
    {
        var handler = new JsonWebTokenHandler { MaximumTokenSizeInBytes = 16 * 1024 };
        var result = await handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidIssuer = clientId,
            ValidAudiences = [TokenEndpoint(issuer), issuer],
            IssuerSigningKeys = keys,
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = Algorithms,
            LifetimeValidator = (notBefore, expires, _, _) => IsTimely(notBefore, expires, now),
        });
        if (!result.IsValid)
            return new CheckedAssertion(FaultOf(result.Exception, issuer));
        var token = (JsonWebToken)result.SecurityToken;
        if (token.Subject != clientId || token.SigningKey is not JsonWebKey key)
            return new CheckedAssertion(new Fault(Refusal.AssertionInvalid, "iss and sub must both be the platform's id."));
        return token.Id is { Length: > 0 and <= 64 }
            ? new CheckedAssertion(Refusal.None, token.Id, new DateTimeOffset(token.ValidTo) + Skew, PlatformKeys.ThumbprintOf(key))
            : new CheckedAssertion(new Fault(Refusal.AssertionInvalid, "jti must be 1 to 64 characters, never used before."));
    }

    /// <summary>The signature is looked at before all else, so that whoever is told more has the key.</summary>
    private static Fault FaultOf(Exception exception, string issuer) => exception switch
    {
        SecurityTokenInvalidLifetimeException => Refusal.AssertionExpired,
        SecurityTokenInvalidAudienceException => new Fault(Refusal.AssertionInvalid, $"aud must be {TokenEndpoint(issuer)}, or {issuer}."),
        SecurityTokenInvalidIssuerException => new Fault(Refusal.AssertionInvalid, "iss and sub must both be the platform's id."),
        SecurityTokenInvalidAlgorithmException => new Fault(Refusal.AssertionInvalid, Unsigned),
        SecurityTokenInvalidSignatureException => new Fault(Refusal.AssertionInvalid, Unsigned),
        _ => new Fault(Refusal.AssertionInvalid, "It is no JWT with a header, claims and a signature."),
    };

    private static bool IsTimely(DateTime? notBefore, DateTime? expires, DateTimeOffset now) =>
        expires is not null
        && now.UtcDateTime < expires + Skew
        && now.UtcDateTime + Longest + Skew >= expires
        && (notBefore is null || now.UtcDateTime >= notBefore - Skew);

    /// <param name="Fault">None, or why it is worth nothing.</param>
    /// <param name="Id">Its <c>jti</c>.</param>
    /// <param name="Expires">Until when the id is remembered.</param>
    /// <param name="Key">The thumbprint of the key that signed it.</param>
    public sealed record CheckedAssertion(Fault Fault, string Id = "", DateTimeOffset Expires = default, string Key = "");
}
