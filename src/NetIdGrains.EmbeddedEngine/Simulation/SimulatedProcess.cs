using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine.Simulation;

/// <summary>One process of a simulated authority: an engine in a <see cref="SimulatedWorld"/> that can be killed between any two turns.</summary>
public sealed class SimulatedProcess
{
    private readonly SimulatedDisk _disk;
    private readonly GrainEngine _engine;

    private SimulatedProcess(SimulatedDisk disk, GrainEngine engine) => (_disk, _engine) = (disk, engine);

    public IClusterClient Client => _engine;

    /// <summary>Starts a process over what is on the disk; one that cannot start is started again, as a service manager does.</summary>
    public static async Task<SimulatedProcess> StartAsync(
        SimulatedWorld world, SimulatedDisk disk, Action<IServiceCollection> configureServices, Action<EngineOptions> configureEngine)
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(world.Time).AddSingleton(world.Turns);
        services.AddEmbeddedEngine(configureEngine);
        configureServices(services);
        while (true)
        {
            disk.Incarnation++;
            var engine = services.BuildServiceProvider().GetRequiredService<GrainEngine>();
            try
            {
                await engine.StartAsync(CancellationToken.None);
                return new SimulatedProcess(disk, engine);
            }
            catch (OrleansException)
            {
                engine.Kill();
            }
        }
    }

    /// <summary>SIGKILL: nothing of it runs any more; storage calls under way land or are lost by chance; callers see the silo gone.</summary>
    public void Kill()
    {
        _disk.Incarnation++;
        _engine.Kill();
    }
}
