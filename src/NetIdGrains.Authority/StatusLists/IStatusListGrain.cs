using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// What one status list says, keyed by a <see cref="StatusBlock"/>: derived from the citizens' records, never the truth. The authority itself asks no
/// list; those do who verify offline.
/// </summary>
[Alias("netid.status-list")]
public interface IStatusListGrain : IGrainWithStringKey
{
    /// <summary>From now on it is published; all its entries are valid.</summary>
    Task<Answer<StatusesKept>> Begin();

    /// <summary>Doing it twice is doing it once; a list that was dropped takes nothing, and needs not.</summary>
    Task<Answer<StatusesKept>> Set(ImmutableArray<StatusEntry> entries);

    /// <summary>As signed last, unless that is longer ago than <see cref="AuthorityOptions.StatusListPeriod"/>.</summary>
    Task<Answer<PublishedStatusList>> Publish(bool asCwt);

    Task<Answer<StatusesKept>> Drop();
}

internal static class StatusLists
{
    /// <summary>All of them at once; false when one has not kept it.</summary>
    public static async Task<bool> TellListsAsync(this IGrainFactory grains, IEnumerable<(string List, ImmutableArray<StatusEntry> Entries)> lists)
    {
        var kept = await Task.WhenAll(lists.Select(list => TellAsync(grains.GetGrain<IStatusListGrain>(list.List), list.Entries)));
        return Array.TrueForAll(kept, isKept => isKept);
    }

    private static async Task<bool> TellAsync(IStatusListGrain list, ImmutableArray<StatusEntry> entries) =>
        (await list.Set(entries)).Refusal == Refusal.None;
}

/// <summary>What an offline verifier is told of a certificate.</summary>
[GenerateSerializer]
[Alias("netid.certificate-status")]
public enum CertificateStatus
{
    Valid = 0,

    /// <summary>Given up, for good.</summary>
    Invalid = 1,

    /// <summary>Frozen; it may become valid again.</summary>
    Suspended = 2,
}

[GenerateSerializer]
[Alias("netid.status-entry")]
public sealed record StatusEntry(int Index, CertificateStatus Status);

/// <summary>The list says so from its next signing on.</summary>
[GenerateSerializer]
[Alias("netid.statuses-kept")]
public sealed record StatusesKept;

/// <param name="Token">A signed list: a JWT's text in ASCII, or a CWT.</param>
/// <param name="Made">When it was signed.</param>
/// <param name="Next">From when on a new one is signed for whoever asks.</param>
[GenerateSerializer]
[Alias("netid.published-status-list")]
public sealed record PublishedStatusList(ImmutableArray<byte> Token, DateTimeOffset Made, DateTimeOffset Next)
{
    /// <summary>Also not when the wall clock was set back past its making: it would say that it was made in the future.</summary>
    public bool IsFresh(DateTimeOffset now) => now >= Made && now < Next;
}
