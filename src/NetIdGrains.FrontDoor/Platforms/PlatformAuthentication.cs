using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>Access tokens of platforms, each request proved by the key that its token is bound to (RFC 9449 §7); no call to any grain.</summary>
internal sealed class PlatformAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SeenTokens tokens, DpopProofs proofs)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Platform";
    public const string AssertionKeyClaim = "client_key";
    private Fault _fault = Refusal.AccessTokenInvalid;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string Prefix = "DPoP ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || await tokens.FindAsync(header[Prefix.Length..]) is not { } token)
            return AuthenticateResult.NoResult();
        (_fault, var key) = proofs.Check(Request, header[Prefix.Length..], token.Key);
        if (key is null)
            return AuthenticateResult.NoResult();
        if (key.Thumbprint != token.Binding.ProofKey)
        {
            _fault = new Fault(Refusal.DpopProofInvalid, "It is by another key than the one that the token was asked for with.");
            return AuthenticateResult.NoResult();
        }

        token.Key = key;
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, token.Binding.Platform), new Claim(AssertionKeyClaim, token.Binding.AssertionKey)], Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => new RefusalResult(_fault).ExecuteAsync(Context);
}
