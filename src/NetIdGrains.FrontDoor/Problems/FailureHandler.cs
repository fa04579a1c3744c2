using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using NetIdGrains.Authority;
using Orleans.Runtime;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// What is no refusal: a store or grain that did not answer is "try again"; anything else is a bare 500 that says nothing. The log gets the
/// exception's type and where it was thrown, never its message, which may quote what it choked on.
/// </summary>
internal sealed class FailureHandler(ILogger<FailureHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BadHttpRequestException bad)
        {
            httpContext.Response.StatusCode = bad.StatusCode;
            return true;
        }

        if (httpContext.RequestAborted.IsCancellationRequested)
            return true; // nobody is there to be answered
        logger.LogError("{ExceptionType} while answering\n{StackTrace}", exception.GetType().FullName, exception.StackTrace);
        if (exception is OrleansException or TimeoutException or IOException or OperationCanceledException)
            await new RefusalResult(Refusal.Unavailable).ExecuteAsync(httpContext);
        else
            httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return true;
    }

    /// <summary>Gives a body to what the framework itself answered with a status alone.</summary>
    public static Task DescribeAsync(HttpContext httpContext) => httpContext.Response.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new RefusalResult(Refusal.BodyTooLarge).ExecuteAsync(httpContext),
        StatusCodes.Status415UnsupportedMediaType => new RefusalResult(Refusal.WrongContentType).ExecuteAsync(httpContext),
        var status => TypedResults.Problem(title: ReasonPhrases.GetReasonPhrase(status), statusCode: status, type: "about:blank").ExecuteAsync(httpContext),
    };
}
