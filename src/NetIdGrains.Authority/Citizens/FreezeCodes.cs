using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// A code to keep apart from the phone: with the Net ID it freezes everything, once, for whoever has both. It follows from a key in the record, so
/// nothing is stored of it but how many there were. 60 bits; guesses are few (<see cref="GuessBudgetGrain"/>).
/// </summary>
public static class FreezeCodes
{
    private const int Length = 12;

    public static string Of(byte[] logKey, uint number) =>
        Base32.Encode(HMACSHA256.HashData(logKey, Encoding.UTF8.GetBytes($"freeze-code/{number}")))[..Length];

    public static bool AreSame(string code, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code.Trim().ToLowerInvariant()), Encoding.UTF8.GetBytes(other));
}
