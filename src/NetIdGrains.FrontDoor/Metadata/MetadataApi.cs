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

    private static Ok<AuthorityMetadata> GetMetadata(AuthorityOptions options, AuthorityKeys keys, HolderChecks holderChecks) =>
        TypedResults.Ok(new AuthorityMetadata(
        options.Issuer,
        "/v1/token",
        "/v1/verifications",
        "/v1/code-verifications",
        "/v1/transactions",
        "/v1/platforms",
        "/v1/applications",
        "/v1/notice",
        "/v1/status-lists",
        Convert.ToBase64String(keys.RootCertificate),
        options.CertificateBatch,
        [.. options.AcceptedKinds],
        [.. Modes.All.Where(mode => !Modes.NeedsFace(mode) || holderChecks.IsAvailable)],
        Convert.ToBase64String(keys.Counter.PublicKey.ToBytes()),
        Convert.ToBase64String(keys.Factors.PublicKey.ToBytes()),
        options.LegalHold is { } hold ? new KeptByLaw(hold.Fields, hold.Days, hold.LegalBasis!) : null));
}

/// <param name="Issuer">The authority's name in everything it signs, and the audience of what is signed for it.</param>
/// <param name="TokenEndpoint">Relative to this server, like the other endpoints.</param>
/// <param name="RootCertificate">DER in base64: what <c>x5c</c> in certificates and receipts chains to.</param>
/// <param name="CertificateBatch">The most certificates that a wallet may apply for at once.</param>
/// <param name="DocumentKinds">Of the documents of A15-1, those that are accepted here.</param>
/// <param name="Modes">What is available here.</param>
/// <param name="CounterKey">What a wallet seals a changing QR to: a P-256 point (RFC 9180 §7.1.1), base64.</param>
/// <param name="LegalHold">Absent where nothing is kept of who leaves.</param>
/// <param name="FactorsKey">What a wallet seals a password or a face to; the same.</param>
internal sealed record AuthorityMetadata(
    string Issuer,
    string TokenEndpoint,
    string VerificationEndpoint,
    string CodeVerificationEndpoint,
    string TransactionEndpoint,
    string PlatformRegister,
    string ApplicationEndpoint,
    string Notice,
    string StatusLists,
    string RootCertificate,
    int CertificateBatch,
    IReadOnlyList<string> DocumentKinds,
    IReadOnlyList<string> Modes,
    string CounterKey,
    string FactorsKey,
    KeptByLaw? LegalHold);

/// <summary>What is kept of who leaves (A9-4), for wallets to show beside the notice (PIPL 17).</summary>
internal sealed record KeptByLaw(IReadOnlyList<string> Fields, int Days, string LegalBasis);
