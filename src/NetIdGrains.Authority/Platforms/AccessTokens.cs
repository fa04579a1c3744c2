using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Whose token it is, and what it is bound to.</summary>
/// <param name="Platform">The platform it was issued to.</param>
/// <param name="ProofKey">The RFC 7638 thumbprint of the key that every request with it is proved by (RFC 9449 §6.1).</param>
/// <param name="AssertionKey">The thumbprint of the key that it was got with: when that is taken back, so is this.</param>
public sealed record TokenBinding(string Platform, string ProofKey, string AssertionKey);

/// <summary>
/// A platform's access tokens (RFC 9068 form, bound by RFC 9449). Every front door can check one without asking anybody: they are authenticated
/// with a key that all processes derive from the vault, and only the authority itself reads them.
/// </summary>
public sealed class AccessTokens(AuthorityKeys keys, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    private const string AssertionKeyClaim = "client_key";
    private readonly SymmetricSecurityKey _key = new(keys.AccessTokens);
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = 4 * 1024, SetDefaultTimesOnTokenCreation = false };

    public AccessToken Issue(TokenBinding binding)
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
            Claims = new Dictionary<string, object>
            {
                ["sub"] = binding.Platform,
                ["client_id"] = binding.Platform,
                ["jti"] = Base32.Encode(id),
                ["cnf"] = new Dictionary<string, object> { ["jkt"] = binding.ProofKey },
                [AssertionKeyClaim] = binding.AssertionKey,
            },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
        return new AccessToken(token, (int)options.AccessTokenLifetime.TotalSeconds);
    }

    /// <summary>Whose token this is and until when; null when it is not ours or its time is over.</summary>
    public async Task<(TokenBinding Binding, DateTimeOffset Expires)?> ReadAsync(string token)
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
        if (!result.IsValid)
            return null;
        var read = (JsonWebToken)result.SecurityToken;
        var proofKey = read.GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetProperty("jkt").GetString()!;
        return (new TokenBinding(read.Subject, proofKey, read.GetPayloadValue<string>(AssertionKeyClaim)), new DateTimeOffset(read.ValidTo));
    }
}
