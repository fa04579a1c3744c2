using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>A refusal as problem details (RFC 9457).</summary>
public sealed class RefusalResult(Fault fault, TimeSpan wait = default) : IResult, IEndpointMetadataProvider
{
    private const string ProblemJson = "application/problem+json";

    public RefusalResult(Refusal refusal)
        : this((Fault)refusal)
    {
    }

    public static RefusalResult Of<T>(Answer<T> answer)
        where T : class => new(answer.Fault);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), [ProblemJson]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var entry = RefusalTable.Entries[fault.Refusal];
        var response = httpContext.Response;
        RequestLog.NoteRefusal(httpContext, entry.Slug);
        response.StatusCode = entry.Status;
        if ((wait > TimeSpan.Zero ? wait : entry.RetryAfter) is { } after)
            response.Headers.RetryAfter = $"{(int)Math.Ceiling(after.TotalSeconds)}";
        if (response.StatusCode == StatusCodes.Status401Unauthorized && entry.Challenge is { } challenge)
            response.Headers.WWWAuthenticate = challenge;
        // RFC 6749 §5.2 wants plain application/json from the token endpoint; the members of both standards do not clash.
        response.ContentType = entry.OAuthError is null ? ProblemJson : "application/json";
        var body = new Dictionary<string, object> { ["type"] = entry.Type, ["title"] = entry.Title, ["status"] = entry.Status };
        (body["clause"], body["data_used"]) = (entry.Clause, entry.DataUsed);
        if (fault.Detail is { } detail)
            body["detail"] = detail;
        if (entry.OAuthError is { } error)
            body["error"] = error;
        await JsonSerializer.SerializeAsync(response.Body, body, cancellationToken: httpContext.RequestAborted);
    }
}
