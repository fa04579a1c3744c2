using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

public sealed record StatusListState
{
    /// <summary>As it was published some time: ZLIB, base64url. Null before it began and after it was dropped.</summary>
    public string? Statuses { get; init; }

    /// <summary>What has changed since, by index.</summary>
    public ImmutableSortedDictionary<int, CertificateStatus> Later { get; init; } = ImmutableSortedDictionary<int, CertificateStatus>.Empty;
}

/// <summary>An activation holds the list compressed, its latest changes and what was signed last; the list itself, a quarter of a megabyte, for a moment.</summary>
[GrainType("status-list")]
public sealed class StatusListGrain(
    [PersistentState("statuses", StorageNames.StatusLists)] IPersistentState<StatusListState> stored,
    WorkingKeys workingKeys,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<StatusListState>(stored), IStatusListGrain
{
    private PublishedStatusList? _jwt;
    private PublishedStatusList? _cwt;

    private string Name => this.GetPrimaryKeyString();

    async Task<Answer<StatusesKept>> IStatusListGrain.Begin() =>
        State.Statuses is not null || await TrySaveAsync(new StatusListState { Statuses = StatusListRules.New })
            ? new StatusesKept()
            : Refusal.Unavailable;

    async Task<Answer<StatusesKept>> IStatusListGrain.Set(ImmutableArray<StatusEntry> entries) =>
        State.Statuses is null || StatusListRules.Changed(State, entries) is not { } changed || await TrySaveAsync(changed)
            ? new StatusesKept()
            : Refusal.Unavailable;

    async Task<Answer<StatusesKept>> IStatusListGrain.Drop()
    {
        (_jwt, _cwt) = (null, null);
        DeactivateOnIdle();
        return State.Statuses is null || await ClearAsync() ? new StatusesKept() : Refusal.Unavailable;
    }

    async Task<Answer<PublishedStatusList>> IStatusListGrain.Publish(bool asCwt)
    {
        if (State.Statuses is null)
        {
            DeactivateOnIdle();
            return Refusal.StatusListUnknown;
        }

        var now = time.GetUtcNow();
        if ((asCwt ? _cwt : _jwt) is { } last && last.IsFresh(now))
            return last;
        var token = new StatusListToken(
            AddressOf(options, Name), now, now + WorkingKeys.StatusListLifetime, options.StatusListPeriod, StatusListRules.Read(State));
        var signer = await workingKeys.StatusListAsync();
        var signed = asCwt ? StatusListCwt.Sign(token, signer) : Encoding.ASCII.GetBytes(StatusListJwt.Sign(token, signer));
        var published = new PublishedStatusList(ImmutableCollectionsMarshal.AsImmutableArray(signed), now, now + options.StatusListPeriod);
        (_jwt, _cwt) = asCwt ? (_jwt, published) : (published, _cwt);
        return published;
    }

    /// <summary>What stands in certificates and in the list itself.</summary>
    public static string AddressOf(AuthorityOptions options, string name) => $"{options.Issuer}/v1/status-lists/{name}";
}
