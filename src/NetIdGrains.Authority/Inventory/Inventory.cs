using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>A9-1, A12-2: everything that is stored, with its class, what for, how long, and by what right. The one file is <c>inventory.json</c>.</summary>
public sealed record Inventory(ImmutableArray<InventoryType> Types)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Inventory Current { get; } = Load();

    /// <summary>As docs/data.md has it.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# What is stored\n\nWritten by `dotnet run --project src/NetIdGrains.FrontDoor -- inventory`; a test walks every stored "
            + "type and fails on a field that is not here "
            + "(A9-1, A12-2).\nClasses: public, internal (about nobody), personal, sensitive (PIPL 28: documents, children, what proves identity). "
            + "Sealed: under a data key of its own, or, where it says so,\nunder a key derived from the vault.\n");
        foreach (var type in Types)
        {
            var place = $"{type.Store}{(type.IsSealed ? ", sealed" : "")}";
            text.Append(null, $"\n## {type.Type}\n\n{type.About}. In {place}. Kept: {type.Retention}. Basis: {type.Basis}.\n\n");
            text.Append("| field | class | what for |\n|---|---|---|\n");
            foreach (var field in type.Fields)
                text.Append(null, $"| `{field.Name}` | {field.Class} | {field.Purpose} |\n");
        }

        return text.ToString();
    }

    private static Inventory Load()
    {
        using var stream = typeof(Inventory).Assembly.GetManifestResourceStream("inventory.json")!;
        return JsonSerializer.Deserialize<Inventory>(stream, Json)!;
    }
}

/// <param name="Type">The stored type.</param>
/// <param name="About">What it is.</param>
/// <param name="Store">Where.</param>
/// <param name="IsSealed">Whether it lies there only sealed.</param>
/// <param name="Retention">How long.</param>
/// <param name="Basis">By what right.</param>
public sealed record InventoryType(string Type, string About, string Store, bool IsSealed, string Retention, string Basis, ImmutableArray<InventoryField> Fields);

/// <param name="Class">public, internal, personal or sensitive.</param>
public sealed record InventoryField(string Name, string Class, string Purpose);
