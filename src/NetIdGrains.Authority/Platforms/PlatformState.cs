using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>Keys that were replaced, good until then.</summary>
[GenerateSerializer]
[Alias("netid.retiring-keys")]
public sealed record RetiringKeys(string Keys, DateTimeOffset Until);

public sealed record PlatformState
{
    public PlatformRegistration? Registration { get; init; }

    public PlatformStatus Status { get; init; }

    /// <summary>The oldest first; the last one made the status what it is.</summary>
    public ImmutableArray<PlatformChange> Changes { get; init; } = [];

    public ImmutableArray<RetiringKeys> Retiring { get; init; } = [];

    /// <summary>RFC 7638 thumbprints of keys taken back, wherever they may turn up again.</summary>
    public ImmutableArray<string> RemovedKeys { get; init; } = [];

    public long RefusedAsks { get; init; }

    public int CallbackSecret { get; init; } = 1;

    /// <summary>Ids of client assertions already used, until they expire (RFC 7523 §3, item 7).</summary>
    public ImmutableDictionary<string, DateTimeOffset> UsedAssertions { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;
}
