using Microsoft.AspNetCore.Http.HttpResults;

namespace NetIdGrains.FrontDoor;

/// <summary>What a person would do with their hands: only in the process of the sandbox.</summary>
internal static class SandboxApi
{
    private const string Prefix = "urn:netidgrains:sandbox:";

    public static void MapSandbox(this IEndpointRouteBuilder routes, Personas personas)
    {
        var sandbox = routes.MapGroup("/sandbox/personas").WithTags("Sandbox");
        sandbox.MapGet("", () => TypedResults.Ok(new PersonaList([.. personas.All.Select(persona => new PersonaEntry(persona.Name, persona.About))])));
        sandbox.MapPost("{name}/present", (string name, StrictBody<PresentRequest> body) => PresentAsync(personas, name, body));
        sandbox.MapPost("{name}/answer", (string name, StrictBody<AnswerRequest> body) => AnswerAsync(personas, name, body));
        sandbox.MapGet("{name}/qr", (string name) => ShowQrAsync(personas, name));
        sandbox.MapGet("{name}/code", (string name) => ShowCode(personas, name));
    }

    private static async Task<Results<Ok<PresentResponse>, ProblemHttpResult, RefusalResult>> PresentAsync(
        Personas personas, string name, StrictBody<PresentRequest> body)
    {
        if (!personas.TryFind(name, out var persona))
            return Unknown();
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        if (!persona.IsWilling)
            return Declined();
        try
        {
            var (presentation, factors) = await persona.PresentAsync(request.Platform, request.SequenceNumber, request.Nonce, request.Mode);
            return TypedResults.Ok(new PresentResponse(presentation, factors));
        }
        catch (InvalidOperationException)
        {
            return Problem(409, "no-certificate-left", "The persona has shown each of its ten certificates to another platform. Start the sandbox anew.");
        }
    }

    /// <summary>What the authority said to the wallet, as it came.</summary>
    private static async Task<Results<ContentHttpResult, ProblemHttpResult, RefusalResult>> AnswerAsync(
        Personas personas, string name, StrictBody<AnswerRequest> body)
    {
        if (!personas.TryFind(name, out var persona))
            return Unknown();
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        using var answer = await persona.AnswerAsync(request.Request[(request.Request.LastIndexOf('/') + 1)..]);
        return answer is null
            ? Problem(404, "nothing-to-see", "The authority shows no request that waits under this.")
            : TypedResults.Content(
                await answer.Content.ReadAsStringAsync(), $"{answer.Content.Headers.ContentType}", contentEncoding: null, (int)answer.StatusCode);
    }

    /// <summary>To be scanned is not yet to say yes: the wallet that refuses shows one too, and denies what comes of it.</summary>
    private static async Task<Results<Ok<QrResponse>, ProblemHttpResult>> ShowQrAsync(Personas personas, string name) =>
        personas.TryFind(name, out var persona) ? TypedResults.Ok(new QrResponse(await persona.ShowQrAsync())) : Unknown();

    private static Results<Ok<CodeResponse>, ProblemHttpResult> ShowCode(Personas personas, string name) =>
        !personas.TryFind(name, out var persona) ? Unknown()
        : persona.IsWilling ? TypedResults.Ok(new CodeResponse(persona.NetId, persona.Code()))
        : Declined();

    private static ProblemHttpResult Unknown() => Problem(404, "no-such-persona", "There is no such persona: GET /sandbox/personas.");

    private static ProblemHttpResult Declined() => Problem(409, "declined", "The persona hands platforms nothing.");

    private static ProblemHttpResult Problem(int status, string name, string title) => TypedResults.Problem(title: title, statusCode: status, type: Prefix + name);
}

internal sealed record PersonaEntry(string Name, string About);

internal sealed record PersonaList(IReadOnlyList<PersonaEntry> Personas);

/// <param name="Mode">R02 to R04 have the persona seal a password, a face or both for the authority.</param>
internal sealed record PresentRequest(string Platform, string SequenceNumber, string Nonce, string? Mode = null);

internal sealed record PresentResponse(string Presentation, string? Factors)
{
    public override string ToString() => "sealed";
}

/// <param name="Request">The link that the platform shows, or the transaction's id.</param>
internal sealed record AnswerRequest(string Request);

internal sealed record QrResponse(string Qr);

internal sealed record CodeResponse(string NetId, string Code)
{
    public override string ToString() => "sealed";
}
