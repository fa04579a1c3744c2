// RFC 9901 §4.1.1: the digests of a certificate name their algorithm. "sha-256" is IANA's name (Named Information Hash Algorithm Registry);
// SM3 has none there, and "sm3" is a private name of ours, which that section allows to profiles.
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

internal sealed class DigestAlgorithm
{
    public static readonly DigestAlgorithm Sha256 = new("sha-256", HashSha256);
    public static readonly DigestAlgorithm Sm3 = new("sm3", (data, digest) => Credentials.Sm3.HashData(data).CopyTo(digest));

    // A certificate takes eight digests of a hundred bytes each, and most of such a digest's time goes into setting it up: a thread keeps its own.
    [ThreadStatic]
    private static IncrementalHash? sha256;

    private readonly Hash hash;

    private DigestAlgorithm(string name, Hash hash) => (Name, this.hash) = (name, hash);

    // Both digests have 32 bytes.
    private delegate void Hash(ReadOnlySpan<byte> data, Span<byte> digest);

    public string Name { get; }

    public static DigestAlgorithm Of(CryptoSuite suite) => suite == CryptoSuite.Sm ? Sm3 : Sha256;

    public static DigestAlgorithm? Named(string? name) => name == Sha256.Name ? Sha256 : name == Sm3.Name ? Sm3 : null;

    /// <returns>Base64url of the digest of a text of ASCII.</returns>
    public string Of(ReadOnlySpan<char> ascii)
    {
        Span<byte> small = stackalloc byte[512];
        var bytes = ascii.Length <= small.Length ? small[..ascii.Length] : new byte[ascii.Length];
        Encoding.ASCII.GetBytes(ascii, bytes);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash(bytes, digest);
        return StrictBase64Url.Encode(digest);
    }

    private static void HashSha256(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        sha256 ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha256.AppendData(data);
        sha256.GetHashAndReset(digest);
    }
}
