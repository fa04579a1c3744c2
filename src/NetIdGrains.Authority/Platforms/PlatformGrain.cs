using System.Collections.Immutable;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

public sealed record PlatformState
{
    public PlatformRegistration? Registration { get; init; }

    /// <summary>Ids of client assertions already used, until they expire (RFC 7523 §3, item 7).</summary>
    public ImmutableDictionary<string, DateTimeOffset> UsedAssertions { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;
}

[GrainType("platform")]
public sealed class PlatformGrain(
    [PersistentState("platform", StorageNames.Platforms)] IPersistentState<PlatformState> stored,
    AccessTokens accessTokens,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<PlatformState>(stored), IPlatformGrain
{
    /// <summary>In five minutes; a token lasts as long, so one assertion per front door and minute is plenty.</summary>
    private const int MostAssertions = 1_000;

    private string PlatformId => this.GetPrimaryKeyString();

    Task<PlatformRegistration?> IPlatformGrain.Registration() => Task.FromResult(State.Registration);

    async Task<Answer<PlatformRegistration>> IPlatformGrain.Register(PlatformRegistration registration)
    {
        if (State.Registration == registration)
            return registration;
        if (State.Registration is not null)
            return Refusal.PlatformExists;
        if (!ClientAssertions.AreGoodKeys(registration.Keys))
            return Refusal.PlatformKeysInvalid;
        return await TrySaveAsync(State with { Registration = registration }) ? registration : Refusal.Unavailable;
    }

    async Task<Answer<AccessToken>> IPlatformGrain.Authenticate(ClientAssertion assertion)
    {
        if (State.Registration is not { } registration)
        {
            DeactivateOnIdle(); // a guessed id leaves nothing in memory
            return Refusal.ClientUnknown;
        }

        var now = time.GetUtcNow();
        var (refusal, id, expires) = await ClientAssertions.CheckAsync(assertion.Jwt, PlatformId, registration.Keys, options.Issuer, now);
        if (refusal != Refusal.None)
            return refusal;
        var stillGood = State.UsedAssertions.RemoveRange(State.UsedAssertions.Where(used => used.Value < now).Select(used => used.Key));
        if (stillGood.ContainsKey(id))
            return Refusal.AssertionReplayed;
        if (stillGood.Count >= MostAssertions)
            return Refusal.TooManyAssertions;
        return await TrySaveAsync(State with { UsedAssertions = stillGood.Add(id, expires) })
            ? accessTokens.Issue(PlatformId)
            : Refusal.Unavailable;
    }
}

/// <summary><c>private_key_jwt</c> (RFC 7523 §2.2, §3): signed by a registered key, for us, for a few minutes, once.</summary>
internal static class ClientAssertions
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly string[] Algorithms =
        [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256];

    /// <summary>The token endpoint is the audience that RFC 7523 names; OpenID Connect clients may use the issuer instead.</summary>
    public static string TokenEndpoint(string issuer) => $"{issuer}/v1/token";

    public static bool AreGoodKeys(string jwks)
    {
        try
        {
            var keys = new JsonWebKeySet(jwks).Keys;
            return keys.Count > 0 && keys.All(key => !key.HasPrivateKey && IsStrong(key));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false; // not a key set, or not base64url in it
        }
    }

    private static bool IsStrong(JsonWebKey key) =>
        key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve ? key.Crv is "P-256" or "P-384" && key.KeySize is 256 or 384
        : key.Kty == JsonWebAlgorithmsKeyTypes.RSA && key.KeySize >= 2048;

    public static async Task<(Refusal Refusal, string Id, DateTimeOffset Expires)> CheckAsync(
        string jwt, string clientId, string keys, string issuer, DateTimeOffset now)
    {
        var handler = new JsonWebTokenHandler { MaximumTokenSizeInBytes = 16 * 1024 };
        var result = await handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidIssuer = clientId,
            ValidAudiences = [TokenEndpoint(issuer), issuer],
            IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
            ValidAlgorithms = Algorithms,
            LifetimeValidator = (notBefore, expires, _, _) => IsTimely(notBefore, expires, now),
        });
        if (!result.IsValid)
            return (result.Exception is SecurityTokenInvalidLifetimeException ? Refusal.AssertionExpired : Refusal.AssertionInvalid, "", default);
        var token = (JsonWebToken)result.SecurityToken;
        return token.Subject == clientId && token.Id is { Length: > 0 and <= 64 }
            ? (Refusal.None, token.Id, new DateTimeOffset(token.ValidTo) + Skew)
            : (Refusal.AssertionInvalid, "", default);
    }

    private static bool IsTimely(DateTime? notBefore, DateTime? expires, DateTimeOffset now) =>
        expires is not null
        && now.UtcDateTime < expires + Skew
        && now.UtcDateTime + Longest + Skew >= expires
        && (notBefore is null || now.UtcDateTime >= notBefore - Skew);
}
