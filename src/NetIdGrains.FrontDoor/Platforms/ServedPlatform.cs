using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Security.Claims;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>Marks an endpoint whose requests count against the platform's quota.</summary>
internal sealed class SpendsQuota;

/// <summary>The platform that a request comes from, as leased: whether it may be served now, and what it may ask.</summary>
internal sealed class ServedPlatform : IBindableFromHttpContext<ServedPlatform>
{
    private readonly HeldLease _held;
    private readonly PlatformLease? _lease;
    private readonly TimeSpan _wait;

    private ServedPlatform(HeldLease held, Refusal refusal, TakenLease taken) =>
        (_held, Refusal, _lease, _wait) = (held, refusal, taken.Lease, taken.Wait);

    public Refusal Refusal { get; }

    public string Id => Lease.Platform;

    public PlatformLease Lease => _lease ?? throw new InvalidOperationException("A platform that is refused is not served.");

    public static async ValueTask<ServedPlatform?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var id = context.User.FindFirstValue(ClaimTypes.NameIdentifier)!;
        var held = context.RequestServices.GetRequiredService<PlatformLeases>().Of(id);
        var taken = await held.TakeAsync(context.GetEndpoint()!.Metadata.GetMetadata<SpendsQuota>() is not null);
        if (taken.Lease is { } lease)
            Tell(context.Response, lease, taken);
        return new ServedPlatform(held, RefusalOf(taken, context.User.FindFirstValue(PlatformAuthentication.AssertionKeyClaim)!), taken);
    }

    public RefusalResult Refused() => new((Fault)Refusal, _wait);

    /// <summary>Holds what is asked against what the platform is registered for; an ask beyond it is counted, in public.</summary>
    public Fault Admit(
        string service,
        string sequenceNumber,
        string mode,
        IReadOnlyList<string>? fields,
        IReadOnlyList<string>? predicates,
        string? identifier,
        out VerificationAsk? ask)
    {
        var fault = VerificationRules.Admit(Lease, service, sequenceNumber, mode, [.. fields ?? []], [.. predicates ?? []], identifier, out ask);
        if (fault.Refusal == Refusal.BeyondEntitlement)
            _held.CountRefusedAsk();
        return fault;
    }

    /// <summary>A token is worth as much as the key that it was got with: one that has leaked takes its tokens along.</summary>
    private static Refusal RefusalOf(TakenLease taken, string assertionKey) =>
        taken.Lease is not { } lease ? taken.Refusal
        : lease.Status is not (PlatformStatus.Approved or PlatformStatus.Left) ? Refusal.PlatformNotApproved
        : lease.RemovedKeys.Contains(assertionKey) ? Refusal.AccessTokenInvalid
        : taken.Refusal;

    /// <summary>draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it here.</summary>
    private static void Tell(HttpResponse response, PlatformLease lease, TakenLease taken)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(taken.Wait.TotalSeconds));
        response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"verifications\";q={lease.Registration.Quota};w=1");
        response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"verifications\";r={taken.Left};t={seconds}");
    }
}
