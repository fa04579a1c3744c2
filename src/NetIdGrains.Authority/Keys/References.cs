using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// Texts that the authority hands out and gets back: what they hold is encrypted and authenticated, so a guessed one is refused before it
/// wakes any grain, and no two of one citizen look alike.
/// </summary>
public sealed class References(AuthorityKeys keys, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    private const string SerialPurpose = "serial";
    private const string DevicePurpose = "device";
    private const string ApplicationPurpose = "application";
    private const int PersonIndexBytes = 15;

    /// <summary>The serial of a citizen's certificate with this number.</summary>
    public string Serial(EnrolmentHandle handle, uint number) => SealedReference.Seal(keys.References, SerialPurpose, handle.ToArray(), number, random);

    public bool TryOpenSerial(string serial, out EnrolmentHandle handle, out uint number)
    {
        var opened = SealedReference.TryOpen(keys.References, SerialPurpose, serial, out var block, out number);
        handle = opened ? EnrolmentHandle.From(block) : default;
        return opened;
    }

    /// <summary>What a wallet names itself by: whose device, and which.</summary>
    public string Device(string personIndex, uint number)
    {
        Span<byte> block = stackalloc byte[16];
        if (!Base32.TryDecode(personIndex, block[..PersonIndexBytes]))
            throw new ArgumentException("Not a person index.", nameof(personIndex));
        return SealedReference.Seal(keys.References, DevicePurpose, block, number, random);
    }

    public bool TryOpenDevice(string device, out string personIndex, out uint number)
    {
        var opened = SealedReference.TryOpen(keys.References, DevicePurpose, device, out var block, out number);
        personIndex = opened ? Base32.Encode(block.AsSpan(0, PersonIndexBytes)) : "";
        return opened;
    }

    /// <summary>A new application: nothing is stored for it, so one that is never handed in leaves nothing.</summary>
    public string NewApplication(out DateTimeOffset expires)
    {
        expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + options.ApplicationLifetime).ToUnixTimeSeconds());
        Span<byte> block = stackalloc byte[16];
        random.Fill(block);
        return SealedReference.Seal(keys.References, ApplicationPurpose, block, checked((uint)expires.ToUnixTimeSeconds()), random);
    }

    /// <summary>
    /// The id of the verification that a platform began under this number: it follows from both, so beginning again meets the first. Its
    /// second part shows that it is one of ours.
    /// </summary>
    public string Transaction(string platform, string sequenceNumber)
    {
        var mac = HMACSHA256.HashData(keys.Transactions, Encoding.UTF8.GetBytes($"{platform}/{sequenceNumber}"))[..16];
        return Base32.Encode([.. mac, .. Check(mac)]);
    }

    public bool IsTransaction(string transaction)
    {
        Span<byte> bytes = stackalloc byte[24];
        return Base32.TryDecode(transaction, bytes) && CryptographicOperations.FixedTimeEquals(bytes[16..], Check(bytes[..16]));
    }

    private byte[] Check(ReadOnlySpan<byte> mac) => HMACSHA256.HashData(keys.Transactions, mac)[..8];

    /// <summary>What stands for somebody who is leaving, where their person index is not to be.</summary>
    public string Leaving(string personIndex) =>
        Base32.Encode(HMACSHA256.HashData(keys.Transactions, Encoding.UTF8.GetBytes($"leaving/{personIndex}")).AsSpan(..15));

    /// <summary>What stands for one operator's act on one person, where it is counted.</summary>
    public string Act(string what, string personIndex, DateTimeOffset time) =>
        Base32.Encode(HMACSHA256.HashData(keys.Transactions, Encoding.UTF8.GetBytes($"act/{what}/{personIndex}/{time.UtcTicks}")).AsSpan(..15));

    /// <summary>What stands for a network address while guesses from it are counted.</summary>
    public string Source(string address) => Base32.Encode(HMACSHA256.HashData(keys.Sources, Encoding.UTF8.GetBytes(address)).AsSpan(..15));

    public Refusal CheckApplication(string application) =>
        !TryOpenApplication(application, out var expires) ? Refusal.ApplicationUnknown
        : time.GetUtcNow() >= expires ? Refusal.ApplicationExpired
        : Refusal.None;

    /// <summary>Until when it may be worked on.</summary>
    public bool TryOpenApplication(string application, out DateTimeOffset expires)
    {
        var opened = SealedReference.TryOpen(keys.References, ApplicationPurpose, application, out _, out var seconds);
        expires = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return opened;
    }
}
