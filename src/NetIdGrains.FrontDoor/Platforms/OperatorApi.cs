using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>What the operator does on the machine itself: reachable only through a socket file that the owner of the data can open.</summary>
internal static class OperatorApi
{
    private const int PageSize = 200;

    public static void MapOperator(this IEndpointRouteBuilder routes)
    {
        var platforms = routes.MapGroup("/operator/platforms").AddEndpointFilter(OnlyOnTheMachine).ExcludeFromDescription();
        platforms.MapGet("", List);
        platforms.MapGet("{platform}", Get);
        platforms.MapPut("{platform}", Register);
        platforms.MapPost("{platform}/registration", Amend);
        platforms.MapPost("{platform}/status", Change);
        platforms.MapDelete("{platform}/keys/{thumbprint}", RemoveKey);
    }

    /// <summary>All of them, those too that have only asked.</summary>
    private static async Task<Ok<PublicRegister>> List(IGrainFactory grains, string after = "")
    {
        var page = await PlatformRegisterGrain.Of(grains).List(after, PageSize);
        var records = await Task.WhenAll(page.Ids.Select(id => grains.GetGrain<IPlatformGrain>(id).Record()));
        return TypedResults.Ok(new PublicRegister(
            [.. records.OfType<PlatformRecord>().Select(record => PublicPlatform.From(record, withNames: true))],
            page.Ids.Length == PageSize ? page.Ids[^1] : null));
    }

    private static async Task<Results<Ok<OperatorPlatform>, RefusalResult>> Get(string platform, IGrainFactory grains, OperatorView view) =>
        PlatformRules.IsGoodId(platform) && await grains.GetGrain<IPlatformGrain>(platform).Record() is { } record
            ? TypedResults.Ok(await view.ShowAsync(record))
            : new RefusalResult(Refusal.PlatformUnknown);

    private static async Task<Results<Ok<OperatorPlatform>, RefusalResult>> Register(
        string platform, StrictBody<OperatorRegistration> body, IGrainFactory grains, OperatorView view)
    {
        if (body.Value is not { } document)
            return new RefusalResult(body.Fault);
        if (!PlatformRules.IsGoodId(platform))
            return new RefusalResult(Fault.Invalid($"The platform's id {PlatformRules.IdForm}"));
        return await ShownAsync(await grains.GetGrain<IPlatformGrain>(platform).Register(document.ToCommand(platform)), view);
    }

    private static async Task<Results<Ok<OperatorPlatform>, RefusalResult>> Amend(
        string platform, StrictBody<OperatorRegistration> body, IGrainFactory grains, OperatorView view) =>
        body.Value is { } document && PlatformRules.IsGoodId(platform)
            ? await ShownAsync(await grains.GetGrain<IPlatformGrain>(platform).Amend(document.ToCommand(platform)), view)
            : new RefusalResult(body.Refusal == Refusal.None ? Refusal.PlatformUnknown : body.Fault);

    private static async Task<Results<Ok<OperatorPlatform>, RefusalResult>> Change(
        string platform, StrictBody<StatusDocument> body, IGrainFactory grains, OperatorView view) =>
        body.Value is { } document && PlatformRules.IsGoodId(platform)
            ? await ShownAsync(
                await grains.GetGrain<IPlatformGrain>(platform).Change(new ChangeStatus(document.ToStatus(), new Attribution(document.Reason, document.By))), view)
            : new RefusalResult(body.Refusal == Refusal.None ? Refusal.PlatformUnknown : body.Fault);

    private static async Task<Results<Ok<OperatorPlatform>, RefusalResult>> RemoveKey(string platform, string thumbprint, IGrainFactory grains, OperatorView view) =>
        PlatformRules.IsGoodId(platform)
            ? await ShownAsync(await grains.GetGrain<IPlatformGrain>(platform).RemoveKey(thumbprint), view)
            : new RefusalResult(Refusal.PlatformUnknown);

    private static async Task<Results<Ok<OperatorPlatform>, RefusalResult>> ShownAsync(Answer<PlatformRecord> answer, OperatorView view) =>
        answer.Value is { } record ? TypedResults.Ok(await view.ShowAsync(record)) : RefusalResult.Of(answer);

    /// <summary>This very socket file: a proxy may well speak to the front door through another one.</summary>
    internal static async ValueTask<object?> OnlyOnTheMachine(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var settings = context.HttpContext.RequestServices.GetRequiredService<FrontDoorSettings>();
        var local = context.HttpContext.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint;
        return local is UnixDomainSocketEndPoint && local.ToString() == settings.OperatorSocket ? await next(context) : TypedResults.NotFound();
    }
}

/// <summary>A registration as the operator hands it in.</summary>
/// <param name="Reason">Why; kept with it.</param>
/// <param name="By">Who.</param>
internal sealed record OperatorRegistration(RegistrationDocument Registration, string Reason, string By)
{
    public RegisterPlatform ToCommand(string platform) => new(Registration.ToRegistration(platform), new Attribution(Reason, By));
}
