using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>
/// Runs grains in this one process: finds or makes the activation a call is for, ends idle ones, and on stopping lets every running call
/// end and every activation deactivate. It is no cluster; production runs the same grains on Microsoft Orleans.
/// </summary>
public sealed class GrainEngine : IClusterClient, IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;
    private readonly FrozenDictionary<Type, (GrainInterface Interface, GrainType Implementation)> _interfaces;
    private readonly EngineOptions _options;
    private readonly ILogger<GrainEngine> _logger;
    private ITimer? _sweeper;
    private long _lastCollection;
    private volatile bool _stopping;
    private volatile bool _stopped;

    public GrainEngine(IServiceProvider services, EngineOptions options, TimeProvider time, TurnScheduler turns, ILogger<GrainEngine> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.CollectionAge <= options.CollectionQuantum)
            throw new OrleansConfigurationException("CollectionAge must be longer than CollectionQuantum.");
        (ServiceProvider, _options, Time, Turns, _logger) = (services, options, time, turns, logger);
        _classes = options.GrainAssemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(Grain)) && !type.IsAbstract)
            .Append(typeof(ReminderTableGrain))
            .Select(GrainClass.Of)
            .ToFrozenDictionary(grainClass => grainClass.GrainType);
        _interfaces = _classes.Values
            .SelectMany(grainClass => grainClass.Interfaces.Select(type => (type, grainClass.GrainType)))
            .GroupBy(pair => pair.type, pair => pair.GrainType)
            .Where(implementations => implementations.Count() == 1) // a base interface of several grains names none of them
            .ToFrozenDictionary(pair => pair.Key, pair => (GrainInterface.Of(pair.Key), pair.Single()));
        Reminders = new ReminderRegistry(this, options.MinimumReminderPeriod);
    }

    public IServiceProvider ServiceProvider { get; }

    internal TimeProvider Time { get; }

    internal TurnScheduler Turns { get; }

    internal ReminderRegistry Reminders { get; }

    /// <summary>Killed in a simulation: nothing runs any more.</summary>
    internal bool IsDead { get; private set; }

    /// <summary>How many grains are in memory.</summary>
    public int ActivationCount => _activations.Count;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        if (grainClassNamePrefix is not null)
            throw new NotSupportedException("One class per grain interface: there is nothing for a prefix to choose.");
        if (!_interfaces.TryGetValue(typeof(TGrainInterface), out var found))
            throw new ArgumentException($"Could not find an implementation for interface {typeof(TGrainInterface)}.", nameof(TGrainInterface));
        return (TGrainInterface)found.Interface.Prototype.For(
            this, found.Interface, new GrainId(found.Implementation, IdSpan.Create(primaryKey)));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lastCollection = Time.GetTimestamp();
        var interval = _options.ResponseTimeout < TimeSpan.FromSeconds(1) ? _options.ResponseTimeout : TimeSpan.FromSeconds(1);
        _sweeper = Time.CreateTimer(static state => ((GrainEngine)state!).Sweep(), this, interval, interval);
        if (_classes.Values.Any(grainClass => typeof(IRemindable).IsAssignableFrom(grainClass.Type)))
            await Reminders.StartAsync();
    }

    /// <summary>Running calls end, waiting ones fail, every activation deactivates; what was acknowledged is durable, nothing is half written.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating.");
        while (!_activations.IsEmpty) // a call that came just before may still make an activation
            await Task.WhenAll(_activations.Values.Select(activation => activation.Deactivate(reason))).WaitAsync(cancellationToken);
        _stopped = true;
        Dispose();
    }

    public void Dispose() => _sweeper?.Dispose();

    /// <summary>The process dies, as far as its grains can tell: activations vanish between two turns and callers see the silo gone.</summary>
    internal void Kill()
    {
        IsDead = _stopped = true;
        Dispose();
        foreach (var activation in _activations.Values)
            activation.Kill(new SiloUnavailableException("The engine was killed."));
    }

    internal void Send(GrainId grainId, ref Activation? last, Request request, TimeSpan? responseTimeout)
    {
        request.Deadline = Time.GetTimestamp() + (long)((responseTimeout ?? _options.ResponseTimeout).TotalSeconds * Time.TimestampFrequency);
        if (request.IsSettled || last?.TryEnqueue(request) == true)
            return;
        last = Deliver(grainId, request);
    }

    /// <summary>A call that an ending activation did not get to goes to the next one, but not for ever.</summary>
    internal void Resend(GrainId grainId, Request request, bool servedBefore)
    {
        if (!servedBefore && ++request.Forwards > 2)
            request.Fail(new OrleansMessageRejectionException($"Forwarding failed: grain type {grainId.Type} keeps deactivating before it serves a call."));
        else
            Deliver(grainId, request);
    }

    internal void SendTick(GrainId grainId, Request tick) => Deliver(grainId, tick);

    internal void Remove(Activation activation) => _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    internal void LogDeactivationFailure(GrainType grainType, Exception exception) =>
        _logger.LogError("Deactivating a {GrainType} failed with {ExceptionType}", grainType, exception.GetType().Name);

    private Activation? Deliver(GrainId grainId, Request request)
    {
        while (!_stopping && !_stopped)
        {
            var activation = _activations.GetOrAdd(
                grainId, static (id, engine) => new Activation(engine, engine._classes[id.Type], id), this);
            if (activation.TryEnqueue(request))
                return activation;
            Remove(activation);
        }

        request.Fail(_stopped
            ? new SiloUnavailableException("The engine has stopped.")
            : new OrleansException($"No active nodes are compatible with grain type {grainId.Type}: this process is terminating."));
        return null;
    }

    private void Sweep()
    {
        var now = Time.GetTimestamp();
        var collect = Time.GetElapsedTime(_lastCollection, now) >= _options.CollectionQuantum;
        if (collect)
            _lastCollection = now;
        foreach (var (_, activation) in _activations)
            activation.Sweep(now, collect ? _options.CollectionAge : TimeSpan.MaxValue);
    }
}
