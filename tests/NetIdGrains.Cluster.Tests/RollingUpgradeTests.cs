using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace NetIdGrains.ClusterTests;

/// <summary>
/// What MessageSchemaTests relies on, of Orleans' own serializer: bytes of a version that had fewer members are read by the next, and the reverse. Of state
/// the same is said by TableTests, of its JSON.
/// </summary>
public sealed class RollingUpgradeTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Old_bytes_are_read_by_new_code_and_what_they_lack_is_left_out() =>
        Assert.Equal(new After("shop", 7, null, default) { Later = null }, Read<After>(Write(new Before("shop", 7))));

    [Fact]
    public void New_bytes_are_read_by_old_code_and_what_it_does_not_know_is_skipped() =>
        Assert.Equal(new Before("shop", 7), Read<Before>(Write(new After("shop", 7, "more", Kind.Third) { Later = "still more" })));

    [Fact]
    public void A_name_of_an_enumeration_that_old_code_does_not_know_keeps_its_value() =>
        Assert.Equal(2, (int)Read<OlderKind>(Write(Kind.Third)));

    private byte[] Write<T>(T message) => _services.GetRequiredService<Serializer<T>>().SerializeToArray(message);

    private T Read<T>(byte[] bytes) => _services.GetRequiredService<Serializer<T>>().Deserialize(bytes)!;

    [GenerateSerializer]
    public sealed record Before(string Platform, int Count);

    [GenerateSerializer]
    public sealed record After(string Platform, int Count, string? More, Kind Kind)
    {
        [Id(0)]
        public string? Later { get; init; }
    }

    [GenerateSerializer]
    public enum OlderKind
    {
        First,
        Second,
    }

    [GenerateSerializer]
    public enum Kind
    {
        First,
        Second,
        Third,
    }
}
