// RFC 6238 with HMAC-SHA-256 (§1.2), steps of 30 seconds (§4.1) from the Unix epoch and eight digits, for mode NetIdAndCode. One step either
// way is forgiven for drift (§5.2, §6). A code is accepted once (§5.2), and with its step every earlier one: the caller keeps the last step.
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Credentials;

public static class DynamicPassword
{
    public const int SecretSize = HMACSHA256.HashSizeInBytes;

    private const int Digits = 8;
    private const int Modulus = 100_000_000;
    private const int StepSeconds = 30;
    private const int Drift = 1;

    /// <returns>A secret as long as the hash, as RFC 6238 §3 R6 and RFC 2104 §3 advise.</returns>
    public static byte[] CreateSecret(IRandomSource random)
    {
        var secret = new byte[SecretSize];
        random.Fill(secret);
        return secret;
    }

    /// <summary>What the device shows.</summary>
    public static string CodeAt(ReadOnlySpan<byte> secret, DateTimeOffset now) => CodeOf(secret, StepAt(now));

    /// <param name="secret">Shared with the device.</param>
    /// <param name="code">What was typed.</param>
    /// <param name="now">The time of the server.</param>
    /// <param name="lastAcceptedStep">Null before the first acceptance.</param>
    /// <param name="acceptedStep">To be stored before the acceptance is acted on, or the code could be used again; 0 when refused.</param>
    public static bool TryAccept(
        ReadOnlySpan<byte> secret, string? code, DateTimeOffset now, long? lastAcceptedStep, out long acceptedStep)
    {
        acceptedStep = 0;
        if (code?.Length != Digits || code.AsSpan().ContainsAnyExceptInRange('0', '9')) return false;
        var typed = Encoding.ASCII.GetBytes(code);
        var accepted = false;
        var current = StepAt(now);

        // Every step is computed and compared, whichever matches: the time taken tells nothing of the device's drift.
        // Should two steps have one code, the later is taken, or the same code would be good once more.
        for (var step = current - Drift; step <= current + Drift; step++)
        {
            var equal = CryptographicOperations.FixedTimeEquals(typed, Encoding.ASCII.GetBytes(CodeOf(secret, step)));
            if (!equal || step <= lastAcceptedStep) continue;
            (accepted, acceptedStep) = (true, step);
        }

        return accepted;
    }

    private static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    // RFC 4226 §5.3, dynamic truncation.
    private static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & 0x7FFF_FFFF;
        return (number % Modulus).ToString("D8", CultureInfo.InvariantCulture);
    }
}
