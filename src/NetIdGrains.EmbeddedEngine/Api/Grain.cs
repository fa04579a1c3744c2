using NetIdGrains.EmbeddedEngine;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>The root of every grain interface.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string, the only kind of key this engine knows.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>What the runtime asks of a grain class. <see cref="Grain"/> implements it.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>The base class of grains: one instance per key at a time, one call at a time.</summary>
    public abstract class Grain : IGrainBase, IAddressable
    {
        /// <summary>Made by the engine only, inside an activation; a test without an engine cannot construct a grain.</summary>
        protected Grain() => GrainContext = Activation.Current
            ?? throw new InvalidOperationException("A grain is constructed by the engine when it is called, never with new.");

        public IGrainContext GrainContext { get; }

        protected IGrainFactory GrainFactory => Context.Engine;

        internal Activation Context => (Activation)GrainContext;

        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Ends this activation when the running calls have ended; waiting calls go to the next one.</summary>
        protected void DeactivateOnIdle() => _ = Context.Deactivate(
            new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));
    }

    /// <summary>Makes references to grains. Making one wakes nothing and sends nothing.</summary>
    public interface IGrainFactory
    {
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;
    }

    /// <summary>The grain factory as code outside grains gets it from the container.</summary>
    public interface IClusterClient : IGrainFactory
    {
        IServiceProvider ServiceProvider { get; }
    }

    public static class GrainExtensions
    {
        /// <summary>The string key of a grain or of a reference to one.</summary>
        public static string GetPrimaryKeyString(this IAddressable grain) => grain switch
        {
            Grain instance => instance.Context.GrainId.Key.ToString(),
            GrainReference reference => reference.GrainId.Key.ToString(),
            _ => throw new ArgumentException("Not a grain or a grain reference.", nameof(grain)),
        };
    }

    public static class GrainBaseExtensions
    {
        /// <summary>Starts a timer that lives as long as this activation; a period is counted from the end of one tick to the start of the next.</summary>
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(grain);
            ArgumentNullException.ThrowIfNull(callback);
            return ((Activation)grain.GrainContext).RegisterTimer(callback, options);
        }
    }

    /// <summary>Why an activation ends.</summary>
    public readonly struct DeactivationReason(DeactivationReasonCode code, string text)
    {
        public DeactivationReasonCode ReasonCode { get; } = code;

        public string Description { get; } = text;

        public override string ToString() => $"{ReasonCode}: {Description}";
    }

    public enum DeactivationReasonCode : byte
    {
        None = 0,
        ShuttingDown = 1,
        ActivationFailed = 2,
        DirectoryFailure = 3,
        ActivationIdle = 4,
        ActivationUnresponsive = 5,
        DuplicateActivation = 6,
        IncompatibleRequest = 7,
        ApplicationError = 8,
        ApplicationRequested = 9,
        Migrating = 10,
        RuntimeRequested = 11,
        HighMemoryPressure = 12,
    }
}

namespace Orleans.Runtime
{
    /// <summary>One activation of a grain, as the grain sees it.</summary>
    public interface IGrainContext
    {
        GrainId GrainId { get; }
    }
}
