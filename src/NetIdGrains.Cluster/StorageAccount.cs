using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace NetIdGrains.Cluster;

/// <summary>One storage account: by its addresses and the identity of this process, or, for Azurite, by a connection string.</summary>
public sealed class StorageAccount
{
    /// <summary>For Azurite alone: it holds the account's key.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Such as <c>https://netidlog.table.core.windows.net</c>.</summary>
    public Uri? Tables { get; set; }

    /// <summary>Such as <c>https://netidlog.blob.core.windows.net</c>.</summary>
    public Uri? Blobs { get; set; }

    /// <summary>The client id of the managed identity that may open this account and no other; the process's own if left out.</summary>
    public string? Identity { get; set; }

    /// <summary>Retries within the time that a caller waits.</summary>
    public TableServiceClient OpenTables()
    {
        var options = new TableClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(3) } };
        return ConnectionString is null ? new(Tables, Credential(), options) : new(ConnectionString, options);
    }

    public BlobServiceClient OpenBlobs()
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(3) } };
        return ConnectionString is null ? new(Blobs, Credential(), options) : new(ConnectionString, options);
    }

    public IEnumerable<string> Faults(bool isDevelopment)
    {
        if (ConnectionString is not null)
        {
            if (!isDevelopment)
                yield return "has a :ConnectionString, which holds a key. Outside development give its :Tables and :Blobs addresses, and who may open it.";
            if (Tables is not null || Blobs is not null || Identity is not null)
                yield return "has both a :ConnectionString and addresses. Give one or the other.";
        }
        else if (Tables is not { IsAbsoluteUri: true, Scheme: "https" } || Blobs is not { IsAbsoluteUri: true, Scheme: "https" })
        {
            yield return "must have absolute https addresses for :Tables and :Blobs.";
        }
    }

    public override string ToString() => "sealed";

    private TokenCredential Credential() => Identity is null
        ? new DefaultAzureCredential()
        : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(Identity));
}
