namespace Orleans.Runtime;

/// <summary>What a grain reference and a grain have in common: an identity to send to.</summary>
public interface IAddressable;

/// <summary>The key half of a grain's identity.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>
{
    private readonly string _value;

    private IdSpan(string value) => _value = value;

    public static IdSpan Create(string id) => new(id);

    public bool Equals(IdSpan other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public override int GetHashCode() => StableHash.Of(_value);

    public override string ToString() => _value ?? "";
}

/// <summary>The type half of a grain's identity: the class name in lower case without "Grain", or what <see cref="GrainTypeAttribute"/> says.</summary>
public readonly struct GrainType : IEquatable<GrainType>
{
    private readonly string _value;

    private GrainType(string value) => _value = value;

    public static GrainType Create(string value) => new(value);

    public bool Equals(GrainType other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    public override int GetHashCode() => StableHash.Of(_value);

    public override string ToString() => _value ?? "";
}

/// <summary>A grain's identity. It prints as <c>type/key</c>.</summary>
public readonly struct GrainId(GrainType type, IdSpan key) : IEquatable<GrainId>
{
    public GrainType Type { get; } = type;

    public IdSpan Key { get; } = key;

    public static GrainId Create(string type, string key) => new(GrainType.Create(type), IdSpan.Create(key));

    public bool Equals(GrainId other) => Key.Equals(other.Key) && Type.Equals(other.Type);

    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    public override int GetHashCode() => (Type.GetHashCode() * 397) ^ Key.GetHashCode();

    public override string ToString() => $"{Type}/{Key}";
}

/// <summary>The same in every process, as Orleans' is: a simulation must replay, whatever .NET's per-process hash seed.</summary>
internal static class StableHash
{
    public static int Of(string? text)
    {
        var hash = 2166136261; // FNV-1a, 32 bits
        foreach (var character in text ?? "")
            hash = (hash ^ character) * 16777619;
        return (int)hash;
    }
}
