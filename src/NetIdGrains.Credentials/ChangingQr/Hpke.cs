// RFC 9180 §5.1.1: sealing to a public key in base mode, which tells nobody who sealed. One message for each encapsulated key, so the sequence
// number is always zero and the nonce is the base nonce (§5.2). The sender's set-up comes apart from sealing, because what we seal holds
// a signature over the encapsulated key.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

internal sealed class Hpke
{
    public const int TagSize = 16;

    private const byte BaseMode = 0;

    private Hpke(HpkePublicKey ephemeral, byte[] sharedSecret, ReadOnlySpan<byte> info)
    {
        Encapsulated = ephemeral.ToBytes();
        byte[] context =
            [BaseMode, .. HpkeKdf.Schedule.Extract([], "psk_id_hash"u8, []), .. HpkeKdf.Schedule.Extract([], "info_hash"u8, info)];
        var secret = HpkeKdf.Schedule.Extract(sharedSecret, "secret"u8, []);
        Key = HpkeKdf.Schedule.Expand(secret, "key"u8, context, length: 32);
        Nonce = HpkeKdf.Schedule.Expand(secret, "base_nonce"u8, context, length: 12);
    }

    /// <summary>What the recipient needs beside the ciphertext: <see cref="HpkePublicKey.Size"/> bytes.</summary>
    public byte[] Encapsulated { get; }

    internal byte[] Key { get; }

    internal byte[] Nonce { get; }

    /// <param name="recipient">Who can open it.</param>
    /// <param name="ephemeral">A key for this message alone: used again, it would seal two messages under one nonce.</param>
    /// <param name="info">What it is for, as both sides know.</param>
    public static Hpke Send(HpkePublicKey recipient, HpkePrivateKey ephemeral, ReadOnlySpan<byte> info) =>
        new(ephemeral.PublicKey, SharedSecret(ephemeral.Agree(recipient), ephemeral.PublicKey, recipient), info);

    public static bool TryReceive(
        ReadOnlySpan<byte> encapsulated, HpkePrivateKey recipient, ReadOnlySpan<byte> info, [NotNullWhen(true)] out Hpke? received)
    {
        received = HpkePublicKey.TryFromBytes(encapsulated, out var ephemeral)
            ? new Hpke(ephemeral, SharedSecret(recipient.Agree(ephemeral), ephemeral, recipient.PublicKey), info)
            : null;
        return received is not null;
    }

    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        var ciphertext = new byte[plaintext.Length + TagSize];
        using var aes = new AesGcm(Key, TagSize);
        aes.Encrypt(Nonce, plaintext, ciphertext.AsSpan(..^TagSize), ciphertext.AsSpan(^TagSize..), associated);
        return ciphertext;
    }

    public bool TryOpen(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associated, out byte[] plaintext)
    {
        plaintext = [];
        if (ciphertext.Length < TagSize) return false;
        var opened = new byte[ciphertext.Length - TagSize];
        using var aes = new AesGcm(Key, TagSize);
        try
        {
            aes.Decrypt(Nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], opened, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = opened;
        return true;
    }

    public override string ToString() => "sealed";

    /// <summary>§4.1, ExtractAndExpand: it depends on both public keys, so neither can be exchanged for another.</summary>
    internal static byte[] SharedSecret(byte[] agreed, HpkePublicKey ephemeral, HpkePublicKey recipient) => HpkeKdf.Kem.Expand(
        HpkeKdf.Kem.Extract([], "eae_prk"u8, agreed), "shared_secret"u8, [.. ephemeral.ToBytes(), .. recipient.ToBytes()], length: 32);
}
