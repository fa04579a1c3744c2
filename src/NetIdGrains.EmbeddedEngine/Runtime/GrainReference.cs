using System.Reflection;
using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>
/// What <c>GetGrain</c> hands out: it implements the grain interface and sends each call. It remembers the activation it last spoke
/// to, so that a cached reference does not look anything up.
/// </summary>
internal class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
{
    private Activation? _lastActivation;
    private GrainEngine _engine = null!;
    private GrainInterface _interface = null!;

    public GrainId GrainId { get; private set; }

    /// <summary>DispatchProxy builds a class once per interface; each reference is then a cheap copy of this first object.</summary>
    public static GrainReference NewPrototype(Type grainInterface) => (GrainReference)Create(grainInterface, typeof(GrainReference));

    public object For(GrainEngine engine, GrainInterface grainInterface, GrainId grainId)
    {
        var copy = (GrainReference)MemberwiseClone();
        (copy._engine, copy._interface, copy.GrainId) = (engine, grainInterface, grainId);
        return copy;
    }

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => obj is GrainReference other && Equals(other);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}:{_interface.Type.FullName}";

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = _interface.Methods[targetMethod!];
        var request = method.NewRequest(args ?? []);
        _engine.Send(GrainId, ref _lastActivation, request, method.ResponseTimeout);
        return request.Completion;
    }
}
