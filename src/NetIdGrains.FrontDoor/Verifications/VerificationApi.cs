using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>A platform asks whether its user is a real person: yes or no, and a receipt (A5-1, A8-1).</summary>
internal static class VerificationApi
{
    public static void MapVerifications(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/verifications", Verify)
            .RequireAuthorization()
            .WithTags("Platforms")
            .WithSummary("Verify a presentation; repeating the request gives the same answer for a day");

    private static async Task<Results<Ok<VerificationResponse>, RefusalResult>> Verify(
        StrictBody<VerificationRequest> body, ClaimsPrincipal platform, References references, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body.Value is not { } request)
            return new RefusalResult(body.Refusal);
        if (!Presentation.TryParse(request.Presentation, out var presentation, out _))
            return new RefusalResult(Refusal.PresentationMalformed);
        if (!references.TryOpenSerial(presentation.Serial, out _))
            return new RefusalResult(Refusal.CertificateUnknown);
        var answer = await grains.GetGrain<INetCertificateGrain>(presentation.Serial).Verify(
            new VerifyCertificate(
                platform.FindFirstValue(ClaimTypes.NameIdentifier)!, request.SequenceNumber, request.Mode, request.Nonce, request.Presentation),
            cancellationToken);
        return answer.Value is { } verified
            ? TypedResults.Ok(new VerificationResponse(
                verified.Passed ? "pass" : "fail", verified.Time, verified.Mode, verified.TransactionId, verified.Receipt, verified.PlatformIdentifier))
            : new RefusalResult(answer.Refusal);
    }
}

/// <param name="SequenceNumber">The platform's own number of this verification: 32 letters or digits, never used before.</param>
/// <param name="Mode">R01: the certificate and its holder's key.</param>
/// <param name="Nonce">16 to 128 characters, fresh; the holder signs <c>sequence_number.nonce</c> to the platform's id as audience.</param>
/// <param name="Presentation">SD-JWT with key binding (RFC 9901 §4), disclosing nothing.</param>
internal sealed record VerificationRequest(string SequenceNumber, string Mode, string Nonce, string Presentation)
{
    public override string ToString() => "sealed";
}

/// <param name="Result">"pass" or "fail"; a fail says no reason.</param>
/// <param name="Time">When the authority decided.</param>
/// <param name="Mode">As asked.</param>
/// <param name="TransactionId">The authority's number of this verification.</param>
/// <param name="Receipt">Signed proof of all this, checkable offline (S-2).</param>
/// <param name="PlatformIdentifier">Stable for this person at this platform; absent on a fail.</param>
internal sealed record VerificationResponse(
    string Result, DateTimeOffset Time, string Mode, string TransactionId, string Receipt, string? PlatformIdentifier = null)
{
    public override string ToString() => "sealed";
}
