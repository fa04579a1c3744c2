using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Cluster;

/// <summary>Mutual TLS between the processes of a cluster (A12-1): each shows a certificate of one authority of their own, and believes no other.</summary>
public sealed class TlsSettings
{
    /// <summary>This process's certificate and, in the same file or in <see cref="Key"/>, its private key: PEM.</summary>
    public string? Certificate { get; set; }

    public string? Key { get; set; }

    /// <summary>The certificates, PEM, that those of all silos and front doors chain to: nothing else is trusted.</summary>
    public string? Authority { get; set; }

    public IEnumerable<string> Faults()
    {
        foreach (var (name, path) in ((string, string?)[])[("Certificate", Certificate), ("Authority", Authority)])
        {
            if (path is null || !File.Exists(path))
                yield return $"Cluster:Tls:{name} must name a PEM file that is there.";
        }

        if (Key is not null && !File.Exists(Key))
            yield return "Cluster:Tls:Key must name a PEM file that is there; leave it out when the certificate's file holds the key too.";
    }

    /// <exception cref="CryptographicException">The files hold no certificate with its key.</exception>
    public X509Certificate2 LoadOwn()
    {
        using var loaded = X509Certificate2.CreateFromPemFile(Certificate!, Key);
        return X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), password: null); // TLS takes no key that is not in a store, on Windows
    }

    public X509Certificate2Collection LoadAuthority()
    {
        var authority = new X509Certificate2Collection();
        authority.ImportFromPemFile(Authority!);
        return authority;
    }

    /// <summary>
    /// Whether another process of this cluster stands behind it. Names are not looked at: silos come and go at any address, and whoever holds a
    /// certificate of this authority, which issues for nothing else, is of the cluster.
    /// </summary>
    public static bool IsOfCluster(X509Certificate2? certificate, X509Certificate2Collection authority, DateTimeOffset now)
    {
        if (certificate is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // of days, not years: replaced sooner than a list would be
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate);
    }
}
