using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>Verifications that a citizen decides in their wallet: begun and followed by the platform.</summary>
internal static class TransactionApi
{
    private const int LongestWait = 25;

    public static void MapTransactions(this IEndpointRouteBuilder routes)
    {
        var transactions = routes.MapGroup("/v1/transactions").RequireAuthorization().WithTags("Verifications");
        transactions.MapPost("", Begin).WithMetadata(new SpendsQuota()).WithSummary("Ask a citizen: by a QR they scan, a link on the same device, or at a counter");
        transactions.MapGet("{transaction}", Get).WithSummary("How it stands; ?wait=25 waits up to 25 seconds for its end");
        transactions.MapDelete("{transaction}", Cancel).WithSummary("Ask no longer");
        transactions.MapPost("{transaction}/return", Return).WithSummary("The browser that began has come back: the answer");
    }

    private static async Task<Results<Created<VerificationResponse>, Ok<VerificationResponse>, RefusalResult>> Begin(
        ServedPlatform platform, StrictBody<TransactionRequest> body, References references, IGrainFactory grains, AuthorityOptions options)
    {
        if (platform.Refusal != Refusal.None)
            return platform.Refused();
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        var fault = platform.Admit(
            request.Service, request.SequenceNumber, request.Mode, request.Fields, request.Predicates, request.PlatformIdentifier, out var ask);
        if (fault.Refusal != Refusal.None)
            return new RefusalResult(fault);
        var carrier = Carriers.Parse(request.Carrier);
        var callback = request.Callback == true ? platform.Lease.Registration.CallbackAddress : null;
        if (request.Callback == true && callback is null)
            return new RefusalResult(Refusal.CallbackNotRegistered);
        var transaction = references.Transaction(platform.Id, request.SequenceNumber);
        var answer = await grains.GetGrain<IVerificationGrain>(transaction).Begin(new BeginVerification(
            ask!, carrier, request.RedirectAddress, request.State, request.CodeChallenge, request.Qr, callback));
        if (answer.Value is not { } view)
            return RefusalResult.Of(answer);
        var response = VerificationResponse.From(
            view, carrier == Carrier.Counter ? null : $"{options.Issuer}/v1/requests/{view.Transaction}");
        return view.IsNew ? TypedResults.Created($"/v1/transactions/{view.Transaction}", response) : TypedResults.Ok(response);
    }

    private static async Task<Results<Ok<VerificationResponse>, RefusalResult>> Get(
        ServedPlatform platform, string transaction, References references, IGrainFactory grains, string wait = "0")
    {
        if (Check(platform, transaction, references) is { } refused)
            return refused;
        if (!int.TryParse(wait, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > LongestWait)
            return new RefusalResult(Fault.Invalid($"wait must be 0 to {LongestWait} seconds."));
        var grain = grains.GetGrain<IVerificationGrain>(transaction);
        var view = await grain.View(platform.Id); // first, or another platform could wait for what is not its own
        if (seconds == 0 || view.Value?.Status != VerificationStatus.Pending)
            return Answered(view);
        await grain.Wait(TimeSpan.FromSeconds(seconds));
        return Answered(await grain.View(platform.Id));
    }

    private static async Task<Results<Ok<VerificationResponse>, RefusalResult>> Cancel(
        ServedPlatform platform, string transaction, References references, IGrainFactory grains) =>
        Check(platform, transaction, references) is { } refused
            ? refused
            : Answered(await grains.GetGrain<IVerificationGrain>(transaction).Cancel(platform.Id));

    private static async Task<Results<Ok<VerificationResponse>, RefusalResult>> Return(
        ServedPlatform platform, string transaction, StrictBody<ReturnRequest> body, References references, IGrainFactory grains)
    {
        if (Check(platform, transaction, references) is { } refused)
            return refused;
        if (body.Value is not { } request)
            return new RefusalResult(body.Fault);
        return Answered(await grains.GetGrain<IVerificationGrain>(transaction).Return(new ReturnVerification(platform.Id, request.Code, request.CodeVerifier)));
    }

    private static RefusalResult? Check(ServedPlatform platform, string transaction, References references) =>
        platform.Refusal != Refusal.None ? platform.Refused()
        : references.IsTransaction(transaction) ? null
        : new RefusalResult(Refusal.TransactionUnknown);

    private static Results<Ok<VerificationResponse>, RefusalResult> Answered(Answer<VerificationView> answer) =>
        answer.Value is { } view ? TypedResults.Ok(VerificationResponse.From(view)) : RefusalResult.Of(answer);
}

/// <summary>The names of the carriers outside.</summary>
internal static class Carriers
{
    private static readonly (string Name, Carrier Carrier)[] Names =
        [("scan", Carrier.Scan), ("same-device", Carrier.SameDevice), ("counter", Carrier.Counter)];

    /// <summary>None for a name that is none, which the verification refuses in its order.</summary>
    public static Carrier Parse(string name) => Names.FirstOrDefault(known => known.Name == name).Carrier;

    public static string NameOf(Carrier carrier) => Names.First(known => known.Carrier == carrier).Name;
}

/// <param name="Service">Which of the platform's services asks.</param>
/// <param name="SequenceNumber">The platform's own number of this verification: 32 letters or digits, never used before.</param>
/// <param name="Mode">R01 to R04: what the citizen shows.</param>
/// <param name="Carrier">scan, same-device or counter.</param>
/// <param name="Fields">Identity data that a law makes the platform hold (A8-2); each is the citizen's to refuse, but for those that law requires.</param>
/// <param name="Predicates">age_band, minor, guardian_consent; as far as the service is entitled.</param>
/// <param name="PlatformIdentifier">For a re-verification: the identifier that must be this person's.</param>
/// <param name="RedirectAddress">Same device: where the wallet leads back to, as registered.</param>
/// <param name="State">Same device: handed back there.</param>
/// <param name="CodeChallenge">Same device: S256 of a secret kept in the browser that begins (RFC 7636).</param>
/// <param name="Qr">Counter: what the wallet showed.</param>
/// <param name="Callback">Whether the platform's callback address is told of the end.</param>
internal sealed record TransactionRequest(
    string Service,
    string SequenceNumber,
    string Mode,
    string Carrier,
    IReadOnlyList<string>? Fields = null,
    IReadOnlyList<string>? Predicates = null,
    string? PlatformIdentifier = null,
    string? RedirectAddress = null,
    string? State = null,
    string? CodeChallenge = null,
    string? Qr = null,
    bool? Callback = null)
{
    public override string ToString() => "sealed";
}

/// <param name="Code">What the browser brought back.</param>
/// <param name="CodeVerifier">The secret whose S256 was the challenge.</param>
internal sealed record ReturnRequest(string Code, string CodeVerifier)
{
    public override string ToString() => "sealed";
}
