// HKDF-Expand with SHA-256 (RFC 5869 §2.3). The secret comes from the vault and is uniform already, so Extract is left out (§3.3).
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

public static class KeyDerivation
{
    /// <summary>A 32-byte key for one labelled use; keys of two labels say nothing of each other or of the secret.</summary>
    /// <exception cref="ArgumentException">The secret is shorter than 32 bytes.</exception>
    public static byte[] Derive(ReadOnlySpan<byte> secret, string label)
    {
        var key = new byte[32];
        HKDF.Expand(HashAlgorithmName.SHA256, secret, key, Encoding.UTF8.GetBytes(label));
        return key;
    }
}
