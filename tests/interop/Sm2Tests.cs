// A13-1: SM2 signatures, ours and those of sm-crypto. OpenSSL's are in the tests of the credentials.
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Interop.Tests;

public sealed class Sm2Tests(Node node)
{
    private const int PointSize = 65;

    [Theory]
    [InlineData("message digest")]
    [InlineData("")]
    [InlineData("张三")]
    public async Task A13_1_they_verify_our_SM2(string message)
    {
        var signer = Sm2Signer.Create(new SystemRandomSource());
        var signature = signer.Sign(Encoding.UTF8.GetBytes(message));
        var publicKey = Convert.ToHexStringLower(signer.PublicKey.ToSpki()[^PointSize..]);
        Assert.True(await VerifyAsync(message, signature, publicKey));
        Assert.False(await VerifyAsync($"{message}!", signature, publicKey));
        signature[40] ^= 1;
        Assert.False(await VerifyAsync(message, signature, publicKey));
    }

    [Theory]
    [InlineData("message digest")]
    [InlineData("")]
    [InlineData("张三")]
    public async Task A13_1_we_verify_their_SM2(string message)
    {
        var answer = await node.AskAsync("sm2", "sign", new JsonObject { ["message"] = Hex(message) });
        var signature = Convert.FromHexString(answer.Text("signature")!);
        var algorithm = Sm2Signer.Create(new SystemRandomSource()).PublicKey.ToSpki()[..^PointSize];
        Assert.True(Sm2Key.TryFromSpki([.. algorithm, .. Convert.FromHexString(answer.Text("publicKey")!)], out var key));
        Assert.True(key.Verify(Encoding.UTF8.GetBytes(message), signature));
        Assert.False(key.Verify(Encoding.UTF8.GetBytes($"{message}!"), signature));
        signature[40] ^= 1;
        Assert.False(key.Verify(Encoding.UTF8.GetBytes(message), signature));
    }

    private static string Hex(string message) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(message));

    private async Task<bool> VerifyAsync(string message, byte[] signature, string publicKey)
    {
        var request = new JsonObject
        {
            ["message"] = Hex(message),
            ["signature"] = Convert.ToHexStringLower(signature),
            ["publicKey"] = publicKey,
        };
        return (await node.AskAsync("sm2", "verify", request)).GetProperty("valid").GetBoolean();
    }
}
