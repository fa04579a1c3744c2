// SM3, GB/T 32905-2016.
using Org.BouncyCastle.Crypto.Digests;

namespace NetIdGrains.Credentials;

public static class Sm3
{
    public const int HashSizeInBytes = 32;

    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        var digest = new SM3Digest();
        digest.BlockUpdate(data.ToArray(), 0, data.Length);
        var hash = new byte[HashSizeInBytes];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
