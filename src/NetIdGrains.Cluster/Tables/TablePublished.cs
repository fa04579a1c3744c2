using System.Text;
using Azure;
using Azure.Data.Tables;

namespace NetIdGrains.Cluster;

/// <summary>What all processes of a cluster must agree on: the root certificate, made once, and the shard map, which is only ever replaced by the next.</summary>
public sealed class TablePublished(TableServiceClient account)
{
    private const string Row = "published";
    private readonly TableClient _published = account.GetTableClient("published");

    public Task PrepareAsync(CancellationToken cancellationToken) => TableKeys.MapAsync(() => _published.CreateIfNotExistsAsync(cancellationToken));

    public async Task<byte[]?> FindRootCertificateAsync() => (await FindAsync("root-certificate"))?.GetBinary("Value");

    /// <summary>The one that is kept: another process may have been faster.</summary>
    public Task<byte[]> KeepRootCertificateAsync(byte[] made) => TableKeys.MapAsync(async () =>
        await _published.TryAddAsync(new TableEntity("root-certificate", Row) { ["Value"] = made }) ? made : (await FindRootCertificateAsync())!);

    /// <returns>Null where none was ever published.</returns>
    /// <exception cref="FormatException">What is there is no map of these accounts.</exception>
    public async Task<ShardMap?> FindShardMapAsync(IReadOnlyCollection<string> accounts) => await FindAsync("shard-map") is { } row
        ? ShardMap.Parse(Encoding.UTF8.GetString(row.GetBinary("Value")), accounts)
        : null;

    /// <summary>False when it is not newer than what is there, or somebody else publishes at this moment.</summary>
    public Task<bool> TryPublishShardMapAsync(string json, IReadOnlyCollection<string> accounts) => TableKeys.MapAsync(async () =>
    {
        var (next, before) = (ShardMap.Parse(json, accounts), await FindAsync("shard-map"));
        var entity = new TableEntity("shard-map", Row) { ["Value"] = Encoding.UTF8.GetBytes(json), ["Version"] = next.Version };
        if (before is null)
            return await _published.TryAddAsync(entity);
        if (before.GetInt32("Version") >= next.Version)
            return false;
        try
        {
            await _published.UpdateEntityAsync(entity, before.ETag, TableUpdateMode.Replace);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == 412)
        {
            return false;
        }
    });

    private Task<TableEntity?> FindAsync(string key) => TableKeys.MapAsync(async () =>
        (await _published.GetEntityIfExistsAsync<TableEntity>(key, Row)) is { HasValue: true, Value: { } found } ? found : null);
}
