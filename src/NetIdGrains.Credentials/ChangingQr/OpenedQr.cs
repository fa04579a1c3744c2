// Once only, by a single number: a payload is accepted if it was made later than the last accepted one of its device. Its own second is
// then used up, and every earlier one, seen or not; the caller keeps that second as it keeps the step of a dynamic password (RFC 6238 §5.2).
// No list of used payloads is needed, and none can be lost, as long as the new second is stored before the acceptance is acted on.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.Credentials;

/// <summary>In the order in which they are told.</summary>
public enum QrFault
{
    None,

    /// <summary>Not one of ours, or not sealed to this key: told when opening.</summary>
    Malformed,
    DeviceSignature,
    Stale,
    Reused,
}

/// <summary>A payload that the authority could open. Anyone could have made it, until it is checked.</summary>
public sealed class OpenedQr
{
    /// <summary>A wallet shows each for 30 seconds: one scanned at the last moment has 30 more to arrive.</summary>
    public static readonly TimeSpan OldestAccepted = TimeSpan.FromSeconds(60);

    /// <summary>For a wallet whose clock is fast.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(30);

    private readonly byte[] signed;
    private readonly byte[] signature;

    private OpenedQr(string device, DateTimeOffset time, byte[] signed, byte[] signature)
    {
        (Device, Time) = (device, time);
        (this.signed, this.signature) = (signed, signature);
    }

    /// <summary>The device, to route by: whoever it belongs to, its key must have signed.</summary>
    public string Device { get; }

    /// <summary>When the wallet made it, in whole seconds: what to store once it is accepted.</summary>
    public DateTimeOffset Time { get; }

    // Neither a JWS nor a certificate can begin like this, so no signature of the device's for another use is one for this.
    private static ReadOnlySpan<byte> Label => "NetIdGrains changing QR 1 signed by its holder\n"u8;

    /// <param name="deviceKey">That the authority knows this device by.</param>
    /// <param name="now">The authority's time.</param>
    /// <param name="lastAccepted">The time of the last one accepted of this device; null before the first.</param>
    /// <returns>The first fault in the order of <see cref="QrFault"/>.</returns>
    public QrFault Check(IVerificationKey deviceKey, DateTimeOffset now, DateTimeOffset? lastAccepted) =>
        !deviceKey.Verify(signed, signature) ? QrFault.DeviceSignature :
        now - Time > OldestAccepted || Time - now > MostAhead ? QrFault.Stale :
        Time <= lastAccepted ? QrFault.Reused :
        QrFault.None;

    public override string ToString() => "sealed";

    internal static byte[] Signed(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> encapsulated) => [.. Label, .. statement, .. encapsulated];

    internal static bool TryRead(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> encapsulated, [NotNullWhen(true)] out OpenedQr? qr)
    {
        qr = null;
        if (plaintext[0] != ChangingQr.Version) return false;
        var seconds = BinaryPrimitives.ReadInt64BigEndian(plaintext[1..]);
        if (seconds < 0 || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return false;
        var statement = plaintext[..ChangingQr.StatementSize];
        qr = new OpenedQr(
            StrictBase64Url.Encode(statement[ChangingQr.DeviceOffset..]),
            DateTimeOffset.FromUnixTimeSeconds(seconds),
            Signed(statement, encapsulated),
            plaintext[ChangingQr.StatementSize..].ToArray());
        return true;
    }
}
