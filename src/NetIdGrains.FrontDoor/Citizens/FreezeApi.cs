using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>For somebody whose phone is gone: the Net ID and the freeze code, from anywhere.</summary>
internal static class FreezeApi
{
    public static void MapFreezes(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/freezes", Freeze).WithTags("Wallet").WithSummary("Freezes everything by the code that was given at enrolment, without a device");

    private static async Task<Results<Ok<FrozenResponse>, RefusalResult>> Freeze(
        StrictBody<FreezeRequest> body, HttpContext context, References references, IGrainFactory grains)
    {
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        if (!NetId.TryParse(request.NetId, out var netId, out _))
            return new RefusalResult(Refusal.FreezeCodeWrong);
        var source = references.Source($"freeze/{context.Connection.RemoteIpAddress}");
        var answer = await grains.GetGrain<IFreezeCodeGrain>(netId.Value).Freeze(request.Code, source);
        return answer.Value is { } outcome ? TypedResults.Ok(new FrozenResponse("frozen", outcome.FrozenSince)) : RefusalResult.Of(answer);
    }
}

/// <param name="NetId">As on the card that was made at enrolment.</param>
/// <param name="Code">The freeze code beside it.</param>
internal sealed record FreezeRequest(string NetId, string Code)
{
    public override string ToString() => "sealed";
}

internal sealed record FrozenResponse(string Status, DateTimeOffset? FrozenSince);
