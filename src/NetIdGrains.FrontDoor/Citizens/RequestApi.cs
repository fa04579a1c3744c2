using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>What a citizen is asked, and their decision. Whoever has the id may look; only a citizen's device can decide.</summary>
internal static class RequestApi
{
    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        var requests = routes.MapGroup("/v1/requests").WithTags("Wallet");
        requests.MapGet("{transaction}", Show).WithSummary("Who asks what, and why");
        requests.MapPut("{transaction}", Decide)
            .WithMetadata(new BodyLimit(512 * 1024)) // a face may be among the factors
            .WithSummary("The signed command approve or deny, followed by ~ and the sealed factors where the mode needs any");
    }

    private static async Task<Results<Ok<RequestResponse>, RefusalResult>> Show(string transaction, References references, IGrainFactory grains)
    {
        if (!references.IsTransaction(transaction))
            return new RefusalResult(Refusal.RequestUnknown);
        var answer = await grains.GetGrain<IVerificationGrain>(transaction).Show();
        return answer.Value is { } view ? TypedResults.Ok(RequestResponse.From(view)) : RefusalResult.Of(answer);
    }

    private static async Task<Results<Ok<DecisionResponse>, RefusalResult>> Decide(
        string transaction, SignedBody body, References references, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body.Refusal != Refusal.None)
            return new RefusalResult(body.Refusal);
        if (!references.IsTransaction(transaction))
            return new RefusalResult(Refusal.RequestUnknown);
        var parts = body.Jws.Split('~');
        if (parts.Length > 2 || !SignedCommand.TryParse(parts[0], out var command))
            return new RefusalResult(Refusal.CommandMalformed);
        var (refusal, signer) = CommandSigner.Of(command, references);
        if (signer is null)
            return new RefusalResult(refusal);
        var answer = await grains.GetGrain<IVerificationGrain>(transaction).Decide(
            new WalletDecision(parts[0], parts.ElementAtOrDefault(1), signer.PersonIndex, signer.Device, signer.Guardian), cancellationToken);
        return answer.Value is { } decided
            ? TypedResults.Ok(new DecisionResponse(decided.Status.ToString().ToLowerInvariant(), decided.RedirectAddress))
            : RefusalResult.Of(answer);
    }
}

/// <summary>What the wallet shows, and the citizen signs.</summary>
/// <param name="Alternative">The other way that the platform offers; the citizen may always choose it (A6-1).</param>
/// <param name="Reverification">The platform names an identifier, and learns whether it is this person's.</param>
/// <param name="Expires">Until when it can be decided.</param>
internal sealed record RequestResponse(
    string TransactionId,
    string Platform,
    string PlatformName,
    string Service,
    string Purpose,
    string LegalBasis,
    string Alternative,
    string Mode,
    string Carrier,
    bool Reverification,
    IReadOnlyList<FieldDocument> Fields,
    IReadOnlyList<string> Predicates,
    DateTimeOffset Expires)
{
    public static RequestResponse From(VerificationRequestView view) => new(
        view.Transaction,
        view.Platform,
        view.PlatformName,
        view.Service,
        view.Purpose,
        view.LegalBasis,
        view.Alternative,
        view.Mode,
        Carriers.NameOf(view.Carrier),
        view.IsReverification,
        [.. view.Fields.Select(FieldDocument.From)],
        view.Predicates,
        view.Expires);
}

/// <param name="Status">approved, or denied.</param>
/// <param name="Redirect">On the same device: where to lead the browser now.</param>
internal sealed record DecisionResponse(string Status, string? Redirect = null)
{
    public override string ToString() => "sealed";
}
