// Signing keys of wallets, platforms and our own working keys. The private form is a JWK (RFC 7518 §6.2.2), kept by callers sealed.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <summary>An ES256 private key in memory; safe for use from many threads.</summary>
public sealed class P256Signer : ISigner, IDisposable
{
    private const int LongestJwk = 1024;

    private readonly byte[] secret;
    private readonly P256Pool pool;

    private P256Signer(ECDsa key, ECParameters parameters, P256Key publicKey)
    {
        (secret, PublicKey) = (parameters.D!, publicKey);
        pool = new P256Pool(key, parameters);
    }

    public string Algorithm => P256Key.Algorithm;

    public P256Key PublicKey { get; }

    public static P256Signer Create() => From(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">Not the private JWK of a P-256 key, or its halves do not belong together.</exception>
    public static P256Signer FromPrivateJwk(string json)
    {
        if (!StrictJson.TryParse(Encoding.UTF8.GetBytes(json), LongestJwk, maxDepth: 4, out var jwk)
            || jwk.Text("kty") != "EC" || jwk.Text("crv") != "P-256"
            || !StrictBase64Url.TryDecode(jwk.Text("x"), out var x) || !StrictBase64Url.TryDecode(jwk.Text("y"), out var y)
            || !StrictBase64Url.TryDecode(jwk.Text("d"), out var d))
            throw new CryptographicException("Not the private JWK of a P-256 key.");
        return From(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y }, D = d }));
    }

    public string ToPrivateJwk()
    {
        var jwk = JsonNode.Parse(PublicKey.ToJwk())!.AsObject();
        jwk["d"] = StrictBase64Url.Encode(secret);
        return jwk.ToJsonString();
    }

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
