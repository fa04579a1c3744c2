// Eight digits are guessed in no time from a bare hash. So the password goes through a MAC under a pepper from the vault first: a stolen
// database alone allows no guess at all; with the pepper too, PBKDF2 (RFC 8018 §5.2) slows the guesses down.
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

public sealed record PasswordVerifier(int Version, int Rounds, byte[] Salt, byte[] Hash)
{
    private const int HmacPbkdf2Sha256 = 1;
    private const int SaltSize = 16;

    public static PasswordVerifier Create(string password, ReadOnlySpan<byte> pepper, int rounds, IRandomSource random)
    {
        var salt = new byte[SaltSize];
        random.Fill(salt);
        return new PasswordVerifier(HmacPbkdf2Sha256, rounds, salt, Stretch(password, pepper, rounds, salt));
    }

    /// <summary>Compares in constant time; a version not known here matches nothing.</summary>
    public bool Matches(string password, ReadOnlySpan<byte> pepper) =>
        Version == HmacPbkdf2Sha256 && CryptographicOperations.FixedTimeEquals(Hash, Stretch(password, pepper, Rounds, Salt));

    public override string ToString() => "sealed";

    private static byte[] Stretch(string password, ReadOnlySpan<byte> pepper, int rounds, byte[] salt)
    {
        var peppered = HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(password));
        return Rfc2898DeriveBytes.Pbkdf2(peppered, salt, rounds, HashAlgorithmName.SHA256, HMACSHA256.HashSizeInBytes);
    }
}
