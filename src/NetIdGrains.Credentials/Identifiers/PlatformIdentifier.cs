// A8-1, A8-4: what a platform may store. One block of AES-256 (FIPS 197) under the sector's key is a permutation of handles: stable for a
// person and a platform, unlinkable between sectors, and turned back without a mapping table. It is not authenticated on purpose: any
// block resolves to some handle, and only the enrolment row says whether anyone has it.
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

public static class PlatformIdentifier
{
    public static string Derive(ReadOnlySpan<byte> sectorKey, EnrolmentHandle handle)
    {
        using var aes = Cipher(sectorKey);
        return Base32.Encode(aes.EncryptEcb(handle.ToArray(), PaddingMode.None));
    }

    public static bool TryResolve(ReadOnlySpan<byte> sectorKey, string? identifier, out EnrolmentHandle handle)
    {
        handle = default;
        var block = new byte[EnrolmentHandle.Size];
        if (!Base32.TryDecode(identifier, block)) return false;
        using var aes = Cipher(sectorKey);
        handle = EnrolmentHandle.From(aes.DecryptEcb(block, PaddingMode.None));
        return true;
    }

    private static Aes Cipher(ReadOnlySpan<byte> sectorKey)
    {
        if (sectorKey.Length != 32) throw new ArgumentException("A sector key has 32 bytes.", nameof(sectorKey));
        var aes = Aes.Create();
        aes.SetKey(sectorKey);
        return aes;
    }
}
