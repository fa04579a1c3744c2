using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Runtime;

namespace NetIdGrains.Cluster;

/// <summary>Where a shard is, and where it comes from while it moves.</summary>
public sealed record ShardPlace(string Home, string? MovingFrom);

/// <summary>
/// Which of the accounts each of 1,024 fixed shards is in. A grain's shard never changes; what changes is where a shard lives. As JSON:
/// <c>{"version": 7, "shards": [{"from": 0, "to": 511, "account": "a"}, {"from": 512, "to": 1023, "account": "b", "moving_from": "a"}]}</c>.
/// </summary>
public sealed class ShardMap
{
    public const int Shards = 1_024;

    private readonly ImmutableArray<ShardPlace> _places;

    private ShardMap(int version, ImmutableArray<ShardPlace> places) => (Version, _places) = (version, places);

    public int Version { get; }

    public ShardPlace this[int shard] => _places[shard];

    /// <summary>All in one account, as a cluster begins.</summary>
    public static ShardMap Of(string account) => new(0, [.. Enumerable.Repeat(new ShardPlace(account, null), Shards)]);

    /// <summary>Ten bits of a digest of the grain's id: the same in every process and every version of Orleans.</summary>
    public static int ShardOf(GrainId grain)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(grain.ToString()), digest);
        return ((digest[0] << 8) | digest[1]) % Shards;
    }

    /// <exception cref="FormatException">It is no map, or leaves a shard out, or names it twice, or an account that there is not.</exception>
    public static ShardMap Parse(string json, IReadOnlyCollection<string> accounts)
    {
        MapDocument document;
        try
        {
            document = JsonSerializer.Deserialize<MapDocument>(json, Strict) ?? throw new FormatException("The shard map is null.");
        }
        catch (JsonException exception)
        {
            throw new FormatException("The shard map is not the JSON that it should be.", exception);
        }

        var places = new ShardPlace?[Shards];
        foreach (var range in document.Shards)
        {
            if (range.From < 0 || range.To >= Shards || range.From > range.To)
                throw new FormatException($"The shard map has a range from {range.From} to {range.To}; shards are 0 to {Shards - 1}.");
            if (!accounts.Contains(range.Account) || (range.MovingFrom is { } old && (!accounts.Contains(old) || old == range.Account)))
            {
                throw new FormatException(
                    $"The shard map names an account for shards {range.From} to {range.To} that is not configured, or moves to where they are.");
            }

            for (var shard = range.From; shard <= range.To; shard++)
            {
                if (places[shard] is not null)
                    throw new FormatException($"The shard map has shard {shard} twice.");
                places[shard] = new ShardPlace(range.Account, range.MovingFrom);
            }
        }

        var missing = Array.IndexOf(places, null);
        return missing < 0 ? new ShardMap(document.Version, [.. places!]) : throw new FormatException($"The shard map leaves shard {missing} out.");
    }

    private static JsonSerializerOptions Strict { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    private sealed record MapDocument(int Version, IReadOnlyList<MapRange> Shards);

    private sealed record MapRange(int From, int To, string Account, string? MovingFrom = null);
}
