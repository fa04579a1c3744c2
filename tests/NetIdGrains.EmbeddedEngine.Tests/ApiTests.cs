using System.Reflection;
using NetIdGrains.EmbeddedEngine;

namespace NetIdGrains.EmbeddedEngineTests;

/// <summary>Whatever the engine shows in an Orleans namespace, Orleans 10.4 has too: grains that compile here compile there.</summary>
public sealed class ApiTests
{
    private static readonly HashSet<string> Orleans = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "orleans-api.txt"))];

    public static TheoryData<string> PublicTypes() => [.. Ours().Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(PublicTypes))]
    public void Every_public_member_is_one_of_Orleans(string typeName)
    {
        var type = typeof(GrainEngine).Assembly.GetType(typeName)!;
        Assert.Contains(Orleans, line => line.StartsWith($"{typeName} :: ", StringComparison.Ordinal));
        Assert.Empty(Members(type).Where(member => !IsKnown(type, member)).Select(member => $"{typeName} :: {member.MemberType} {member}"));
    }

    [Fact]
    public void The_check_sees_a_member_that_Orleans_does_not_have() =>
        Assert.Contains(Members(typeof(GrainEngine)), member => !IsKnown(typeof(GrainEngine), member));

    private static IEnumerable<Type> Ours() => typeof(GrainEngine).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == "Orleans" || type.Namespace!.StartsWith("Orleans.", StringComparison.Ordinal));

    private static IEnumerable<MemberInfo> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(IsVisible);

    /// <summary>The list names no constructors of exceptions, and object's own methods say nothing about the API.</summary>
    private static bool IsKnown(Type type, MemberInfo member) =>
        Orleans.Contains($"{type.FullName} :: {member.MemberType} {member}")
        || (member is ConstructorInfo && type.IsSubclassOf(typeof(Exception)))
        || member.Name is nameof(ToString) or nameof(GetHashCode) or nameof(Equals);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodInfo method => !method.IsSpecialName && IsVisible((MethodBase)method),
        ConstructorInfo constructor => !constructor.IsStatic && IsVisible((MethodBase)constructor),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        _ => false,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
}
