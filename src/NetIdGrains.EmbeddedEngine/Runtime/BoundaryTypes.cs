using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.EmbeddedEngine;

/// <summary>
/// What may cross a grain boundary: deeply immutable values, so that sharing them means the same as Orleans' copying, and marked for
/// Orleans' serializer, so that what runs here runs on a cluster. Checked once per type, when the engine starts.
/// </summary>
internal static class BoundaryTypes
{
    private static readonly ConcurrentDictionary<Type, string?> Faults = new();

    private static readonly HashSet<Type> Known =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Guid), typeof(Uri), typeof(BigInteger), typeof(CancellationToken), typeof(GrainId), typeof(TickStatus),
    ];

    private static readonly HashSet<Type> KnownGenerics =
    [
        typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableDictionary<,>),
    ];

    /// <summary>Refuses, by name, a method whose types cannot cross.</summary>
    public static void Check(MethodInfo method)
    {
        if (method.IsGenericMethod)
            throw Refused(method, "generic methods are not supported");
        if (method.ReturnType != typeof(Task) && !IsGeneric(method.ReturnType, typeof(Task<>)))
            throw Refused(method, "it must return Task or Task<T>");
        var carried = method.GetParameters().Select(parameter => parameter.ParameterType).Concat(method.ReturnType.GetGenericArguments());
        if (carried.Select(FaultOf).FirstOrDefault(fault => fault is not null) is { } found)
            throw Refused(method, found);
    }

    /// <summary>Why the type may not cross a grain boundary; null when it may.</summary>
    public static string? FaultOf(Type type)
    {
        if (Faults.TryGetValue(type, out var known))
            return known;
        Faults[type] = null; // a type that contains itself is judged by its other members
        return Faults[type] = Judge(type);
    }

    private static string? Judge(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || Known.Contains(type) || typeof(IAddressable).IsAssignableFrom(type))
            return null;
        if (type.IsGenericType && KnownGenerics.Contains(type.GetGenericTypeDefinition()))
            return type.GetGenericArguments().Select(FaultOf).FirstOrDefault(fault => fault is not null);
        if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            return $"{type} has no [GenerateSerializer]";
        if (!type.IsDefined(typeof(AliasAttribute), inherit: false))
            return $"{type} has no [Alias]";
        if (!type.IsSealed)
            return $"{type} is not sealed, so a mutable type could stand in for it";
        return FaultOfMembers(type);
    }

    private static string? FaultOfMembers(Type type)
    {
        var positional = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.Name).ToHashSet();
        foreach (var field in Fields(type))
        {
            if (!field.IsInitOnly)
                return $"{type} can change: {field.Name} is not read-only";
            if (PropertyOf(type, field) is { } property && !positional.Contains(property.Name) && !property.IsDefined(typeof(IdAttribute)))
                return $"{type}.{property.Name} has no [Id]";
            if (FaultOf(field.FieldType) is { } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Base classes' private fields too: they change just as well.</summary>
    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var part = type; part is not null; part = part.BaseType)
        {
            foreach (var field in part.GetFields(Own))
                yield return field;
        }
    }

    private static PropertyInfo? PropertyOf(Type type, FieldInfo backingField) =>
        type.GetProperty(backingField.Name.Split('<', '>').ElementAtOrDefault(1) ?? backingField.Name);

    private static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static OrleansConfigurationException Refused(MethodInfo method, string fault) => new(
        $"Found unserializable or uncopyable types which are being referenced in grain interface signatures: {method.DeclaringType}.{method.Name}: {fault}.");
}
