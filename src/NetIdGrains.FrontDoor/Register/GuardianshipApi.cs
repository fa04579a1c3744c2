using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>What courts and civil offices say of guardians, signed (A4-5).</summary>
internal static class GuardianshipApi
{
    public static void MapGuardianships(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/guardianships", Take)
            .WithTags("Register")
            .WithSummary("A guardianship that is established or has ended: a JWS by an accredited court, whoever carries it");

    private static async Task<Results<Ok<OrderResponse>, RefusalResult>> Take(SignedBody body, GuardianshipOrders orders, CancellationToken cancellationToken)
    {
        if (body.Refusal != Refusal.None)
            return new RefusalResult(body.Refusal);
        var answer = await orders.TakeAsync(body.Jws, cancellationToken);
        return answer.Refusal == Refusal.None ? TypedResults.Ok(new OrderResponse("taken")) : RefusalResult.Of(answer);
    }
}

/// <param name="Status">The same for a new order, one that is known, and one that is overtaken; enrolled or not.</param>
internal sealed record OrderResponse(string Status);
