using System.Buffers.Text;
using System.Security.Cryptography;
using NetIdGrains.Credentials;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace NetIdGrains.AuthorityTests;

/// <summary>
/// ES256 with RFC 6979's deterministic k, so that under simulation one seed is one execution, to the last byte stored. The point
/// multiplication is .NET's, which is many times faster than BouncyCastle's: a simulation signs tens of thousands of times.
/// </summary>
internal sealed class DeterministicSigner : ISigner
{
    private static readonly BigInteger Order = CustomNamedCurves.GetByName("secp256r1").N;
    private static readonly DeterministicSigner[] Keys = [.. Enumerable.Range(1, 64).Select(number => new DeterministicSigner(number))];
    private readonly BigInteger _d;

    private DeterministicSigner(int number)
    {
        _d = new BigInteger(1, SHA256.HashData(BitConverter.GetBytes(number)));
        var point = TimesBase(_d);
        PublicKey = VerificationKey.TryFromJwk(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""", out var key)
            ? key
            : throw new InvalidOperationException("Not a point of the curve.");
    }

    public IVerificationKey PublicKey { get; }

    /// <summary>One of a few keys made once: making a key costs more than a signature, and a simulation makes thousands.</summary>
    public static DeterministicSigner Any(IRandomSource random)
    {
        Span<byte> choice = stackalloc byte[1];
        random.Fill(choice);
        return Keys[choice[0] % Keys.Length];
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var digest = SHA256.HashData(data);
        var chosen = new HMacDsaKCalculator(new Sha256Digest());
        chosen.Init(Order, _d, digest);
        var k = chosen.NextK();
        var r = new BigInteger(1, TimesBase(k).X!).Mod(Order);
        var s = k.ModInverse(Order).Multiply(new BigInteger(1, digest).Add(_d.Multiply(r))).Mod(Order);
        return [.. Bytes(r), .. Bytes(s)];
    }

    private static ECPoint TimesBase(BigInteger scalar)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes(scalar) });
        return key.ExportParameters(includePrivateParameters: false).Q;
    }

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArrayUnsigned();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
