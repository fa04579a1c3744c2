using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetIdGrains.Cluster;

namespace NetIdGrains.ClusterTests;

/// <summary>A12-1: whom a process of the cluster speaks to. The handshake is Orleans'; who is believed in it is said here.</summary>
public sealed class TlsSettingsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);
    private readonly X509Certificate2 _authority = NewAuthority("CN=cluster");
    private readonly X509Certificate2 _other = NewAuthority("CN=cluster");
    private readonly string _folder = Directory.CreateTempSubdirectory("netid-tls-").FullName;

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("a silo's", true)]
    [InlineData("another authority's of the same name", false)]
    [InlineData("one that has ended", false)]
    [InlineData("one that has not begun", false)]
    [InlineData("signed by itself", false)]
    [InlineData("signed by a silo", false)]
    [InlineData("none", false)]
    public void Only_certificates_of_the_clusters_own_authority_are_believed(string which, bool isBelieved)
    {
        using var silo = Issue(_authority, Now.AddDays(-1), Now.AddDays(1));
        using var shown = which switch
        {
            "a silo's" => Issue(_authority, Now.AddDays(-1), Now.AddDays(1)),
            "another authority's of the same name" => Issue(_other, Now.AddDays(-1), Now.AddDays(1)),
            "one that has ended" => Issue(_authority, Now.AddDays(-2), Now.AddSeconds(-1)),
            "one that has not begun" => Issue(_authority, Now.AddSeconds(1), Now.AddDays(1)),
            "signed by itself" => NewAuthority("CN=silo"),
            "signed by a silo" => Issue(silo, Now.AddHours(-1), Now.AddHours(1)),
            _ => null,
        };
        Assert.Equal(isBelieved, TlsSettings.IsOfCluster(shown, [_authority], Now));
    }

    [Fact]
    public void What_is_loaded_has_its_key_and_chains_to_what_is_loaded_beside_it()
    {
        using var issued = Issue(_authority, Now.AddDays(-1), Now.AddDays(1));
        string PathOf(string file) => Path.Combine(_folder, file);
        var settings = new TlsSettings { Certificate = PathOf("own.pem"), Key = PathOf("key.pem"), Authority = PathOf("ca.pem") };
        Assert.Equal(3, settings.Faults().Count());
        File.WriteAllText(settings.Certificate, issued.ExportCertificatePem());
        File.WriteAllText(settings.Key, issued.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(settings.Authority, _authority.ExportCertificatePem());
        Assert.Empty(settings.Faults());
        using var own = settings.LoadOwn();
        Assert.True(own.HasPrivateKey);
        Assert.True(TlsSettings.IsOfCluster(own, settings.LoadAuthority(), Now));
    }

    private static X509Certificate2 NewAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 by, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        using var signer = by.GetECDsaPrivateKey()!;
        using var bare = request.Create(by.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from, until, RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}
