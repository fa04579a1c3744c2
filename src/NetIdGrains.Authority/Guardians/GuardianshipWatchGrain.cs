using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

[GrainType("guardianship-watch")]
public sealed class GuardianshipWatchGrain(References references) : Grain, IGuardianshipWatchGrain
{
    Task<NextLook> IGuardianshipWatchGrain.Tidy()
    {
        DeactivateOnIdle();
        return references.TryOpenDevice(this.GetPrimaryKeyString(), out var ward, out _)
            ? GrainFactory.GetGrain<IGuardianshipGrain>(ward).Tidy()
            : Task.FromResult(new NextLook(null));
    }
}
