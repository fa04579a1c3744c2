// OpenSSL 3 is the other implementation: it verifies our SM2 signatures, and we verify its. Skipped only where there is no openssl.
using System.Formats.Asn1;
using System.Numerics;

namespace NetIdGrains.Credentials.Tests;

public sealed class OpenSslTests : IDisposable
{
    private readonly OpenSsl openSsl = new();

    [Theory]
    [InlineData("message digest")]
    [InlineData("")]
    [InlineData("张三")]
    public void A13_1_OpenSSL_verifies_our_SM2(string message)
    {
        var signer = Sm2Signer.Create(new SystemRandomSource());
        File.WriteAllText(Path("message"), message);
        openSsl.WritePem("public", "PUBLIC KEY", signer.PublicKey.ToSpki());
        var signature = signer.Sign(File.ReadAllBytes(Path("message")));
        Assert.True(Verifies(signature));
        signature[40] ^= 1;
        Assert.False(Verifies(signature));
    }

    [Theory]
    [InlineData("message digest")]
    [InlineData("")]
    [InlineData("张三")]
    public void A13_1_we_verify_the_SM2_of_OpenSSL(string message)
    {
        File.WriteAllText(Path("message"), message);
        Assert.True(Run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", Path("private")));
        Assert.True(Run("pkey", "-in", Path("private"), "-pubout", "-outform", "DER", "-out", Path("public")));
        Assert.True(Run(
            "dgst", "-sm3", "-sign", Path("private"), "-sigopt", "distid:1234567812345678", "-out", Path("signature"), Path("message")));
        Assert.True(Sm2Key.TryFromSpki(File.ReadAllBytes(Path("public")), out var key));
        var signature = FromDer(File.ReadAllBytes(Path("signature")));
        Assert.True(key.Verify(File.ReadAllBytes(Path("message")), signature));
        Assert.False(key.Verify("another message"u8, signature));
    }

    public void Dispose() => openSsl.Dispose();

    private bool Verifies(byte[] signature)
    {
        File.WriteAllBytes(Path("signature"), X509Signature.ToDer(signature));
        return Run(
            "dgst", "-sm3", "-verify", Path("public"), "-sigopt", "distid:1234567812345678", "-signature", Path("signature"), Path("message"));
    }

    private string Path(string name) => openSsl.PathOf(name);

    private bool Run(params string[] arguments) => openSsl.Run(arguments).Succeeded;

    private static byte[] FromDer(byte[] der)
    {
        var pair = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        return [.. Fixed(pair.ReadInteger()), .. Fixed(pair.ReadInteger())];
    }

    private static byte[] Fixed(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
