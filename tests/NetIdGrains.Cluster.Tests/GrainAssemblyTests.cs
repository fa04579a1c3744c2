using NetIdGrains.Authority;
using NetIdGrains.Contract;
using Orleans;

namespace NetIdGrains.ClusterTests;

/// <summary>
/// Our grains on Orleans. This project refers to their assembly, so every silo of these tests hosts them, and a silo starts only if it can
/// serialize and copy what their interfaces name.
/// </summary>
public sealed class GrainAssemblyTests
{
    [Fact]
    public async Task A_silo_with_our_grains_starts_and_has_one_class_for_each_interface()
    {
        var interfaces = typeof(CitizenGrain).Assembly.GetTypes().Where(IsCalled).ToList();
        Assert.Contains(typeof(ICitizenGrain), interfaces);
        var cluster = await ContractCluster.StartAsync();
        Assert.All(interfaces, type => cluster.Grains.GetGrain(type, "key"));
        await cluster.StopAsync();
    }

    /// <summary>A grain interface that is not only the base of others.</summary>
    private static bool IsCalled(Type type) =>
        type.IsInterface && type.IsAssignableTo(typeof(IGrainWithStringKey))
        && !type.Assembly.GetTypes().Any(other => other.IsInterface && other != type && other.IsAssignableTo(type));
}
