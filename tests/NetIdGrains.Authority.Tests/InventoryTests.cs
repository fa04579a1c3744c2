using System.Collections.Immutable;
using System.Reflection;
using NetIdGrains.Authority;
using Orleans.Runtime;

namespace NetIdGrains.AuthorityTests;

/// <summary>A9-1, A12-2: what is stored is declared, field by field; what is not declared fails here.</summary>
public sealed class InventoryTests
{
    /// <summary>What lies in a state only sealed, and so shows in no state type.</summary>
    private static readonly Type[] Sealed = [typeof(CitizenSecrets), typeof(ApplicationSecrets), typeof(IssuedApplication), typeof(LeavingTask), typeof(CourtOrders)];

    /// <summary>What ports store, beside the states of grains.</summary>
    private static readonly Type[] Ports = [typeof(LogEntry), typeof(Deadline)];

    [Fact]
    public void A9_1_Every_stored_field_is_declared_and_nothing_is_declared_that_is_not_stored()
    {
        var stored = Stored().SelectMany(type => Members(type).Select(member => $"{type.Name}.{member.Name}")).Order(StringComparer.Ordinal).ToList();
        var declared = Inventory.Current.Types.SelectMany(type => type.Fields.Select(field => $"{type.Type}.{field.Name}")).Order(StringComparer.Ordinal).ToList();
        Assert.Empty(stored.Except(declared));
        Assert.Empty(declared.Except(stored));
        Assert.Equal(declared.Distinct(), declared);
    }

    [Fact]
    public void A12_2_Each_has_a_class_a_purpose_a_retention_and_a_legal_basis()
    {
        foreach (var type in Inventory.Current.Types)
        {
            Assert.All(new[] { type.Store, type.Retention, type.Basis }, text => Assert.False(string.IsNullOrWhiteSpace(text), type.Type));
            Assert.All(type.Fields, field => Assert.Contains(field.Class, (string[])["public", "internal", "personal", "sensitive"]));
            Assert.All(type.Fields, field => Assert.True(field.Purpose.Length > 3, $"{type.Type}.{field.Name}"));
        }
    }

    [Fact]
    public void A12_2_What_is_personal_lies_sealed_or_says_why_it_does_not_have_to()
    {
        var open = Inventory.Current.Types.Where(type => !type.IsSealed).SelectMany(type => type.Fields.Where(field => field.Class == "sensitive"));
        Assert.Empty(open);
    }

    [Fact]
    public void The_published_inventory_is_this_one()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "NetIdGrains.sln")))
            directory = directory.Parent!;
        var published = File.ReadAllText(Path.Combine(directory.FullName, "docs", "data.md")).ReplaceLineEndings("\n");
        Assert.Equal(Inventory.Current.ToMarkdown(), published);
    }

    private static IReadOnlyCollection<Type> Stored()
    {
        var found = new HashSet<Type>();
        var states = typeof(CitizenGrain).Assembly.GetTypes().SelectMany(type => type.GetConstructors())
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>() is not null)
            .Select(parameter => parameter.ParameterType.GetGenericArguments()[0]);
        foreach (var type in states.Concat(Sealed).Concat(Ports))
            Add(type, found);
        return found;
    }

    private static void Add(Type type, HashSet<Type> found)
    {
        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
                Add(argument, found);
        }

        if (type.Assembly != typeof(CitizenGrain).Assembly || type.IsEnum || !found.Add(type))
            return;
        foreach (var member in Members(type))
            Add(member.PropertyType, found);
    }

    /// <summary>What is written: what can be set, and not what follows from it.</summary>
    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0);
}
