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
        applications.MapPut("{application}", Submit).WithSummary("Hand in the signed command apply; repeating it resumes it");
    }

    /// <summary>The hash to agree to is in the header <c>Notice-Hash</c>: SHA-256 of the body, base64url.</summary>
    private static FileContentHttpResult GetNotice(HttpResponse response)
    {
        response.Headers["Notice-Hash"] = Notice.Current.Hash;
        return TypedResults.Bytes(Notice.Current.Text, "application/json");
    }

    private static Created<ApplicationBegun> Begin(References references)
    {
        var application = references.NewApplication(out var expires);
        return TypedResults.Created($"/v1/applications/{application}", new ApplicationBegun(application, expires));
    }

    private static async Task<Results<Created<CredentialsResponse>, Ok<CredentialsResponse>, RefusalResult>> Submit(
        string application, SignedBody body, References references, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var refusal = body.Refusal != Refusal.None ? body.Refusal : references.CheckApplication(application);
        if (refusal != Refusal.None)
            return new RefusalResult(refusal);
        var answer = await grains.GetGrain<IApplicationGrain>(application).Submit(new SubmitApplication(body.Jws), cancellationToken);
        if (answer.Value is not { } issued)
            return new RefusalResult(answer.Refusal);
        var response = new CredentialsResponse(issued.NetId, issued.Device, [.. issued.Certificates], issued.FreezeCode);
        return issued.Resumed ? TypedResults.Ok(response) : TypedResults.Created((string?)null, response);
    }
}

/// <param name="Application">The application's id, and the nonce for the command and the key proofs.</param>
/// <param name="Expires">When it must be handed in.</param>
internal sealed record ApplicationBegun(string Application, DateTimeOffset Expires);

/// <param name="NetId">Seventeen letters and digits.</param>
/// <param name="Device">What the wallet names itself by in later commands.</param>
/// <param name="Certificates">One SD-JWT VC per holder key, in the order of the proofs.</param>
/// <param name="FreezeCode">To keep apart from the phone, with the Net ID: it freezes everything, once.</param>
internal sealed record CredentialsResponse(string NetId, string Device, IReadOnlyList<string> Certificates, string FreezeCode)
{
    public override string ToString() => "sealed";
}
