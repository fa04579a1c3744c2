using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>Status lists, for whoever verifies offline (draft-ietf-oauth-status-list §8).</summary>
internal static class StatusListApi
{
    private const string Jwt = "application/statuslist+jwt";
    private const string Cwt = "application/statuslist+cwt";

    public static void MapStatusLists(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/status-lists/{list}", Get)
        .WithTags("Metadata")
        .WithSummary("A signed status list, as a JWT or, if you prefer it by Accept, a CWT; certificates say which, and where on it")
        .Produces(StatusCodes.Status200OK, contentType: Jwt, additionalContentTypes: Cwt);

    private static async Task<Results<FileContentHttpResult, RefusalResult>> Get(
        string list, HttpContext context, PublishedLists published, TimeProvider time)
    {
        var asCwt = PrefersCwt(context.Request);
        var answer = await published.FindAsync(list, asCwt);
        if (answer.Value is not { } token)
            return new RefusalResult(answer.Refusal);
        var headers = context.Response.GetTypedHeaders();
        var left = token.Next - time.GetUtcNow(); // a cache keeps it no longer than we do
        headers.CacheControl = new CacheControlHeaderValue { Public = true, MaxAge = left > TimeSpan.Zero ? left : TimeSpan.Zero };
        context.Response.Headers.Vary = HeaderNames.Accept;
        return TypedResults.Bytes(
            token.Token.AsMemory(),
            asCwt ? Cwt : Jwt,
            lastModified: token.Made,
            entityTag: new EntityTagHeaderValue($"\"{token.Made.UtcTicks:x}-{(asCwt ? "cwt" : "jwt")}\""));
    }

    /// <summary>Whoever says nothing, or that anything will do, gets the JWT.</summary>
    private static bool PrefersCwt(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        double Quality(string type) => accepted.Where(range => range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
            .Select(range => range.Quality ?? 1).DefaultIfEmpty(0).Max();
        return Quality(Cwt) > Quality(Jwt);
    }
}

/// <summary>
/// The lists as signed last: however many ask, the grain is asked when a period begins, and signs once. Lists that there are not are not
/// remembered.
/// </summary>
internal sealed class PublishedLists(IGrainFactory grains, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string List, bool AsCwt), PublishedStatusList> _lists = new();

    public async Task<Answer<PublishedStatusList>> FindAsync(string list, bool asCwt)
    {
        var now = time.GetUtcNow();
        if (!StatusBlock.TryParse(list, now, out _))
            return Refusal.StatusListUnknown;
        if (_lists.TryGetValue((list, asCwt), out var known) && known.IsFresh(now))
            return known;
        var answer = await grains.GetGrain<IStatusListGrain>(list).Publish(asCwt);
        if (answer.Value is { } published)
            _lists[(list, asCwt)] = published;
        foreach (var (ended, _) in _lists.Where(entry => !StatusBlock.TryParse(entry.Key.List, now, out _)))
            _lists.TryRemove(ended, out _);
        return answer;
    }
}
