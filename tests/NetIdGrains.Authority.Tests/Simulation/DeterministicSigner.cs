using NetIdGrains.Credentials;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace NetIdGrains.AuthorityTests;

/// <summary>ES256 with RFC 6979's deterministic k: under simulation one seed is one execution, to the last byte stored.</summary>
internal sealed class DeterministicSigner : ISigner
{
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256r1");
    private static readonly ECDomainParameters Domain = new(Curve.Curve, Curve.G, Curve.N, Curve.H);
    private static readonly DeterministicSigner[] Keys = [.. Enumerable.Range(1, 64).Select(number => new DeterministicSigner(number))];
    private readonly ECPrivateKeyParameters _key;

    private DeterministicSigner(int number)
    {
        var d = new BigInteger(1, System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));
        _key = new ECPrivateKeyParameters(d, Domain);
        var point = Domain.G.Multiply(d).Normalize();
        var (x, y) = (Coordinate(point.AffineXCoord.ToBigInteger()), Coordinate(point.AffineYCoord.ToBigInteger()));
        PublicKey = P256Key.TryFromJwk($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""", out var key) ? key : throw new InvalidOperationException();
    }

    public string Algorithm => P256Key.Algorithm;

    public P256Key PublicKey { get; }

    /// <summary>One of a few keys made once: making a key costs more than a signature, and a simulation makes thousands.</summary>
    public static DeterministicSigner Any(IRandomSource random)
    {
        Span<byte> choice = stackalloc byte[1];
        random.Fill(choice);
        return Keys[choice[0] % Keys.Length];
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, _key);
        var signature = signer.GenerateSignature(System.Security.Cryptography.SHA256.HashData(data));
        return [.. Bytes(signature[0]), .. Bytes(signature[1])];
    }

    private static string Coordinate(BigInteger value) => System.Buffers.Text.Base64Url.EncodeToString(Bytes(value));

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArrayUnsigned();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
