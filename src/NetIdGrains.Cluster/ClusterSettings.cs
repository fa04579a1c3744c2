using System.Net;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.Hosting;

namespace NetIdGrains.Cluster;

/// <summary>
/// Where the cluster is, under <c>Cluster</c>, the same for silos and front doors. A front door is given neither <see cref="Log"/>, <see cref="Keys"/>
/// nor <see cref="Grains"/>: what it cannot open it cannot leak.
/// </summary>
public sealed class ClusterSettings
{
    public const string Section = "Cluster";

    public string ClusterId { get; set; } = "netid";

    /// <summary>Stays for as long as the data does: it is a part of every row's key.</summary>
    public string ServiceId { get; set; } = "netid";

    /// <summary>Who is in the cluster, reminders, the shard map and the root certificate.</summary>
    public StorageAccount? Membership { get; set; }

    /// <summary>The authentication log and its deadlines.</summary>
    public StorageAccount? Log { get; set; }

    /// <summary>Wrapped data keys; no backup includes it.</summary>
    public StorageAccount? Keys { get; set; }

    /// <summary>Grain state, by names that the shard map uses.</summary>
    public Dictionary<string, StorageAccount> Grains { get; } = [];

    public VaultSettings Vault { get; set; } = new();

    public TlsSettings? Tls { get; set; }

    /// <summary>What this silo tells others that it is reached at; found out if left out.</summary>
    public string? Address { get; set; }

    public int SiloPort { get; set; } = 11111;

    public int GatewayPort { get; set; } = 30000;

    /// <summary>How long a front door waits for a grain, and one grain for another.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<string> Faults(bool isSilo, bool isDevelopment)
    {
        foreach (var (name, account) in Accounts(isSilo))
        {
            foreach (var fault in account?.Faults(isDevelopment) ?? ["is not set. Give its :Tables and :Blobs addresses, or a :ConnectionString."])
                yield return $"Cluster:{name} {fault}";
        }

        if (isSilo && Grains.Count == 0)
            yield return "Cluster:Grains names no account. Give at least one, such as Cluster:Grains:a:Tables and Cluster:Grains:a:Blobs.";
        if (!isSilo && (Log is not null || Keys is not null || Grains.Count > 0))
            yield return "Cluster:Log, Cluster:Keys and Cluster:Grains are for silos alone. Leave them out here: a front door stores nothing.";
        if (ClusterId.Length == 0 || ServiceId.Length == 0)
            yield return "Cluster:ClusterId and Cluster:ServiceId must not be empty; leave them out for netid.";
        if (Address is not null && !IPAddress.TryParse(Address, out _))
            yield return "Cluster:Address must be this silo's own IP address, such as 10.0.0.4; leave it out to have it found out.";
        if (SiloPort is < 1 or > 65_535 || GatewayPort is < 1 or > 65_535 || SiloPort == GatewayPort)
            yield return "Cluster:SiloPort and Cluster:GatewayPort must be two ports between 1 and 65535; leave them out for 11111 and 30000.";
        if (CallTimeout < TimeSpan.FromSeconds(1) || CallTimeout > TimeSpan.FromSeconds(30))
            yield return "Cluster:CallTimeout must be between 00:00:01 and 00:00:30; leave it out for ten seconds.";
        foreach (var fault in Vault.Faults().Concat(Tls?.Faults() ?? []))
            yield return fault;
        if (Tls is null && !isDevelopment)
            yield return "Cluster:Tls is not set. Outside development silos and front doors speak to each other by mutual TLS alone (A12-1).";
    }

    private IEnumerable<(string Name, StorageAccount? Account)> Accounts(bool isSilo) => isSilo
        ? [("Membership", Membership), ("Log", Log), ("Keys", Keys), .. Grains.Select(one => ($"Grains:{one.Key}", (StorageAccount?)one.Value))]
        : [("Membership", Membership)];
}

/// <summary>The vault of a cluster.</summary>
public sealed class VaultSettings
{
    /// <summary>A vault in a file, the same for every process: for a cluster on one machine. In development it is made where there is none.</summary>
    public string? File { get; set; }

    /// <exception cref="SettingsException">There is none, and none is to be made.</exception>
    public IKeyVault Open(CryptoSuite suite, IRandomSource random, bool isDevelopment)
    {
        try
        {
            if (isDevelopment && !System.IO.File.Exists(File))
                FileKeyVault.Create(File!, suite, random);
            return FileKeyVault.Open(File!, suite, random);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Cluster:Vault:File: {exception.Message}");
        }
    }

    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrEmpty(File))
            yield return "Cluster:Vault:File is not set. Name the file that holds the vault, the same for every process.";
    }
}
