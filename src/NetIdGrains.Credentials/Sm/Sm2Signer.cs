// SM2 signing keys. The private number is d of GB/T 32918.2-2016 §5.3; its JWK form is the one of elliptic curve keys, kept by callers sealed.
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;

namespace NetIdGrains.Credentials;

/// <summary>An SM2 private key in memory; as safe for many threads as its source of randomness.</summary>
public sealed class Sm2Signer : ISigner
{
    private readonly ECPrivateKeyParameters key;
    private readonly IRandomSource random;

    private Sm2Signer(BigInteger secret, IRandomSource random)
    {
        this.random = random;
        key = new ECPrivateKeyParameters(secret, Sm2Scheme.Domain);
        PublicKey = new Sm2Key(Sm2Scheme.Domain.G.Multiply(secret).Normalize());
    }

    public IVerificationKey PublicKey { get; }

    public static Sm2Signer Create(IRandomSource random)
    {
        var drawn = new byte[Sm2Scheme.CoordinateSize];
        BigInteger secret;
        do
        {
            random.Fill(drawn);
            secret = new BigInteger(1, drawn);
        }
        while (!IsSecret(secret));

        return new Sm2Signer(secret, random);
    }

    /// <exception cref="CryptographicException">Not the private JWK of an SM2 key, or its halves do not belong together.</exception>
    public static Sm2Signer FromPrivateJwk(string json, IRandomSource random)
    {
        var jwk = PrivateJwk.Read(json, Sm2Key.Curve);
        var signer = FromSecret(jwk.D, random);
        return Sm2Key.TryFromPoint(jwk.X, jwk.Y, out var key) && key.Thumbprint == signer.PublicKey.Thumbprint
            ? signer
            : throw new CryptographicException("The halves of an SM2 key do not belong together.");
    }

    /// <exception cref="CryptographicException">Not 32 bytes, or no private key of this curve.</exception>
    internal static Sm2Signer FromSecret(ReadOnlySpan<byte> secret, IRandomSource random)
    {
        var number = new BigInteger(1, secret.ToArray());
        return secret.Length == Sm2Scheme.CoordinateSize && IsSecret(number)
            ? new Sm2Signer(number, random)
            : throw new CryptographicException("Not the private number of an SM2 key.");
    }

    public string ToPrivateJwk()
    {
        var digits = key.D.ToByteArrayUnsigned();
        return PrivateJwk.Write(PublicKey, [.. new byte[Sm2Scheme.CoordinateSize - digits.Length], .. digits]);
    }

    public byte[] Sign(ReadOnlySpan<byte> data) => Sm2Scheme.Begin(
        forSigning: true, new ParametersWithRandom(key, Sm2Scheme.Adapt(random)), data).GenerateSignature();

    public override string ToString() => "sealed";

    // From 1 to n - 2 (§6.1): with n - 1 the 1 + d that signing divides by is zero.
    private static bool IsSecret(BigInteger number) =>
        number.SignValue > 0 && number.CompareTo(Sm2Scheme.Domain.N.Subtract(BigInteger.One)) < 0;
}
