using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>Applying for a Net ID and Net Certificates (A2-3). The applicant's device signs; there is no account and no session.</summary>
internal static class ApplicationApi
{
    public static void MapApplications(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/notice", GetNotice).WithSummary("What is processed and why; an application names the hash of exactly these bytes");
        var applications = routes.MapGroup("/v1/applications").WithTags("Applications");
        applications.MapPost("", Begin).WithSummary("Begin an application; its id is the nonce for everything signed in it");
        applications.MapPut("{application}", Take)
            .WithMetadata(new BodyLimit(512 * 1024)) // a face may be among the factors
            .WithSummary(
                "The next step, a command signed by the new device: agree, document, face, complete, or cancel; followed by ~ and the sealed factors "
                + "where it has any. The latest again gets its answer again");
        applications.MapPut("{application}/guardian", Confirm)
            .WithSummary("A guardian's command about an applicant from 14 to 17: see-application, confirm-application");
    }

    /// <summary>The hash to agree to is in the header <c>Notice-Hash</c>: SHA-256 of the body, base64url.</summary>
    private static FileContentHttpResult GetNotice(HttpResponse response, AuthorityOptions options)
    {
        response.Headers["Notice-Hash"] = options.Notice.Hash;
        return TypedResults.Bytes(options.Notice.Text, "application/json");
    }

    private static Created<ApplicationBegun> Begin(References references)
    {
        var application = references.NewApplication(out var expires);
        return TypedResults.Created($"/v1/applications/{application}", new ApplicationBegun(application, expires));
    }

    private static async Task<Results<Ok<StepResponse>, RefusalResult>> Take(
        string application, SignedBody body, References references, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var refusal = body.Refusal != Refusal.None ? body.Refusal : references.CheckApplication(application);
        if (refusal != Refusal.None)
            return new RefusalResult(refusal);
        var parts = body.Jws.Split('~');
        if (parts.Length > 2)
            return new RefusalResult(Refusal.CommandMalformed);
        var answer = await grains.GetGrain<IApplicationGrain>(application).Take(new TakeStep(parts[0], parts.ElementAtOrDefault(1)), cancellationToken);
        return answer.Value is { } standing ? TypedResults.Ok(StepResponse.From(application, standing)) : RefusalResult.Of(answer);
    }

    private static async Task<Results<Ok<ApplicantResponse>, RefusalResult>> Confirm(
        string application, SignedBody body, References references, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var refusal = body.Refusal != Refusal.None ? body.Refusal : references.CheckApplication(application);
        if (refusal != Refusal.None)
            return new RefusalResult(refusal);
        var answer = await grains.GetGrain<IApplicationGrain>(application).Confirm(new ConfirmApplication(body.Jws), cancellationToken);
        return answer.Value is { } view
            ? TypedResults.Ok(new ApplicantResponse(view.IsConfirmed ? "confirmed" : "seen", view.Name, view.BirthDate))
            : RefusalResult.Of(answer);
    }
}

/// <summary>Who applies, for their guardian's eyes.</summary>
/// <param name="Status">seen or confirmed.</param>
internal sealed record ApplicantResponse(string Status, string Name, DateOnly BirthDate)
{
    public override string ToString() => "sealed";
}

/// <param name="Application">
/// The application's id: the beginning of each command's nonce, the nonce of key proofs, the context of sealed factors, and a reader's challenge.
/// </param>
/// <param name="Expires">Until when it can be worked on; then nothing of it is left.</param>
internal sealed record ApplicationBegun(string Application, DateTimeOffset Expires);

/// <summary>How the application stands; once it is issued, with what came out.</summary>
/// <param name="Step">What is to come: document, face, complete; issued or cancelled at the end.</param>
/// <param name="NetId">Seventeen letters and digits.</param>
/// <param name="Device">What the wallet names itself by in later commands.</param>
/// <param name="Certificates">One SD-JWT VC per holder key, in the order of the proofs.</param>
/// <param name="FreezeCode">To keep apart from the phone, with the Net ID: it freezes everything, once.</param>
/// <param name="Resumed">It was issued before: these are further certificates.</param>
internal sealed record StepResponse(
    string Application,
    string Step,
    DateTimeOffset Expires,
    string? NetId = null,
    string? Device = null,
    IReadOnlyList<string>? Certificates = null,
    string? FreezeCode = null,
    bool? Resumed = null)
{
    public static StepResponse From(string application, ApplicationStanding standing) => new(
        application,
        ApplicationRules.NameOf(standing.Step),
        standing.Expires,
        standing.Issued?.NetId,
        standing.Issued?.Device,
        standing.Issued?.Certificates,
        standing.Issued?.FreezeCode,
        standing.Issued?.Resumed);

    public override string ToString() => "sealed";
}
