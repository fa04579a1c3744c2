using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// A platform's access tokens (RFC 9068 form). Every front door can check one without asking anybody: they are authenticated with a key
/// that all processes derive from the vault, and only the authority itself reads them.
/// </summary>
public sealed class AccessTokens(AuthorityKeys keys, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    private readonly SymmetricSecurityKey _key = new(keys.AccessTokens);
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = 4 * 1024, SetDefaultTimesOnTokenCreation = false };

    public AccessToken Issue(string platformId)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var id = new byte[16];
        random.Fill(id);
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Issuer,
            Audience = options.Issuer,
            TokenType = "at+jwt",
            IssuedAt = now,
            Expires = now + options.AccessTokenLifetime,
            Claims = new Dictionary<string, object> { ["sub"] = platformId, ["client_id"] = platformId, ["jti"] = Base32.Encode(id) },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
        return new AccessToken(token, (int)options.AccessTokenLifetime.TotalSeconds);
    }

    /// <summary>The platform a token was issued to; null when it is not ours or its time is over.</summary>
    public async Task<string?> PlatformOfAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = options.Issuer,
            ValidAudience = options.Issuer,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = _key,
            LifetimeValidator = (_, expires, _, _) => time.GetUtcNow().UtcDateTime < expires,
        });
        return result.IsValid ? ((JsonWebToken)result.SecurityToken).Subject : null;
    }
}
