namespace NetIdGrains.Credentials.Tests;

/// <summary>An authority all of whose keys are of one suite (A13-1).</summary>
internal sealed class SuiteAuthority
{
    private readonly CryptoSuite suite;
    private readonly ISigner root;

    public SuiteAuthority(CryptoSuite suite)
    {
        this.suite = suite;
        root = NewKey();
        RootCertificate = WorkingKeyCertificate.CreateRootAsync(
            root.PublicKey, "CN=Net ID root", TestAuthority.Now.AddYears(-1), TestAuthority.RootEnd, new FixedRandom("root"), Sign).Result;
    }

    public byte[] RootCertificate { get; }

    public ISigner NewKey() => SigningKey.Create(suite, new SystemRandomSource());

    public CertifiedSigner Certify(WorkingKeyUse use)
    {
        var key = NewKey();
        var certificate = WorkingKeyCertificate.CertifyAsync(
            key.PublicKey, use, RootCertificate, TestAuthority.Now.AddDays(-1), TestAuthority.Now.AddDays(100), new SystemRandomSource(), Sign);
        return new CertifiedSigner(key, certificate.Result);
    }

    /// <summary>How openssl is asked: strictly, at the time of the tests, with the distinguishing id of GB/T 35276.</summary>
    public static string[] Verify(CryptoSuite suite)
    {
        string[] verify = ["verify", "-x509_strict", "-attime", $"{TestAuthority.Now.ToUnixTimeSeconds()}"];
        return suite == CryptoSuite.Sm ? [.. verify, "-vfyopt", "distid:1234567812345678"] : verify;
    }

    private Task<byte[]> Sign(ReadOnlyMemory<byte> data) => Task.FromResult(root.Sign(data.Span));
}
