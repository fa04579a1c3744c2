using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>What anyone may know of the authority, and whether this process is alive and ready.</summary>
internal static class MetadataApi
{
    public const string ReadyTag = "ready";

    public static void MapMetadata(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/netid-authority", GetMetadata)
            .WithTags("Metadata")
            .WithSummary("Issuer, endpoints, and the root that receipts and certificates chain to");
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag) });
        routes.MapOpenApi("/openapi/{documentName}.json");
    }

    private static Ok<AuthorityMetadata> GetMetadata(AuthorityOptions options, AuthorityKeys keys) => TypedResults.Ok(new AuthorityMetadata(
        options.Issuer, "/v1/token", "/v1/verifications", "/v1/applications", "/v1/notice", Convert.ToBase64String(keys.RootCertificate), options.CertificateBatch));
}

/// <param name="Issuer">The authority's name in everything it signs, and the audience of what is signed for it.</param>
/// <param name="TokenEndpoint">Relative to this server.</param>
/// <param name="VerificationEndpoint">Relative to this server.</param>
/// <param name="ApplicationEndpoint">Relative to this server.</param>
/// <param name="Notice">Relative to this server.</param>
/// <param name="RootCertificate">DER in base64: what <c>x5c</c> in certificates and receipts chains to.</param>
/// <param name="CertificateBatch">The most certificates that a wallet may apply for at once.</param>
internal sealed record AuthorityMetadata(
    string Issuer, string TokenEndpoint, string VerificationEndpoint, string ApplicationEndpoint, string Notice, string RootCertificate, int CertificateBatch);
