using System.Text.Json;
using NetIdGrains.Authority;
using Orleans.Storage;

namespace NetIdGrains.Cluster;

/// <summary>
/// State as the embedded engine writes it, too: members by name, so a silo of the next version reads what one of this version has written, and the
/// reverse, as a rolling upgrade needs it. Orleans' own serializer would write type names, and a renamed type would lose its rows.
/// </summary>
public sealed class StateJsonSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, StateJson.Options));

    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, StateJson.Options)!;
}
