using Microsoft.Extensions.Configuration;
using NetIdGrains.Cluster;
using NetIdGrains.Hosting;

namespace NetIdGrains.ClusterTests;

/// <summary>Settings of a cluster are checked together before anything starts; each fault says how to mend it.</summary>
public sealed class ClusterSettingsTests
{
    private static readonly string[] s_silo =
    [
        "Membership:Tables=https://m.table.core.windows.net", "Membership:Blobs=https://m.blob.core.windows.net", "Log:Tables=https://l.table.core.windows.net",
        "Log:Blobs=https://l.blob.core.windows.net", "Keys:Tables=https://k.table.core.windows.net", "Keys:Blobs=https://k.blob.core.windows.net",
        "Grains:a:Tables=https://a.table.core.windows.net", "Grains:a:Blobs=https://a.blob.core.windows.net", "Vault:File=vault.json",
    ];

    [Theory]
    [InlineData(null, null)]
    [InlineData("Membership:Tables=", "Cluster:Membership must have absolute https addresses for :Tables and :Blobs.")]
    [InlineData("Log:Tables=http://l.table.core.windows.net", "Cluster:Log must have absolute https addresses")]
    [InlineData("Keys:ConnectionString=secret", "Cluster:Keys has both a :ConnectionString and addresses.")]
    [InlineData("Grains:a:Blobs=not an address", "Cluster:Grains:a must have absolute https addresses")]
    [InlineData("Vault:File=", "Cluster:Vault:File is not set.")]
    [InlineData("Address=silo-1", "Cluster:Address must be this silo's own IP address")]
    [InlineData("SiloPort=0", "Cluster:SiloPort and Cluster:GatewayPort must be two ports")]
    [InlineData("GatewayPort=11111", "Cluster:SiloPort and Cluster:GatewayPort must be two ports")]
    [InlineData("CallTimeout=00:01:00", "Cluster:CallTimeout must be between")]
    [InlineData("ServiceId=", "must not be empty")]
    [InlineData("Tls:Certificate=nowhere.pem", "Cluster:Tls:Certificate must name a PEM file that is there.")]
    [InlineData("Silo=1", "Silo")]
    public void A_silo_is_told_what_to_mend(string? changed, string? fault) =>
        Check(isSilo: true, isDevelopment: true, changed is null ? s_silo : [.. s_silo, changed], fault);

    [Theory]
    [InlineData(null, "Cluster:Tls is not set. Outside development silos and front doors speak to each other by mutual TLS alone (A12-1).")]
    [InlineData("Grains:b:ConnectionString=secret", "Cluster:Grains:b has a :ConnectionString, which holds a key.")]
    public void Outside_development_there_is_TLS_and_no_key_in_a_setting(string? changed, string fault) =>
        Check(isSilo: true, isDevelopment: false, changed is null ? s_silo : [.. s_silo, changed], fault);

    [Fact]
    public void A_front_door_is_given_nothing_that_it_could_read_a_record_with()
    {
        string[] own = [.. s_silo.Where(one => one.StartsWith("Membership", StringComparison.Ordinal) || one.StartsWith("Vault", StringComparison.Ordinal))];
        Check(isSilo: false, isDevelopment: true, own, fault: null);
        Check(isSilo: false, isDevelopment: true, s_silo, "Cluster:Log, Cluster:Keys and Cluster:Grains are for silos alone.");
    }

    [Theory]
    [InlineData("Membership", "Cluster:Membership is not set.")]
    [InlineData("Log", "Cluster:Log is not set.")]
    [InlineData("Keys", "Cluster:Keys is not set.")]
    [InlineData("Grains", "Cluster:Grains names no account.")]
    public void Each_account_is_needed(string left, string fault) =>
        Check(isSilo: true, isDevelopment: true, [.. s_silo.Where(one => !one.StartsWith(left, StringComparison.Ordinal))], fault);

    private static void Check(bool isSilo, bool isDevelopment, string[] settings, string? fault)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine([.. settings.Select(setting => $"--Cluster:{setting}")]).Build();
        if (fault is null)
        {
            Assert.Single(configuration.ReadCluster(isSilo, isDevelopment).ClusterId, 'n');
            return;
        }

        var refused = Assert.Throws<SettingsException>(() => configuration.ReadCluster(isSilo, isDevelopment));
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }
}
