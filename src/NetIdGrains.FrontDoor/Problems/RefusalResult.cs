using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>A refusal as problem details (RFC 9457).</summary>
public sealed class RefusalResult(Refusal refusal) : IResult, IEndpointMetadataProvider
{
    private const string ProblemJson = "application/problem+json";
    private const int RetryAfterSeconds = 2;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), [ProblemJson]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var entry = RefusalTable.Entries[refusal];
        var response = httpContext.Response;
        RequestLog.NoteRefusal(httpContext, entry.Slug);
        response.StatusCode = entry.Status;
        if (entry.IsRetryable)
            response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        if (refusal == Refusal.AccessTokenInvalid)
            response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        // RFC 6749 §5.2 wants plain application/json from the token endpoint; the members of both standards do not clash.
        response.ContentType = entry.OAuthError is null ? ProblemJson : "application/json";
        var body = new Dictionary<string, object> { ["type"] = entry.Type, ["title"] = entry.Title, ["status"] = entry.Status };
        if (entry.OAuthError is { } error)
            body["error"] = error;
        await JsonSerializer.SerializeAsync(response.Body, body, cancellationToken: httpContext.RequestAborted);
    }
}
