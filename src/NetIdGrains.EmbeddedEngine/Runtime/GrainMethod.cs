using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>One method of a grain interface, compiled once: no call costs reflection.</summary>
internal sealed class GrainMethod
{
    private readonly Func<GrainMethod, object?[], Request> _newRequest;

    public GrainMethod(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.FullName}.{method.Name}";
        var parameters = method.GetParameters();
        TokenIndex = Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        Invoke = CompileInvoke(method, parameters);
        _newRequest = CompileNewRequest(method);
    }

    public string Name { get; }

    /// <summary>Where the cancellation token is among the arguments; -1 when there is none.</summary>
    public int TokenIndex { get; }

    public bool AlwaysInterleave { get; }

    public TimeSpan? ResponseTimeout { get; }

    public Func<object, object?[], Task> Invoke { get; }

    public Request NewRequest(object?[] arguments)
    {
        var request = _newRequest(this, arguments);
        if (TokenIndex >= 0)
            request.LinkCancellation((CancellationToken)arguments[TokenIndex]!);
        return request;
    }

    private static Func<object, object?[], Task> CompileInvoke(MethodInfo method, ParameterInfo[] parameters)
    {
        var (grain, arguments) = (Expression.Parameter(typeof(object)), Expression.Parameter(typeof(object?[])));
        var values = parameters.Select((parameter, index) => Expression.Convert(
            Expression.ArrayIndex(arguments, Expression.Constant(index)), parameter.ParameterType));
        var call = Expression.Call(Expression.Convert(grain, method.DeclaringType!), method, values);
        return Expression.Lambda<Func<object, object?[], Task>>(call, grain, arguments).Compile();
    }

    private static Func<GrainMethod, object?[], Request> CompileNewRequest(MethodInfo method)
    {
        var result = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(Nothing);
        var constructor = typeof(Request<>).MakeGenericType(result).GetConstructors()[0];
        var (self, arguments) = (Expression.Parameter(typeof(GrainMethod)), Expression.Parameter(typeof(object?[])));
        return Expression.Lambda<Func<GrainMethod, object?[], Request>>(
            Expression.New(constructor, self, arguments), self, arguments).Compile();
    }
}

/// <summary>The result of a method that returns a plain <see cref="Task"/>.</summary>
internal readonly struct Nothing;

/// <summary>A grain interface: every method checked and compiled when the engine starts.</summary>
internal sealed class GrainInterface
{
    private static readonly ConcurrentDictionary<Type, GrainInterface> Known = new();

    private GrainInterface(Type type)
    {
        Type = type;
        Methods = type.GetInterfaces().Append(type)
            .SelectMany(part => part.GetMethods())
            .ToDictionary(method => method, method =>
            {
                BoundaryTypes.Check(method);
                return new GrainMethod(method);
            });
        Prototype = GrainReference.NewPrototype(type);
    }

    public Type Type { get; }

    public IReadOnlyDictionary<MethodInfo, GrainMethod> Methods { get; }

    public GrainReference Prototype { get; }

    /// <summary>Compiled once per process, however many engines a test starts.</summary>
    public static GrainInterface Of(Type type) => Known.GetOrAdd(type, static key => new GrainInterface(key));
}
