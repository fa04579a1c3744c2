using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>Keyed by a reference that only the authority can open: leads the sweeper to a record whose status lists may not have been told.</summary>
[Alias("netid.status-watch")]
public interface IStatusWatchGrain : IGrainWithStringKey
{
    /// <summary>When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

[GrainType("status-watch")]
public sealed class StatusWatchGrain(References references) : Grain, IStatusWatchGrain
{
    Task<NextLook> IStatusWatchGrain.Tidy()
    {
        DeactivateOnIdle();
        return references.TryOpenDevice(this.GetPrimaryKeyString(), out var personIndex, out _)
            ? GrainFactory.GetGrain<ICitizenGrain>(personIndex).TellLists()
            : Task.FromResult(new NextLook(null));
    }
}
