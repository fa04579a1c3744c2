using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>A11-1: the operator's record of notices left out or late, on the machine itself.</summary>
internal static class NoticeExceptionApi
{
    public static void MapNoticeExceptions(this IEndpointRouteBuilder routes)
    {
        var exceptions = routes.MapGroup("/operator/notice-exceptions").AddEndpointFilter(OperatorApi.OnlyOnTheMachine).ExcludeFromDescription();
        exceptions.MapGet("", List);
        exceptions.MapPost("", Record);
        exceptions.MapPost("{number:int}/given", Give);
    }

    private static async Task<Ok<NoticeExceptionList>> List(IGrainFactory grains)
    {
        var listed = await NoticeExceptionsGrain.Of(grains).List();
        var (open, given) = (listed.All.Where(exception => exception.Given is null), listed.All.Where(exception => exception.Given is not null));
        return TypedResults.Ok(new NoticeExceptionList([.. open], [.. given], listed.All.Count(exception => exception.Overdue)));
    }

    private static async Task<Results<Ok<NoticeException>, RefusalResult>> Record(StrictBody<NoticeExceptionDocument> body, IGrainFactory grains)
    {
        if (body.Value is not { } document)
            return new RefusalResult(body.Fault);
        var answer = await NoticeExceptionsGrain.Of(grains).Record(
            new RecordNoticeException(document.ReasonCode, document.LegalReference, document.Due, document.By));
        return answer.Value is { } recorded ? TypedResults.Ok(recorded) : RefusalResult.Of(answer);
    }

    private static async Task<Results<Ok<NoticeException>, RefusalResult>> Give(int number, StrictBody<NoticeGivenDocument> body, IGrainFactory grains)
    {
        if (body.Value is not { } document)
            return new RefusalResult(body.Fault);
        var answer = await NoticeExceptionsGrain.Of(grains).Give(number, document.By);
        return answer.Value is { } given ? TypedResults.Ok(given) : RefusalResult.Of(answer);
    }
}

/// <param name="By">Who says that it was given.</param>
internal sealed record NoticeGivenDocument(string By);

/// <param name="Due">The last day on which the notice is to be given, <c>yyyy-MM-dd</c>.</param>
internal sealed record NoticeExceptionDocument(string ReasonCode, string LegalReference, DateOnly Due, string By);

/// <param name="Exceptions">Notices still to be given, the first due first.</param>
/// <param name="Given">Those that were given after all.</param>
/// <param name="Overdue">How many should have been given by now.</param>
internal sealed record NoticeExceptionList(IReadOnlyList<NoticeException> Exceptions, IReadOnlyList<NoticeException> Given, int Overdue);
