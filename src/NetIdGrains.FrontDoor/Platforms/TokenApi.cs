using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.JsonWebTokens;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// The token endpoint: client credentials (RFC 6749 §4.4) with <c>private_key_jwt</c> (RFC 7523 §2.2), and a token bound to the key that a
/// DPoP proof shows (RFC 9449 §5).
/// </summary>
internal static class TokenApi
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int MostBytes = 16 * 1024;

    public static void MapToken(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/token", IssueToken)
            .WithTags("Platforms")
            .WithSummary("An access token for a client assertion, bound to the key of the DPoP proof")
            .Accepts<TokenRequest>("application/x-www-form-urlencoded")
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    private static async Task<Results<Ok<TokenResponse>, RefusalResult>> IssueToken(HttpContext context, IGrainFactory grains, DpopProofs proofs)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != "application/x-www-form-urlencoded")
            return new RefusalResult(Refusal.WrongContentType);
        if (await TryReadFormAsync(context) is not { } form)
            return new RefusalResult(Fault.Invalid("The form is none, or has more or longer fields than a token request."));
        if (form["grant_type"] != "client_credentials" || form["client_assertion_type"] != AssertionType)
            return new RefusalResult(Refusal.GrantTypeUnsupported);
        if (ClientOf(form["client_assertion"]) is not { } client)
            return new RefusalResult(new Fault(Refusal.AssertionInvalid, "client_assertion must be a JWT whose iss and sub are the platform's id."));
        if (form.ContainsKey("client_id") && form["client_id"] != client)
            return new RefusalResult(new Fault(Refusal.AssertionInvalid, "client_id, which can be left out, must be the assertion's sub."));
        var (fault, key) = proofs.Check(context.Request, accessToken: null, known: null);
        if (key is null)
            return new RefusalResult(fault);
        var answer = await grains.GetGrain<IPlatformGrain>(client).Authenticate(new ClientAssertion(form["client_assertion"].ToString(), key.Thumbprint));
        if (answer.Value is not { } token)
            return RefusalResult.Of(answer);
        context.Response.Headers.CacheControl = "no-store"; // RFC 6749 §5.1
        return TypedResults.Ok(new TokenResponse(token.Token, "DPoP", token.ExpiresIn));
    }

    private static async Task<IFormCollection?> TryReadFormAsync(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null; // more or longer fields than any token request has
        }
    }

    /// <summary>Who the assertion says it is from, to route by; the platform's grain checks it.</summary>
    private static string? ClientOf(string? assertion)
    {
        try
        {
            return new JsonWebToken(assertion).Subject is { } client && PlatformRules.IsGoodId(client) ? client : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

internal sealed record TokenRequest(string GrantType, string ClientAssertionType, string ClientAssertion);

internal sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn)
{
    public override string ToString() => "sealed";
}
