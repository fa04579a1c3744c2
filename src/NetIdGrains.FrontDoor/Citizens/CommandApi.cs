using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>A wallet's signed commands: the body of the request is the command.</summary>
internal static class CommandApi
{
    public static void MapCommands(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/commands", Execute)
            .WithTags("Wallet")
            .WithSummary($"A command signed by a device of the citizen: {string.Join(", ", CitizenCommands.All)}");

    private static async Task<Results<Ok<StatusResponse>, Ok<DepartureResponse>, RefusalResult>> Execute(
        SignedBody body, References references, IGrainFactory grains)
    {
        if (body.Refusal != Refusal.None)
            return new RefusalResult(body.Refusal);
        var parts = body.Jws.Split('~');
        if (parts.Length > 2 || !SignedCommand.TryParse(parts[0], out var command))
            return new RefusalResult(Refusal.CommandMalformed);
        var (refusal, signer) = CommandSigner.Of(command, references);
        if (signer is null)
            return new RefusalResult(refusal);
        var factors = parts.ElementAtOrDefault(1);
        if (command.Command == "cancel")
            return await LeaveAsync(new LeaveCommand(signer.PersonIndex, new WalletCommand(parts[0], signer.Device, factors), signer.Guardian), references, grains);
        var answer = signer.Guardian is { } guardian
            ? await grains.GetGrain<IGuardianshipGrain>(signer.PersonIndex).Execute(new GuardianCommand(parts[0], factors, guardian, signer.Device))
            : await grains.GetGrain<ICitizenGrain>(signer.PersonIndex).Execute(new WalletCommand(parts[0], signer.Device, factors));
        return answer.Value is { } outcome ? TypedResults.Ok(StatusResponse.From(outcome)) : RefusalResult.Of(answer);
    }

    private static async Task<Results<Ok<StatusResponse>, Ok<DepartureResponse>, RefusalResult>> LeaveAsync(
        LeaveCommand command, References references, IGrainFactory grains)
    {
        var answer = await LeavingGrain.Of(grains, references, command.PersonIndex).Leave(command);
        return answer.Value is { } departure
            ? TypedResults.Ok(new DepartureResponse("cancelled", departure.Time, departure.Receipt, LegalHoldDocument.From(departure.Hold)))
            : RefusalResult.Of(answer);
    }
}
