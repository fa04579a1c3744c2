using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>A platform asks with what its user has handed it: yes or no, and a receipt (A5-1, A8-1).</summary>
internal static class VerificationApi
{
    public static void MapVerifications(this IEndpointRouteBuilder routes)
    {
        var verifications = routes.MapGroup("/v1").RequireAuthorization().WithMetadata(new SpendsQuota()).WithTags("Verifications");
        verifications.MapPost("verifications", Verify)
            .WithMetadata(new BodyLimit(512 * 1024)) // a face from the platform's app may be in it
            .WithSummary("Verify a presentation; repeating the request gives the same answer for a day");
        verifications.MapPost("code-verifications", VerifyCode).WithSummary("Verify a Net ID with the dynamic password typed beside it");
    }

    private static async Task<Results<Ok<VerificationResponse>, RefusalResult>> Verify(
        ServedPlatform platform, StrictBody<VerificationRequest> body, References references, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (platform.Refusal != Refusal.None)
            return platform.Refused();
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        var fault = platform.Admit(
            request.Service, request.SequenceNumber, request.Mode, [], request.Predicates, request.PlatformIdentifier, out var ask);
        if (fault.Refusal != Refusal.None)
            return new RefusalResult(fault);
        if (!Presentation.TryReadSerial(request.Presentation, out var serial))
            return new RefusalResult(Refusal.PresentationMalformed);
        if (!references.TryOpenSerial(serial, out _, out _))
            return new RefusalResult(Refusal.CertificateUnknown);
        var answer = await grains.GetGrain<INetCertificateGrain>(serial).Verify(
            new VerifyCertificate(ask!, request.Nonce, request.Presentation, request.Factors, request.Face), cancellationToken);
        return answer.Value is { } verified
            ? TypedResults.Ok(VerificationResponse.From(verified, request.SequenceNumber))
            : RefusalResult.Of(answer);
    }

    private static async Task<Results<Ok<VerificationResponse>, RefusalResult>> VerifyCode(
        ServedPlatform platform, StrictBody<CodeRequest> body, HttpContext context, References references, IGrainFactory grains)
    {
        if (platform.Refusal != Refusal.None)
            return platform.Refused();
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        var fault = platform.Admit(request.Service, request.SequenceNumber, Modes.NetIdAndCode, [], request.Predicates, request.PlatformIdentifier, out var ask);
        var isNetId = NetId.TryParse(request.NetId, out var netId, out _); // as typed: without blanks and hyphens, in one case
        if (fault.Refusal == Refusal.None && !isNetId)
            fault = Fault.Invalid("net_id is no Net ID: a character is mistyped or missing. Have the user look at it again.");
        if (fault.Refusal == Refusal.None && (request.Code.Length != 8 || !request.Code.All(char.IsAsciiDigit)))
            fault = Fault.Invalid("code must be the eight digits that the user's device shows.");
        if (fault.Refusal != Refusal.None)
            return new RefusalResult(fault);
        // Of this platform alone: behind one proxy all platforms have one address, and one must not spend the others' guesses.
        var source = references.Source($"{platform.Id}/{context.Connection.RemoteIpAddress}");
        var answer = await grains.GetGrain<IVerificationGrain>(references.Transaction(platform.Id, request.SequenceNumber))
            .VerifyCode(new VerifyCode(ask!, netId.Value, request.Code, source));
        return answer.Value is { } verified
            ? TypedResults.Ok(VerificationResponse.From(verified, request.SequenceNumber))
            : RefusalResult.Of(answer);
    }
}

/// <param name="Service">Which of the platform's services asks.</param>
/// <param name="SequenceNumber">The platform's own number of this verification: 32 letters or digits, never used before.</param>
/// <param name="Mode">R01 to R04: what the citizen shows.</param>
/// <param name="Nonce">16 to 128 characters, fresh; the holder signs <c>sequence_number.nonce</c> to the platform's id as audience.</param>
/// <param name="Presentation">SD-JWT with key binding (RFC 9901 §4), disclosing nothing.</param>
/// <param name="Factors">In R02 and R04, and in R03 with a face from the wallet: what the wallet has sealed to the authority.</param>
/// <param name="Face">In R03 and R04, instead of one from the wallet: the face that the platform's app took, base64, at most 200 KiB.</param>
/// <param name="Predicates">age_band, minor, guardian_consent; as far as the service is entitled.</param>
/// <param name="PlatformIdentifier">For a re-verification: the identifier that must be this person's.</param>
internal sealed record VerificationRequest(
    string Service,
    string SequenceNumber,
    string Mode,
    string Nonce,
    string Presentation,
    string? Factors = null,
    string? Face = null,
    IReadOnlyList<string>? Predicates = null,
    string? PlatformIdentifier = null)
{
    public override string ToString() => "sealed";
}

/// <param name="NetId">As the user typed it.</param>
/// <param name="Code">The eight digits that their device shows.</param>
internal sealed record CodeRequest(
    string Service, string SequenceNumber, string NetId, string Code, IReadOnlyList<string>? Predicates = null, string? PlatformIdentifier = null)
{
    public override string ToString() => "sealed";
}
