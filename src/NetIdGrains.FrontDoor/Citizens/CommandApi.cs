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

    private static async Task<Results<Ok<StatusResponse>, RefusalResult>> Execute(SignedBody body, References references, IGrainFactory grains)
    {
        if (body.Refusal != Refusal.None)
            return new RefusalResult(body.Refusal);
        if (!SignedCommand.TryParse(body.Jws, out var command))
            return new RefusalResult(Refusal.CommandMalformed);
        if (!references.TryOpenDevice(command.Device, out var personIndex, out var deviceNumber))
            return new RefusalResult(Refusal.DeviceUnknown);
        var answer = await grains.GetGrain<ICitizenGrain>(personIndex).Execute(new WalletCommand(body.Jws, deviceNumber));
        return answer.Value is { } outcome ? TypedResults.Ok(StatusResponse.From(outcome)) : new RefusalResult(answer.Refusal);
    }
}

/// <param name="Status">"active" or "frozen".</param>
/// <param name="Codes">"open" or "closed": whether the Net ID with a dynamic password is good for anything.</param>
/// <param name="FrozenSince">Absent when active.</param>
/// <param name="CodeSecret">After open-codes: the secret of the dynamic password (RFC 6238, HMAC-SHA-256, 8 digits, 30 s), base64.</param>
/// <param name="Consents">After consents, give-consent and withdraw-consent: all of them.</param>
/// <param name="Waiting">After waiting: ids of requests at a counter.</param>
internal sealed record StatusResponse(
    string Status,
    string Codes,
    DateTimeOffset? FrozenSince = null,
    string? CodeSecret = null,
    IReadOnlyList<ConsentDocument>? Consents = null,
    IReadOnlyList<string>? Waiting = null)
{
    public static StatusResponse From(CommandOutcome outcome) => new(
        outcome.FrozenSince is null ? "active" : "frozen",
        outcome.CodesOpen ? "open" : "closed",
        outcome.FrozenSince,
        outcome.CodeSecret,
        outcome.Consents is { } consents ? [.. consents.Select(ConsentDocument.From)] : null,
        outcome.Waiting);

    public override string ToString() => "sealed";
}

/// <summary>A9-2: a consent as its citizen sees it.</summary>
/// <param name="Notice">The hash of the notice agreed to.</param>
/// <param name="Platform">To whom data went; absent for a consent to the authority's own doing.</param>
internal sealed record ConsentDocument(
    string Id,
    string Notice,
    string Purpose,
    IReadOnlyList<string> Kinds,
    DateTimeOffset Time,
    string? Platform = null,
    string? Service = null,
    DateTimeOffset? Withdrawn = null)
{
    public static ConsentDocument From(Consent consent) => new(
        consent.Id, consent.NoticeHash, consent.Purpose, consent.Kinds, consent.Time, consent.Platform, consent.Service, consent.Withdrawn);
}
