using System.Threading.RateLimiting;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>Whether what the front door calls can be reached.</summary>
internal interface IAvailability
{
    bool IsUp { get; }
}

/// <summary>
/// Answers at once what would only wait: everything while no grain can be reached, and what comes when as many are being answered as may be
/// (503 with <c>Retry-After</c>). Whether this process is alive and ready is always told.
/// </summary>
internal sealed class Shedding : IDisposable
{
    private readonly RequestDelegate _next;
    private readonly IAvailability? _availability;
    private readonly ConcurrencyLimiter _limiter;

    public Shedding(RequestDelegate next, FrontDoorSettings settings, IEnumerable<IAvailability> availability)
    {
        (_next, _availability) = (next, availability.SingleOrDefault());
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = settings.MostRequests, QueueLimit = 0 });
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            await _next(context);
            return;
        }

        using var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired && _availability is not { IsUp: false })
            await _next(context);
        else
            await new RefusalResult(Refusal.Unavailable).ExecuteAsync(context);
    }

    public void Dispose() => _limiter.Dispose();
}
