// .NET's builders of certificates and revocation lists sign while they build, and know no SM2. Here each is built twice from the same values:
// the first pass catches the bytes to be signed (a vault signs them, or they are checked again first), the second puts the signature in.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

/// <param name="key">The signer's public key.</param>
/// <param name="signature">R || S; none in the first pass.</param>
internal sealed class GivenSignature(IVerificationKey key, byte[]? signature = null) : X509SignatureGenerator
{
    private readonly byte[] signature = signature ?? new byte[64];

    public byte[] ToBeSigned { get; private set; } = [];

    public static PublicKey ToPublicKey(IVerificationKey key) => PublicKey.CreateFromSubjectPublicKeyInfo(key.ToSpki(), out _);

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => X509Signature.Algorithm(key.Suite);

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        ToBeSigned = data;
        return X509Signature.ToDer(signature);
    }

    protected override PublicKey BuildPublicKey() => ToPublicKey(key);
}
