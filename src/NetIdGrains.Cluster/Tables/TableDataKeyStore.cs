using Azure;
using Azure.Data.Tables;
using NetIdGrains.Authority;

namespace NetIdGrains.Cluster;

/// <summary>Wrapped data keys in a table of an account that no backup includes.</summary>
public sealed class TableDataKeyStore(TableServiceClient account) : IDataKeyStore
{
    private const string Row = "key";
    private readonly TableClient _keys = account.GetTableClient("datakeys");

    public Task PrepareAsync(CancellationToken cancellationToken) => TableKeys.MapAsync(() => _keys.CreateIfNotExistsAsync(cancellationToken));

    public Task<byte[]?> FindAsync(string name) => TableKeys.MapAsync(async () =>
        (await _keys.GetEntityIfExistsAsync<TableEntity>(TableKeys.Key(name), Row)) is { HasValue: true, Value: { } found } ? found.GetBinary("Wrapped") : null);

    public Task<byte[]> AddAsync(string name, byte[] wrappedKey) => TableKeys.MapAsync(async () =>
    {
        var isNew = await _keys.TryAddAsync(new TableEntity(TableKeys.Key(name), Row) { ["Wrapped"] = wrappedKey });
        return isNew ? wrappedKey : await FindAsync(name) ?? throw new IOException("A data key was deleted while another was made.");
    });

    public Task DeleteAsync(string name) => TableKeys.MapAsync(() => _keys.DeleteEntityAsync(TableKeys.Key(name), Row, ETag.All));
}
