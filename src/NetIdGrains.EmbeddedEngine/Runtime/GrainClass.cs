using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>One grain class: its name in keys, its interfaces, and how an instance is made. Read by reflection once, at start-up.</summary>
internal sealed class GrainClass
{
    private static readonly ConcurrentDictionary<Type, GrainClass> Known = new();
    private readonly ObjectFactory _construct;
    private readonly Func<Activation, PersistentState>[] _stateFactories;

    private GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? DefaultName(type));
        var states = type.GetConstructors()
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute)))
            .ToArray();
        _construct = ActivatorUtilities.CreateFactory(type, [.. states.Select(parameter => parameter.ParameterType)]);
        _stateFactories = [.. states.Select(StateFactory)];
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    /// <summary>The engine's own bookkeeping grain stays; every other activation is collected when idle.</summary>
    public bool NeverCollected => Type == typeof(ReminderTableGrain);

    public IEnumerable<Type> Interfaces => Type.GetInterfaces().Where(candidate =>
        typeof(IGrainWithStringKey).IsAssignableFrom(candidate) && candidate != typeof(IGrainWithStringKey));

    /// <summary>Read and compiled once per process, however many engines a test starts.</summary>
    public static GrainClass Of(Type type) => Known.GetOrAdd(type, static key => new GrainClass(key));

    /// <summary>Makes the instance and its states, which are read by the caller before the grain activates.</summary>
    public (Grain Grain, PersistentState[] States) Construct(Activation activation)
    {
        try
        {
            var states = Array.ConvertAll(_stateFactories, factory => factory(activation));
            return ((Grain)_construct(activation.Engine.ServiceProvider, states), states);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Failed to create an instance of grain type '{Type.FullName}'. See InnerException for details.", exception);
        }
    }

    private static string DefaultName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) && name.Length > "grain".Length ? name[..^"grain".Length] : name;
    }

    private static Func<Activation, PersistentState> StateFactory(ParameterInfo parameter)
    {
        var attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var stateType = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments()[0]);
        var (activation, storage) = (Expression.Parameter(typeof(Activation)), Expression.Parameter(typeof(IGrainStorage)));
        var construct = Expression.Lambda<Func<Activation, IGrainStorage, PersistentState>>(
            Expression.New(stateType.GetConstructors()[0], activation, Expression.Constant(attribute.StateName), storage),
            activation,
            storage).Compile();
        return context => construct(context, Storage(context.Engine.ServiceProvider, attribute.StorageName ?? "Default"));
    }

    private static IGrainStorage Storage(IServiceProvider services, string name) =>
        services.GetKeyedService<IGrainStorage>(name)
        ?? throw new BadProviderConfigException($"No storage named '{name}' is configured.");
}
