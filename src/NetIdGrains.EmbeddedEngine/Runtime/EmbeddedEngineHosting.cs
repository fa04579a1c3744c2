using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;

namespace NetIdGrains.EmbeddedEngine;

public static class EmbeddedEngineHosting
{
    /// <summary>
    /// Runs grains inside this host. Storage is registered beside it, as keyed <c>IGrainStorage</c> services; a <see cref="TimeProvider"/>
    /// or <see cref="TurnScheduler"/> already registered is used instead of the real ones.
    /// </summary>
    public static IServiceCollection AddEmbeddedEngine(this IServiceCollection services, Action<EngineOptions> configure)
    {
        var options = new EngineOptions();
        configure(options);
        services.AddSingleton(provider => new GrainEngine(
            provider,
            options,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<TurnScheduler>() ?? TurnScheduler.ThreadPool,
            provider.GetRequiredService<ILogger<GrainEngine>>()));
        services.AddSingleton<IClusterClient>(provider => provider.GetRequiredService<GrainEngine>());
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainEngine>());
        return services.AddHostedService(provider => provider.GetRequiredService<GrainEngine>());
    }
}
