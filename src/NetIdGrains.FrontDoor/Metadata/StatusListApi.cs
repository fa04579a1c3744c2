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
            return RefusalResult.Of(answer);
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
/// The lists as signed last: however many ask, the grain is asked when a period begins, and signs once. A lane's lists are begun one after the
/// other, so of those that there are not only the next is ever asked for: made-up names wake no more grains than there are lanes.
/// </summary>
internal sealed class PublishedLists(IGrainFactory grains, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string List, bool AsCwt), PublishedStatusList> _lists = new();

    /// <summary>How many lists a lane is known to have, by month and lane.</summary>
    private readonly ConcurrentDictionary<(int Month, int Lane), int> _begun = new();

    public async Task<Answer<PublishedStatusList>> FindAsync(string list, bool asCwt)
    {
        var now = time.GetUtcNow();
        if (!StatusBlock.TryParse(list, out var block) || !block.IsCurrent(now))
            return Refusal.StatusListUnknown;
        if (_lists.TryGetValue((list, asCwt), out var known) && known.IsFresh(now))
            return known;
        for (var next = _begun.GetValueOrDefault((block.Month, block.Lane)); next < block.Generation; next++)
        {
            var before = await AskAsync(block with { Generation = next }, asCwt);
            if (before.Value is null)
                return before;
        }

        var answer = await AskAsync(block, asCwt);
        Forget(now);
        return answer;
    }

    private async Task<Answer<PublishedStatusList>> AskAsync(StatusBlock block, bool asCwt)
    {
        var list = block.ToString();
        var answer = await grains.GetGrain<IStatusListGrain>(list).Publish(asCwt);
        if (answer.Value is not { } published)
            return answer;
        _lists[(list, asCwt)] = published;
        _begun.AddOrUpdate((block.Month, block.Lane), block.Generation + 1, (_, begun) => Math.Max(begun, block.Generation + 1));
        return answer;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (ended, _) in _lists.Where(entry => !StatusBlock.TryParse(entry.Key.List, out var block) || !block.IsCurrent(now)))
            _lists.TryRemove(ended, out _);
        foreach (var (ended, _) in _begun.Where(entry => !new StatusBlock(entry.Key.Month, entry.Key.Lane, 0).IsCurrent(now)))
            _begun.TryRemove(ended, out _);
    }
}
