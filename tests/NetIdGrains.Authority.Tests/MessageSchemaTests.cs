using System.Reflection;
using NetIdGrains.Authority;
using Orleans;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// In a rolling upgrade silos and front doors of two versions speak to each other. Orleans finds a type by its alias and a member by its number, skips
/// what it does not know and leaves out what it does not get: so a type may grow at its end, and nothing that there is may go, move or become another
/// type. <c>messages.txt</c> is what is out there.
/// </summary>
public sealed class MessageSchemaTests
{
    private static readonly string s_file = Path.Combine(AppContext.BaseDirectory, "messages.txt");

    [Fact]
    public void Messages_only_ever_grow()
    {
        var before = File.ReadAllLines(s_file).Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1].Split("; "));
        var now = Schema();
        var broken = before.Where(type => !now.TryGetValue(type.Key, out var members) || type.Value.Except(members).Any()).Select(type =>
            $"{type.Key} has lost {string.Join("; ", type.Value.Except(now.GetValueOrDefault(type.Key, [])))}");
        Assert.Empty(broken);
        Assert.True(
            now.All(type => before.TryGetValue(type.Key, out var members) && !type.Value.Except(members).Any()),
            $"What is new is out there from now on. messages.txt should hold:\n{string.Join('\n', now.Select(type => $"{type.Key}: {string.Join("; ", type.Value)}"))}");
    }

    [Fact]
    public void What_crosses_a_grain_boundary_has_a_name_of_its_own()
    {
        Assert.All(Messages(), type => Assert.NotNull(type.GetCustomAttribute<AliasAttribute>()));
        Assert.Equal(Messages().Count(), Messages().Select(AliasOf).Distinct().Count());
    }

    private static SortedDictionary<string, string[]> Schema() =>
        new(Messages().ToDictionary(AliasOf, type => Members(type).ToArray()), StringComparer.Ordinal);

    private static IEnumerable<Type> Messages() =>
        typeof(CitizenGrain).Assembly.GetTypes().Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null);

    private static string AliasOf(Type type) => type.GetCustomAttribute<AliasAttribute>()!.Alias;

    /// <summary>A record's own parameters by their place, other members by their number, an enumeration's names by their value.</summary>
    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} {Convert.ToInt64(Enum.Parse(type, name))}");
        var parameters = type.GetConstructors().Where(constructor => constructor.GetParameters().All(parameter =>
                type.GetProperty(parameter.Name!) is not null)).MaxBy(constructor => constructor.GetParameters().Length)?.GetParameters() ?? [];
        var numbered = type.GetProperties().Select(property => (property, id: property.GetCustomAttribute<IdAttribute>())).Where(member => member.id is not null);
        return parameters.Select(parameter => $"{parameter.Position} {Name(parameter.ParameterType)}")
            .Concat(numbered.Select(member => $"[{member.id!.Id}] {Name(member.property.PropertyType)}").Order(StringComparer.Ordinal))
            .DefaultIfEmpty("nothing");
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(',', type.GetGenericArguments().Select(Name))}>"
        : type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.Name;
}
