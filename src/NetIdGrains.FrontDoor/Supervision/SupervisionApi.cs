using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>The supervisor's queue and an operator's freezes, on the machine itself; and what of it the public may count.</summary>
internal static class SupervisionApi
{
    private const int MostCases = 100;
    private const int MonthsReported = 13;

    public static void MapSupervision(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/report", Report).WithTags("Public").WithSummary("What was frozen, appealed against and complained of, by month");
        var supervision = routes.MapGroup("/operator").AddEndpointFilter(OperatorApi.OnlyOnTheMachine).ExcludeFromDescription();
        supervision.MapGet("cases", Queue);
        supervision.MapGet("cases/{id}", Show);
        supervision.MapPost("cases/{id}", Decide);
        supervision.MapPost("freezes", Freeze);
    }

    private static async Task<Ok<PublicReport>> Report(IGrainFactory grains, TimeProvider time)
    {
        var now = ChinaCalendar.Local(time.GetUtcNow());
        var months = Enumerable.Range(0, MonthsReported).Select(back => ReportGrain.Of(grains, now.AddDays(1 - now.Day).AddMonths(-back)).Read());
        return TypedResults.Ok(new PublicReport([.. (await Task.WhenAll(months)).Where(month => !month.Counts.IsEmpty).Select(MonthDocument.From)]));
    }

    private static async Task<Ok<CaseQueue>> Queue(IGrainFactory grains, TimeProvider time)
    {
        var open = await CaseListGrain.Of(grains).List(MostCases);
        var cases = await Task.WhenAll(open.Ids.Select(id => grains.GetGrain<ICaseGrain>(id).View()));
        return TypedResults.Ok(new CaseQueue([.. cases.OfType<CaseView>().Select(view => SupervisedCase.From(view, time.GetUtcNow()))]));
    }

    private static async Task<Results<Ok<SupervisedCase>, RefusalResult>> Show(string id, IGrainFactory grains, TimeProvider time) =>
        await grains.GetGrain<ICaseGrain>(id).View() is { } view
            ? TypedResults.Ok(SupervisedCase.From(view, time.GetUtcNow()))
            : new RefusalResult(Refusal.CaseUnknown);

    private static async Task<Results<Ok<SupervisedCase>, RefusalResult>> Decide(
        string id, StrictBody<CaseDecision> body, IGrainFactory grains, TimeProvider time)
    {
        if (body.Value is not { } decision)
            return new RefusalResult(body.Fault);
        var answer = await grains.GetGrain<ICaseGrain>(id).Change(decision.ToCommand());
        return answer.Value is { } view ? TypedResults.Ok(SupervisedCase.From(view, time.GetUtcNow())) : RefusalResult.Of(answer);
    }

    private static async Task<Results<Ok<SupervisedResponse>, RefusalResult>> Freeze(StrictBody<OperatorFreezeDocument> body, IGrainFactory grains)
    {
        if (body.Value is not { } freeze)
            return new RefusalResult(body.Fault);
        if (!NetId.TryParse(freeze.NetId, out var netId, out _))
            return new RefusalResult(Refusal.NetIdUnknown);
        var answer = await grains.GetGrain<IOperatorFreezeGrain>(netId.Value)
            .Freeze(new OperatorFreeze(freeze.Reason, freeze.LegalBasis, freeze.By, freeze.Reference, freeze.Lift));
        return answer.Value is { } supervised ? TypedResults.Ok(SupervisedResponse.From(supervised)) : RefusalResult.Of(answer);
    }
}

/// <param name="Months">The latest first; a month without anything is left out.</param>
internal sealed record PublicReport(IReadOnlyList<MonthDocument> Months);

/// <param name="Month">Year and month, in China.</param>
/// <param name="Counts">By name.</param>
internal sealed record MonthDocument(string Month, IReadOnlyDictionary<string, int> Counts)
{
    public static MonthDocument From(MonthlyReport month) => new(month.Month, month.Counts.ToDictionary(count => count.What, count => count.Count));
}
