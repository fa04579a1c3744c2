using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NetIdGrains.Authority;

/// <summary>
/// Reads a JSON object into a record that names every member: none may be missing unless the record gives it a default, none may be more
/// (A9-1: no data that is not needed), and each fault has its own refusal.
/// </summary>
public static class StrictObject
{
    /// <returns>The value, or where the fault lies, by our names alone.</returns>
    public static (Fault Fault, T? Value) Read<T>(JsonElement root, JsonSerializerOptions options)
        where T : class
    {
        var fault = ShapeOf(root, options.GetTypeInfo(typeof(T)), "");
        if (fault.Refusal != Refusal.None)
            return (fault, null);
        try
        {
            if (!HasNullInList(root) && root.Deserialize<T>(options) is { } value)
                return (Refusal.None, value);
        }
        catch (JsonException)
        {
            // Which member it was is looked for below: the exception may quote it.
        }

        fault = FaultIn(root, options.GetTypeInfo(typeof(T)), "");
        return (fault.Refusal == Refusal.None ? Refusal.FieldInvalid : fault, null);
    }

    /// <summary>No list that is taken has nothing among its elements, and nullable annotations do not reach into lists.</summary>
    private static bool HasNullInList(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => HasNullInList(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(element => element.ValueKind == JsonValueKind.Null || HasNullInList(element)),
        _ => false,
    };

    /// <summary>What is more than there should be, and then what is missing. A name we do not know is the caller's text, and is not repeated.</summary>
    private static Fault ShapeOf(JsonElement given, JsonTypeInfo type, string path)
    {
        if (given.EnumerateObject().Any(member => type.Properties.All(known => known.Name != member.Name)))
            return new Fault(Refusal.UnknownField, $"{(path.Length == 0 ? "Taken" : $"Taken in {path}")}: "
                + $"{string.Join(", ", type.Properties.Select(known => known.Name))}.");
        var missing = type.Properties.Where(member => member.IsRequired && !given.TryGetProperty(member.Name, out _))
            .Select(member => Under(path, member.Name)).ToList();
        return missing.Count == 0 ? Refusal.None : new Fault(Refusal.FieldMissing, $"Missing: {string.Join(", ", missing)}.");
    }

    /// <summary>The first fault below what has the right shape.</summary>
    private static Fault FaultIn(JsonElement given, JsonTypeInfo type, string path) => type.Kind switch
    {
        JsonTypeInfoKind.Object => given.ValueKind == JsonValueKind.Object ? FaultInObject(given, type, path) : Fault.Invalid($"{path} must be an object."),
        JsonTypeInfoKind.Enumerable => given.ValueKind == JsonValueKind.Array ? FaultInList(given, type, path) : Fault.Invalid($"{path} must be a list."),
        _ => Fits(given, type) ? Refusal.None : Fault.Invalid($"{path} is not of its type."),
    };

    private static Fault FaultInObject(JsonElement given, JsonTypeInfo type, string path)
    {
        var fault = ShapeOf(given, type, path);
        if (fault.Refusal != Refusal.None)
            return fault;
        foreach (var member in type.Properties)
        {
            if (!given.TryGetProperty(member.Name, out var value) || (value.ValueKind == JsonValueKind.Null && member.IsSetNullable))
                continue;
            var place = Under(path, member.Name);
            fault = value.ValueKind == JsonValueKind.Null
                ? Fault.Invalid($"{place} cannot be null.")
                : FaultIn(value, type.Options.GetTypeInfo(member.PropertyType), place);
            if (fault.Refusal != Refusal.None)
                return fault;
        }

        return Refusal.None;
    }

    private static Fault FaultInList(JsonElement given, JsonTypeInfo type, string path)
    {
        var element = type.Options.GetTypeInfo(type.ElementType!);
        return given.EnumerateArray()
            .Select((value, index) => value.ValueKind == JsonValueKind.Null
                ? Fault.Invalid($"{path}[{index}] cannot be null.")
                : FaultIn(value, element, $"{path}[{index}]"))
            .FirstOrDefault(fault => fault.Refusal != Refusal.None);
    }

    private static bool Fits(JsonElement given, JsonTypeInfo type)
    {
        try
        {
            given.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Under(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
