using Orleans;
using Orleans.Concurrency;

namespace NetIdGrains.Authority;

/// <summary>One shard of the authentication log, through which its writes come together so that they share a commit.</summary>
[Alias("netid.authentication-log")]
public interface IAuthenticationLogGrain : IGrainWithStringKey
{
    /// <summary>At most once per platform and sequence number: returns what is logged now, this entry or the earlier one.</summary>
    [AlwaysInterleave]
    Task<Logged> Record(LogEntry entry);

    [AlwaysInterleave]
    Task<Logged?> Find(string platform, string sequenceNumber);
}

[GrainType("authentication-log")]
public sealed class AuthenticationLogGrain(IAuthenticationLog log) : Grain, IAuthenticationLogGrain
{
    Task<Logged> IAuthenticationLogGrain.Record(LogEntry entry) => log.InsertAsync(entry);

    Task<Logged?> IAuthenticationLogGrain.Find(string platform, string sequenceNumber) => log.FindAsync(platform, sequenceNumber);
}

internal static class AuthenticationLogShards
{
    private const int Count = 64;

    /// <summary>Always the same shard for one platform and sequence number, in every process: it is what makes a repeat meet its first.</summary>
    public static IAuthenticationLogGrain AuthenticationLog(this IGrainFactory grains, string platform, string sequenceNumber)
    {
        var hash = 2166136261u; // FNV-1a
        foreach (var character in platform + "/" + sequenceNumber)
            hash = (hash ^ character) * 16777619;
        return grains.GetGrain<IAuthenticationLogGrain>($"{hash % Count:d2}");
    }
}
