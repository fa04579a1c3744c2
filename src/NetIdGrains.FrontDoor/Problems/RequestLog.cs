namespace NetIdGrains.FrontDoor;

/// <summary>One line per request: the route's pattern, never its values.</summary>
internal sealed class RequestLog(RequestDelegate next, ILogger<RequestLog> logger, TimeProvider time)
{
    private const string RefusalKey = "netid.refusal";

    public static void NoteRefusal(HttpContext context, string slug) => context.Items[RefusalKey] = slug;

    public async Task InvokeAsync(HttpContext context)
    {
        var begun = time.GetTimestamp();
        await next(context);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        logger.LogInformation(
            "{Method} {Route} {Status} {Refusal} in {Milliseconds:0.0} ms",
            context.Request.Method,
            route,
            context.Response.StatusCode,
            context.Items[RefusalKey] ?? "",
            time.GetElapsedTime(begun).TotalMilliseconds);
    }
}
