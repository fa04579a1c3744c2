using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace NetIdGrains.Authority;

/// <summary>One relying party, keyed by its id.</summary>
[Alias("netid.platform")]
public interface IPlatformGrain : IGrainWithStringKey
{
    /// <summary>By the operator: registers and approves. The same again is no change; another under this id is refused.</summary>
    Task<Answer<PlatformRecord>> Register(RegisterPlatform command);

    /// <summary>By the platform itself: it stays a request until the operator approves it.</summary>
    Task<Answer<PlatformRecord>> Request(RegisterPlatform command);

    /// <summary>By the operator: another registration takes the place of this one.</summary>
    Task<Answer<PlatformRecord>> Amend(RegisterPlatform command);

    Task<Answer<PlatformRecord>> Change(ChangeStatus command);

    Task<Answer<PlatformRecord>> ReplaceKeys(ReplaceKeys command);

    /// <summary>A key that has leaked, by its RFC 7638 thumbprint: nothing signed with it counts from now on, nor any token got with it.</summary>
    Task<Answer<PlatformRecord>> RemoveKey(string thumbprint);

    Task<Answer<PlatformRecord>> RenewCallbackSecret();

    /// <summary>Null for an id that nobody has registered.</summary>
    [AlwaysInterleave]
    Task<PlatformRecord?> Record();

    /// <summary>What a front door serves this platform from for a moment, without asking again.</summary>
    [AlwaysInterleave]
    Task<Answer<PlatformLease>> Lease(LeaseRequest request);

    /// <summary>Checks a client assertion (RFC 7523 §3), once, and gives a short access token bound to a key (RFC 9449 §5).</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<AccessToken>> Authenticate(ClientAssertion assertion);
}

/// <summary>What a front door hands back with what it asks for.</summary>
/// <param name="Unused">What is left of the slice it had.</param>
/// <param name="RefusedAsks">How often it refused more than the platform is entitled to, since the last time.</param>
[GenerateSerializer]
[Alias("netid.lease-request")]
public sealed record LeaseRequest(int Unused, int RefusedAsks);

/// <summary>
/// A short right to serve one platform: its registration as of now and a slice of its quota. Suspending a platform gives no further lease, so
/// it takes effect within one.
/// </summary>
/// <param name="Slice">Verifications that may be served; 0 when the quota is spent.</param>
/// <param name="Duration">How long the lease is good, from when it was asked for.</param>
/// <param name="RetryAfter">When the quota has more, if the slice is 0.</param>
[GenerateSerializer]
[Alias("netid.platform-lease")]
public sealed record PlatformLease(
    string Platform,
    PlatformStatus Status,
    PlatformRegistration Registration,
    ImmutableArray<string> RemovedKeys,
    int Slice,
    TimeSpan Duration,
    TimeSpan RetryAfter);

/// <param name="Jwt">The assertion.</param>
/// <param name="ProofKey">The RFC 7638 thumbprint of the key that the token shall be bound to, proved (RFC 9449 §5).</param>
[GenerateSerializer]
[Alias("netid.client-assertion")]
public sealed record ClientAssertion(string Jwt, string ProofKey)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.access-token")]
public sealed record AccessToken(string Token, int ExpiresIn)
{
    public override string ToString() => "sealed";
}
