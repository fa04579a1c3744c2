// What a wallet shows at a counter: made offline, another one every 30 seconds. An onlooker, and the counter too, sees noise of constant length:
// all of it is sealed to the authority (RFC 9180) under a fresh key, so no two of one holder have anything in common. Anyone can seal to the
// authority, so the holder signs within.
//
//   text       NID1: and base45 of  encapsulated key (65 bytes) || ciphertext (121) || tag (16)
//   plaintext  version (1) || time, Unix seconds, big-endian (8) || serial of the Net Certificate (48) || signature, R || S (64)
//   signed     label || version || time || serial || encapsulated key
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
    internal const int SerialOffset = 1 + sizeof(long);
    internal const int StatementSize = SerialOffset + SerialSize;

    private const string Prefix = "NID1:";
    private const int SerialSize = 48;
    private const int SignatureSize = 64;
    private const int FrameSize = HpkePublicKey.Size + StatementSize + SignatureSize + Hpke.TagSize;

    // Frozen with the version: a wallet in the field and the authority must say the same.
    internal static ReadOnlySpan<byte> Info => "NetIdGrains changing QR 1"u8;

    private static ReadOnlySpan<byte> AuthenticatedPrefix => "NID1:"u8;

    /// <param name="authority">The authority's key for this use.</param>
    /// <param name="serial">Of the certificate: a <see cref="SealedReference"/>.</param>
    /// <param name="holder">The key the certificate is bound to.</param>
    /// <param name="now">The wallet's time; whole seconds count. Of two made in one second one is accepted.</param>
    /// <param name="random">For the key of this one payload.</param>
    /// <exception cref="ArgumentException">Not the serial of a Net Certificate.</exception>
    public static string Create(HpkePublicKey authority, string serial, ISigner holder, DateTimeOffset now, IRandomSource random)
    {
        if (serial.Length != SealedReference.TextLength || !StrictBase64Url.TryDecode(serial, out var serialBytes))
            throw new ArgumentException("Not the serial of a Net Certificate.", nameof(serial));
        Span<byte> secret = stackalloc byte[32];
        random.Fill(secret);
        var sender = Hpke.Send(authority, HpkePrivateKey.Derive(secret), Info);
        var statement = new byte[StatementSize];
        statement[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(statement.AsSpan(1), now.ToUnixTimeSeconds());
        serialBytes.CopyTo(statement, SerialOffset);
        var signature = holder.Sign(OpenedQr.Signed(statement, sender.Encapsulated));
        return Write(sender, [.. statement, .. signature]);
    }

    /// <summary>Reads what was scanned: tells the certificate to ask, which alone can <see cref="OpenedQr.Check"/> it.</summary>
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
