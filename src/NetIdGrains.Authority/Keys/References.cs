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

    public bool TryOpenSerial(string serial, out EnrolmentHandle handle)
    {
        var opened = SealedReference.TryOpen(keys.References, SerialPurpose, serial, out var block, out _);
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

    public Refusal CheckApplication(string application) =>
        !SealedReference.TryOpen(keys.References, ApplicationPurpose, application, out _, out var expires) ? Refusal.ApplicationUnknown
        : time.GetUtcNow() >= DateTimeOffset.FromUnixTimeSeconds(expires) ? Refusal.ApplicationExpired
        : Refusal.None;
}
