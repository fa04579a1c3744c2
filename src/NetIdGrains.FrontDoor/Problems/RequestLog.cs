using System.Diagnostics;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>One line per request: the route's pattern, never its values.</summary>
internal sealed class RequestLog(RequestDelegate next, ILogger<RequestLog> logger, TimeProvider time)
{
    private const string RefusalKey = "netid.refusal";
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void NoteRefusal(HttpContext context, string slug) => context.Items[RefusalKey] = slug;

    public async Task InvokeAsync(HttpContext context)
    {
        var begun = time.GetTimestamp();
        Activity.Current = null; // a caller's trace would tie requests of one person together, here and there
        using var activity = AuthorityMetrics.Requests.StartActivity("request", ActivityKind.Server);
        await next(context);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        var refusal = context.Items[RefusalKey] as string;
        if (refusal is not null)
            AuthorityMetrics.Refusals.Add(1, new("kind", refusal), new("route", route));
        if (activity is not null)
            Describe(activity, context, route, refusal);
        logger.LogInformation(
            "{Method} {Route} {Status} {Refusal} in {Milliseconds:0.0} ms",
            context.Request.Method,
            route,
            context.Response.StatusCode,
            refusal ?? "",
            time.GetElapsedTime(begun).TotalMilliseconds);
    }

    /// <summary>By the names of OpenTelemetry's semantic conventions for HTTP; the path itself has values in it, and is left out.</summary>
    private static void Describe(Activity activity, HttpContext context, string route, string? refusal)
    {
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "_OTHER";
        activity.DisplayName = $"{method} {route}";
        activity.SetTag("http.request.method", method);
        activity.SetTag("http.route", route);
        activity.SetTag("http.response.status_code", context.Response.StatusCode);
        if (refusal is not null)
            activity.SetTag("netid.refusal", refusal);
    }
}
