using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>What the population register tells by itself, signed.</summary>
internal static class RegisterApi
{
    public static void MapRegister(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/register-changes", Push)
            .WithTags("Register")
            .WithSummary("A death, a lost document, a guardianship that has ended: a JWS by the register");

    private static async Task<Results<Ok<TakenResponse>, RefusalResult>> Push(SignedBody body, IGrainFactory grains)
    {
        if (body.Refusal != Refusal.None)
            return new RefusalResult(body.Refusal);
        var answer = await RegisterFeedGrain.Of(grains).Push(new SubmitChanges(body.Jws));
        return answer.Value is { } progress ? TypedResults.Ok(new TakenResponse(progress.Changes)) : RefusalResult.Of(answer);
    }
}

/// <param name="Taken">How many changes were new.</param>
internal sealed record TakenResponse(int Taken);
