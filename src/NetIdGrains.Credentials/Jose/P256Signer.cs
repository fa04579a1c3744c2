// Signing keys of wallets, platforms and our own working keys. The private form is a JWK (RFC 7518 §6.2.2), kept by callers sealed.
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

/// <summary>An ES256 private key in memory; safe for use from many threads.</summary>
public sealed class P256Signer : ISigner, IDisposable
{
    private readonly byte[] secret;
    private readonly P256Pool pool;

    private P256Signer(ECDsa key, ECParameters parameters, P256Key publicKey)
    {
        (secret, PublicKey) = (parameters.D!, publicKey);
        pool = new P256Pool(key, parameters);
    }

    public IVerificationKey PublicKey { get; }

    public static P256Signer Create() => From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">Not the private JWK of a P-256 key, or its halves do not belong together.</exception>
    public static P256Signer FromPrivateJwk(string json)
    {
        var jwk = PrivateJwk.Read(json, P256Key.Curve);
        var point = new ECPoint { X = jwk.X, Y = jwk.Y };
        return From(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point, D = jwk.D }));
    }

    public string ToPrivateJwk() => PrivateJwk.Write(PublicKey, secret);

    public byte[] Sign(ReadOnlySpan<byte> data) => pool.Sign(data);

    public override string ToString() => "sealed";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(secret);
        pool.Release();
    }

    private static P256Signer From(ECDsa key)
    {
        if (!P256Key.TryFromSpki(key.ExportSubjectPublicKeyInfo(), out var publicKey))
            throw new CryptographicException("Not the key of a point on P-256.");
        return new P256Signer(key, key.ExportParameters(includePrivateParameters: true), publicKey);
    }
}
