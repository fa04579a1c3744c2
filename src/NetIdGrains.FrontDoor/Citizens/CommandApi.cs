using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>A wallet's signed commands: the body of the request is the command.</summary>
internal static class CommandApi
{
    public static void MapCommands(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/commands", Execute).WithTags("Wallet").WithSummary("freeze or unfreeze, signed by a device of the citizen");

    private static async Task<Results<Ok<StatusResponse>, RefusalResult>> Execute(SignedBody body, References references, IGrainFactory grains)
    {
        if (body.Refusal != Refusal.None)
            return new RefusalResult(body.Refusal);
        if (!SignedCommand.TryParse(body.Jws, out var command))
            return new RefusalResult(Refusal.CommandMalformed);
        if (!references.TryOpenDevice(command.Device, out var personIndex, out var deviceNumber))
            return new RefusalResult(Refusal.DeviceUnknown);
        var answer = await grains.GetGrain<ICitizenGrain>(personIndex).Execute(new WalletCommand(body.Jws, deviceNumber));
        return answer.Value is { } status
            ? TypedResults.Ok(new StatusResponse(status.Frozen ? "frozen" : "active", status.FrozenSince))
            : new RefusalResult(answer.Refusal);
    }
}

/// <param name="Status">"active" or "frozen".</param>
/// <param name="FrozenSince">Absent when active.</param>
internal sealed record StatusResponse(string Status, DateTimeOffset? FrozenSince = null);
