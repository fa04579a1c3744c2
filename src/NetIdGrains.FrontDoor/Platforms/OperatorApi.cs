using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>What the operator does on the machine itself: reachable only through a socket file that the owner of the data can open.</summary>
internal static class OperatorApi
{
    public static void MapOperator(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/operator/platforms/{platform}", AddPlatform).AddEndpointFilter(OnlyOnTheMachine).ExcludeFromDescription();

    private static async Task<Results<NoContent, RefusalResult>> AddPlatform(string platform, StrictBody<PlatformRequest> body, IGrainFactory grains)
    {
        if (body.Value is not { } request)
            return new RefusalResult(body.Refusal);
        if (!PlatformIds.IsGood(platform) || !request.IsGood())
            return new RefusalResult(Refusal.FieldInvalid);
        var answer = await grains.GetGrain<IPlatformGrain>(platform).Register(new PlatformRegistration(
            request.Name, request.Keys, request.Purpose, request.LegalBasis, request.Alternative, request.Sector));
        return answer.Value is null ? new RefusalResult(answer.Refusal) : TypedResults.NoContent();
    }

    /// <summary>This very socket file: a proxy may well speak to the front door through another one.</summary>
    private static async ValueTask<object?> OnlyOnTheMachine(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var settings = context.HttpContext.RequestServices.GetRequiredService<FrontDoorSettings>();
        var local = context.HttpContext.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint;
        return local is UnixDomainSocketEndPoint && local.ToString() == settings.OperatorSocket ? await next(context) : TypedResults.NotFound();
    }
}

/// <summary>A registration as <c>platform add</c> sends it.</summary>
internal sealed record PlatformRequest(string Name, string Keys, string Purpose, string LegalBasis, string Alternative, string Sector)
{
    private const int Longest = 200;

    /// <summary>All of it said, and short enough to stand in every receipt (A5-1, A6-1).</summary>
    public bool IsGood() =>
        new[] { Name, Purpose, LegalBasis, Alternative }.All(text => !string.IsNullOrWhiteSpace(text) && text.Length <= Longest)
        && PlatformIds.IsGood(Sector);
}
