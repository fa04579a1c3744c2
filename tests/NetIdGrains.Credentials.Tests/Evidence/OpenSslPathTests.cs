// OpenSSL is the other implementation of RFC 5280: it accepts what we issue, and refuses what we revoked.
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Credentials.Tests;

public class OpenSslPathTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A4_1_OpenSSL_judges_our_path_and_our_lists_as_we_do(bool revoked)
    {
        using var openSsl = new OpenSsl();
        var reader = Write(openSsl, CryptoSuite.International);
        var lists = reader.RevocationLists(revoked ? [reader.Certificates[0]] : []);
        for (var i = 0; i < lists.Count; i++) openSsl.WritePem($"list{i}", "X509 CRL", lists[i]);
        var (accepted, output) = openSsl.Run([
            .. SuiteAuthority.Verify(CryptoSuite.International), "-crl_check_all", "-CAfile", "anchor", "-untrusted", "authority",
            "-CRLfile", "list0", "-CRLfile", "list1", "reader",
        ]);
        Assert.Equal((revoked, revoked), (!accepted, output.Contains("certificate revoked", StringComparison.Ordinal)));
    }

    // In two steps and without lists: OpenSSL 3.0 takes the distinguishing id of SM2 for the last certificate of a path only.
    [Theory]
    [InlineData("reader", "authority")]
    [InlineData("authority", "anchor")]
    public void A13_1_OpenSSL_accepts_each_certificate_of_our_path_in_SM2(string certificate, string issuer)
    {
        using var openSsl = new OpenSsl();
        Write(openSsl, CryptoSuite.Sm);
        var (accepted, output) = openSsl.Run([.. SuiteAuthority.Verify(CryptoSuite.Sm), "-partial_chain", "-trusted", issuer, certificate]);
        Assert.True(accepted, output);
    }

    private static DevelopmentReader Write(OpenSsl openSsl, CryptoSuite suite)
    {
        var reader = new DevelopmentReader(suite, new SystemRandomSource(), TestAuthority.Now);
        openSsl.WritePem("anchor", "CERTIFICATE", reader.Anchor);
        openSsl.WritePem("reader", "CERTIFICATE", reader.Certificates[0]);
        openSsl.WritePem("authority", "CERTIFICATE", reader.Certificates[1]);
        return reader;
    }
}
