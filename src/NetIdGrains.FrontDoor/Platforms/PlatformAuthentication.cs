using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>Bearer tokens (RFC 6750) of platforms; no call to any grain.</summary>
internal sealed class PlatformAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Platform";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string Prefix = "Bearer ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || await tokens.PlatformOfAsync(header[Prefix.Length..]) is not { } platform)
            return AuthenticateResult.NoResult();
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, platform)], Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        new RefusalResult(Refusal.AccessTokenInvalid).ExecuteAsync(Context);
}
