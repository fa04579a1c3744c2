using System.Collections.Immutable;
using NetIdGrains.EmbeddedEngine;
using Orleans;

namespace NetIdGrains.EmbeddedEngineTests;

/// <summary>Only deeply immutable, marked types cross a grain boundary; any other is refused by name.</summary>
public sealed class BoundaryTypesTests
{
    private enum Colour
    {
        Red,
    }

    [Theory]
    [InlineData(typeof(int))]
    [InlineData(typeof(string))]
    [InlineData(typeof(DateOnly?))]
    [InlineData(typeof(Colour))]
    [InlineData(typeof(ImmutableArray<Good>))]
    [InlineData(typeof(Good))]
    [InlineData(typeof(WithIds))]
    [InlineData(typeof(SelfContaining))]
    public void Immutable_values_may_cross(Type type) => Assert.Null(BoundaryTypes.FaultOf(type));

    [Theory]
    [InlineData(typeof(byte[]), "has no [GenerateSerializer]")]
    [InlineData(typeof(List<int>), "has no [GenerateSerializer]")]
    [InlineData(typeof(IReadOnlyList<int>), "has no [GenerateSerializer]")]
    [InlineData(typeof(object), "has no [GenerateSerializer]")]
    [InlineData(typeof(Unmarked), "has no [GenerateSerializer]")]
    [InlineData(typeof(WithoutAlias), "has no [Alias]")]
    [InlineData(typeof(Open), "is not sealed")]
    [InlineData(typeof(Mutable), "can change: <Value>k__BackingField")]
    [InlineData(typeof(MutableInItsBase), "can change: <Value>k__BackingField")]
    [InlineData(typeof(WithoutIds), "Value has no [Id]")]
    [InlineData(typeof(Deep), "has no [GenerateSerializer]")]
    [InlineData(typeof(ImmutableArray<byte[]>), "has no [GenerateSerializer]")]
    public void Others_are_refused_by_name(Type type, string reason) =>
        Assert.Contains(reason, BoundaryTypes.FaultOf(type), StringComparison.Ordinal);

    [Theory]
    [InlineData(nameof(IBadMethods.Generic), "generic methods")]
    [InlineData(nameof(IBadMethods.Synchronous), "Task or Task<T>")]
    [InlineData(nameof(IBadMethods.Array), "System.Byte[]")]
    [InlineData(nameof(IBadMethods.Result), "System.Object")]
    public void A_method_that_cannot_be_called_across_a_boundary_is_refused(string method, string reason)
    {
        var exception = Assert.Throws<Orleans.Runtime.OrleansConfigurationException>(
            () => BoundaryTypes.Check(typeof(IBadMethods).GetMethod(method)!));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains(method, exception.Message, StringComparison.Ordinal);
    }

    private interface IBadMethods
    {
        Task Generic<T>(T value);

        int Synchronous();

        Task Array(byte[] value);

        Task<object> Result();
    }

    [GenerateSerializer]
    [Alias("good")]
    private sealed record Good(string Name, ImmutableArray<int> Numbers);

    [GenerateSerializer]
    [Alias("ids")]
    private sealed record WithIds
    {
        [Id(0)]
        public int Value { get; init; }
    }

    [GenerateSerializer]
    [Alias("self")]
    private sealed record SelfContaining(SelfContaining? Next, int Value);

    private sealed record Unmarked(int Value);

    [GenerateSerializer]
    private sealed record WithoutAlias(int Value);

    [GenerateSerializer]
    [Alias("open")]
    private record Open(int Value);

    [GenerateSerializer]
    [Alias("mutable")]
    private sealed record Mutable
    {
        [Id(0)]
        public int Value { get; set; }
    }

    private abstract record MutableBase
    {
        public int Value { get; set; }
    }

    [GenerateSerializer]
    [Alias("mutablebase")]
    private sealed record MutableInItsBase : MutableBase;

    [GenerateSerializer]
    [Alias("noids")]
    private sealed record WithoutIds
    {
        public int Value { get; init; }
    }

    [GenerateSerializer]
    [Alias("deep")]
    private sealed record Deep(ImmutableArray<Unmarked> Inner);
}
