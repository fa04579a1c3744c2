// What a wallet shows at a counter: made offline, another one every 30 seconds. An onlooker, and the counter too, sees noise of constant length:
// all of it is sealed to the authority (RFC 9180) under a fresh key, so no two of one holder have anything in common. Anyone can seal to the
// authority, so the holder's device signs within. It names the device and no certificate: the authority keeps the devices' keys and no certificate's.
//
//   text       NID1: and base45 of  encapsulated key (65 bytes) || ciphertext (121) || tag (16)
//   plaintext  version (1) || time, Unix seconds, big-endian (8) || reference of the device (48) || signature, R || S (64)
//   signed     label || version || time || device || encapsulated key
//
// The encapsulated key is signed so that nobody who opened a payload, a dishonest authority neither, can seal its signature again for another.
// 308 characters are 21 below base32: the largest that fits a QR code of version 10 at error correction M (311). And none is lost on the way:
// the only blank among the 45 never comes last, as no group of two bytes reaches it there.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace NetIdGrains.Credentials;

public static class ChangingQr
{
    internal const byte Version = 1;
    internal const int DeviceOffset = 1 + sizeof(long);
    internal const int StatementSize = DeviceOffset + DeviceSize;

    private const string Prefix = "NID1:";
    private const int DeviceSize = 48;
    private const int SignatureSize = 64;
    private const int FrameSize = HpkePublicKey.Size + StatementSize + SignatureSize + Hpke.TagSize;

    // Frozen with the version: a wallet in the field and the authority must say the same.
    internal static ReadOnlySpan<byte> Info => "NetIdGrains changing QR 1"u8;

    private static ReadOnlySpan<byte> AuthenticatedPrefix => "NID1:"u8;

    /// <param name="authority">The authority's key for this use.</param>
    /// <param name="device">By which the authority knows the device: a <see cref="SealedReference"/>.</param>
    /// <param name="deviceKey">The device's key, which signs the wallet's commands too.</param>
    /// <param name="now">The wallet's time; whole seconds count. Of two made in one second one is accepted.</param>
    /// <param name="random">For the key of this one payload.</param>
    /// <exception cref="ArgumentException">Not the reference of a device.</exception>
    public static string Create(HpkePublicKey authority, string device, ISigner deviceKey, DateTimeOffset now, IRandomSource random)
    {
        if (device.Length != SealedReference.TextLength || !StrictBase64Url.TryDecode(device, out var reference))
            throw new ArgumentException("Not the reference of a device.", nameof(device));
        var sender = Hpke.Send(authority, HpkePrivateKey.Draw(random), Info);
        var statement = new byte[StatementSize];
        statement[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(statement.AsSpan(1), now.ToUnixTimeSeconds());
        reference.CopyTo(statement, DeviceOffset);
        var signature = deviceKey.Sign(OpenedQr.Signed(statement, sender.Encapsulated));
        return Write(sender, [.. statement, .. signature]);
    }

    /// <summary>Reads what was scanned: tells the device whose key to ask, which alone can <see cref="OpenedQr.Check"/> it.</summary>
    public static bool TryOpen(string? text, HpkePrivateKey authority, [NotNullWhen(true)] out OpenedQr? qr, out QrFault fault)
    {
        (qr, fault) = (null, QrFault.Malformed);
        var frame = new byte[FrameSize];
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) != true || !Base45.TryDecode(text.AsSpan(Prefix.Length), frame)) return false;
        var (encapsulated, ciphertext) = (frame[..HpkePublicKey.Size], frame[HpkePublicKey.Size..]);
        if (!Hpke.TryReceive(encapsulated, authority, Info, out var sealing)) return false;
        if (!sealing.TryOpen(ciphertext, AuthenticatedPrefix, out var plaintext) || !OpenedQr.TryRead(plaintext, encapsulated, out qr)) return false;
        fault = QrFault.None;
        return true;
    }

    internal static string Write(Hpke sender, ReadOnlySpan<byte> plaintext) =>
        Prefix + Base45.Encode([.. sender.Encapsulated, .. sender.Seal(plaintext, AuthenticatedPrefix)]);
}
