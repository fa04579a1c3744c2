using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>The public register of platforms, asking to be in it, and what a platform does with its own registration.</summary>
internal static class PlatformApi
{
    private const int PageSize = 50;

    public static void MapPlatforms(this IEndpointRouteBuilder routes)
    {
        var register = routes.MapGroup("/v1/platforms").WithTags("Register of platforms");
        register.MapGet("", List).WithSummary("Every platform: what it may ask, why, and what else it offers");
        register.MapGet("{platform}", Get).WithSummary("One platform");
        register.MapPut("{platform}", Ask).WithSummary("Ask to be registered under this id; the operator decides");
        var own = routes.MapGroup("/v1/platform").RequireAuthorization().WithTags("Platforms");
        own.MapGet("", GetOwn).WithSummary("The platform's own registration, with its callback secret");
        own.MapPut("keys", ReplaceKeys).WithSummary("New keys; the ones before stay good for a day");
        own.MapDelete("keys/{thumbprint}", RemoveKey).WithSummary("Take back a key that has leaked, by its RFC 7638 thumbprint");
        own.MapPost("callback-secret", RenewSecret).WithSummary("A new callback secret; the one before still signs beside it");
        own.MapPost("leave", Leave).WithSummary("Leave (A7-1): for 90 days identifiers can still be asked about");
    }

    private static async Task<Ok<PublicRegister>> List(IGrainFactory grains, string after = "")
    {
        var page = await PlatformRegisterGrain.Of(grains).List(after, PageSize);
        var records = await Task.WhenAll(page.Ids.Select(id => grains.GetGrain<IPlatformGrain>(id).Record()));
        var shown = records.OfType<PlatformRecord>().Where(IsPublic).Select(record => PublicPlatform.From(record));
        return TypedResults.Ok(new PublicRegister([.. shown], page.Ids.Length == PageSize ? page.Ids[^1] : null));
    }

    private static async Task<Results<Ok<PublicPlatform>, RefusalResult>> Get(string platform, IGrainFactory grains) =>
        PlatformRules.IsGoodId(platform) && await grains.GetGrain<IPlatformGrain>(platform).Record() is { } record && IsPublic(record)
            ? TypedResults.Ok(PublicPlatform.From(record))
            : new RefusalResult(Refusal.PlatformUnknown);

    /// <summary>Nothing of it counts before the operator has made sure of who asks, so nobody has to be known to ask.</summary>
    private static async Task<Results<Accepted, RefusalResult>> Ask(string platform, StrictBody<RegistrationDocument> body, IGrainFactory grains)
    {
        if (body.Value is not { } document)
            return new RefusalResult(body.Fault);
        if (!PlatformRules.IsGoodId(platform))
            return new RefusalResult(Fault.Invalid($"The platform's id in the path {PlatformRules.IdForm}"));
        if (document.Sector is not null || document.Quota is not null)
            return new RefusalResult(Fault.Invalid("sector and quota are the operator's to give: leave them out."));
        var command = new RegisterPlatform(document.ToRegistration(platform), new Attribution("Asked to be registered", "the platform"));
        var answer = await grains.GetGrain<IPlatformGrain>(platform).Request(command);
        return answer.Value is null ? RefusalResult.Of(answer) : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<OwnPlatform>, RefusalResult>> GetOwn(ServedPlatform platform, IGrainFactory grains, AuthorityKeys keys) =>
        platform.Refusal != Refusal.None ? platform.Refused()
        : await grains.GetGrain<IPlatformGrain>(platform.Id).Record() is { } record ? TypedResults.Ok(OwnPlatform.From(record, keys))
        : new RefusalResult(Refusal.PlatformUnknown);

    private static async Task<Results<Ok<OwnPlatform>, RefusalResult>> ReplaceKeys(
        ServedPlatform platform, StrictBody<KeysDocument> body, IGrainFactory grains, AuthorityKeys keys)
    {
        if (platform.Refusal != Refusal.None)
            return platform.Refused();
        if (body.Value is not { } document)
            return new RefusalResult(body.Fault);
        return Own(await grains.GetGrain<IPlatformGrain>(platform.Id).ReplaceKeys(new ReplaceKeys(document.Keys?.GetRawText(), document.KeysAddress)), keys);
    }

    private static async Task<Results<Ok<OwnPlatform>, RefusalResult>> RemoveKey(
        ServedPlatform platform, string thumbprint, IGrainFactory grains, AuthorityKeys keys) =>
        platform.Refusal != Refusal.None ? platform.Refused() : Own(await grains.GetGrain<IPlatformGrain>(platform.Id).RemoveKey(thumbprint), keys);

    private static async Task<Results<Ok<OwnPlatform>, RefusalResult>> RenewSecret(ServedPlatform platform, IGrainFactory grains, AuthorityKeys keys) =>
        platform.Refusal != Refusal.None ? platform.Refused() : Own(await grains.GetGrain<IPlatformGrain>(platform.Id).RenewCallbackSecret(), keys);

    private static async Task<Results<Ok<OwnPlatform>, RefusalResult>> Leave(
        ServedPlatform platform, StrictBody<ReasonDocument> body, IGrainFactory grains, AuthorityKeys keys)
    {
        if (platform.Refusal != Refusal.None)
            return platform.Refused();
        if (body.Value is not { } document)
            return new RefusalResult(body.Fault);
        var change = new ChangeStatus(PlatformStatus.Left, new Attribution(document.Reason, "the platform"));
        return Own(await grains.GetGrain<IPlatformGrain>(platform.Id).Change(change), keys);
    }

    private static Results<Ok<OwnPlatform>, RefusalResult> Own(Answer<PlatformRecord> answer, AuthorityKeys keys) =>
        answer.Value is { } record ? TypedResults.Ok(OwnPlatform.From(record, keys)) : RefusalResult.Of(answer);

    /// <summary>What only asked, and was never approved, is nobody's business.</summary>
    private static bool IsPublic(PlatformRecord record) => record.Changes.Any(change => change.Status == PlatformStatus.Approved);
}
