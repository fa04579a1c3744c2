using System.Diagnostics.CodeAnalysis;
using NetIdGrains.Cluster;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.ClusterTests;

/// <summary>What all processes must agree on, in Azurite's table; and what of a storage's failures is passed on.</summary>
public sealed class PublishedTests(Azurite azurite)
{
    private static readonly string[] s_accounts = ["a", "b"];

    [Fact]
    public async Task Of_two_root_certificates_made_at_once_one_is_kept_and_both_makers_get_it()
    {
        var published = await NewAsync();
        Assert.Null(await published.FindRootCertificateAsync());
        var kept = await Task.WhenAll(Enumerable.Range(1, 8).Select(made => published.KeepRootCertificateAsync([(byte)made])));
        Assert.Single(kept.Select(one => one[0]).Distinct());
        Assert.Equal(kept[0], await published.FindRootCertificateAsync());
    }

    [Fact]
    public async Task A_shard_map_is_replaced_by_the_next_alone_and_never_by_what_is_none()
    {
        var published = await NewAsync();
        Assert.Null(await published.FindShardMapAsync(s_accounts));
        Assert.True(await published.TryPublishShardMapAsync(Map(2), s_accounts));
        Assert.False(await published.TryPublishShardMapAsync(Map(2), s_accounts));
        Assert.False(await published.TryPublishShardMapAsync(Map(1), s_accounts));
        await Assert.ThrowsAsync<FormatException>(() => published.TryPublishShardMapAsync(Map(3, account: "c"), s_accounts));
        await Assert.ThrowsAsync<FormatException>(() => published.TryPublishShardMapAsync("{}", s_accounts));
        Assert.Equal(2, (await published.FindShardMapAsync(s_accounts))!.Version);
        Assert.True(await published.TryPublishShardMapAsync(Map(3), s_accounts));
        Assert.Equal(3, (await published.FindShardMapAsync(s_accounts))!.Version);
        await Assert.ThrowsAsync<FormatException>(() => published.FindShardMapAsync(["b"])); // a silo without the account that has the shards
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException), typeof(OrleansException))]
    [InlineData(typeof(IOException), typeof(OrleansException))]
    [InlineData(typeof(InconsistentStateException), typeof(InconsistentStateException))]
    public async Task A_provider_that_fails_is_known_by_its_kind_and_nothing_of_what_it_says_is_passed_on(Type thrown, Type passedOn)
    {
        var storage = new AccountStorage(new Failing((Exception)Activator.CreateInstance(thrown, "the row T8N9Y3W87H7XQ7DZG")!));
        var state = new Row();
        foreach (var operation in (Func<Task>[])
            [
                () => storage.ReadStateAsync("s", GrainId.Create("g", "k"), state), () => storage.WriteStateAsync("s", GrainId.Create("g", "k"), state),
                () => storage.ClearStateAsync("s", GrainId.Create("g", "k"), state),
            ])
        {
            var exception = await Assert.ThrowsAsync(passedOn, operation);
            Assert.DoesNotContain("T8N9Y3W87H7XQ7DZG", exception.ToString(), StringComparison.Ordinal);
        }
    }

    private static string Map(int version, string account = "a") =>
        $$"""{"version": {{version}}, "shards": [{"from": 0, "to": 1023, "account": "{{account}}"}]}""";

    private async Task<TablePublished> NewAsync()
    {
        var published = new TablePublished(new(azurite.NewAccount()));
        await published.PrepareAsync(CancellationToken.None);
        return published;
    }

    private sealed class Row : IGrainState<string>
    {
        [AllowNull]
        public string State { get; set; } = "";

        [AllowNull]
        public string ETag { get; set; } = "";

        public bool RecordExists { get; set; }
    }

    private sealed class Failing(Exception exception) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw exception;

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw exception;

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw exception;
    }
}
