// A13-1: before it serves anyone, a process asks every algorithm it will use for an answer published elsewhere, by way of our own code
// where there is some. An algorithm that answers otherwise (a broken build, a provider swapped underneath) must not sign anything.
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace NetIdGrains.Credentials;

internal sealed record KnownAnswer(string Algorithm, string Hex, Func<byte[]> Ask);

public static class KnownAnswers
{
    // GB/T 32907-2016 appendix A; RFC 8998 appendix A takes the same key.
    private const string Sm4Key = "0123456789ABCDEFFEDCBA9876543210";

    internal static IReadOnlyList<KnownAnswer> All { get; } =
    [
        // FIPS 180-4; NIST's example "abc".
        new("SHA-256", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", () => SHA256.HashData("abc"u8)),

        // RFC 4231 §4.3.
        new(
            "HMAC-SHA-256",
            "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
            () => HMACSHA256.HashData("Jefe"u8, "what do ya want for nothing?"u8)),

        // RFC 7914 §11, the first 32 bytes.
        new(
            "PBKDF2-HMAC-SHA-256",
            "55AC046E56E3089FEC1691C22544B605F94185216DDE0465E68B9D57C20DACBC",
            () => Rfc2898DeriveBytes.Pbkdf2("passwd"u8, "salt"u8, 1, HashAlgorithmName.SHA256, 32)),

        // McGrew and Viega, The Galois/Counter Mode of Operation, test case 14; all that goes in is zero.
        new(
            "AES-256-GCM",
            "000000000000000000000000CEA7403D4D606B6E074EC5D3BAF39D18D0D1C8A799996BF0265B98B5D48AB919",
            () => AesGcmFrame.Seal(new byte[32], new byte[16], [], new Given(new byte[12]))),

        // RFC 9180, the published vectors with AES-256-GCM: the recipient's key, derived, and what the sender's opens to.
        new("HPKE", "4265617574792069732074727574682C20747275746820626561757479", HpkeOpened),

        // RFC 7518 appendix C: from Alice's ephemeral key and Bob's to the key they agree on.
        new("ECDH-ES", "56AA8DEAF8236D205C2228CD71A7101A", Agreed),

        // FIPS 197 appendix C.3: one block, as per-platform identifiers take it.
        new("AES-256", "8EA2B7CA516745BFEAFC49904B496089", Aes256),

        // RFC 7515 appendix A.3: verifies, and does not with another text.
        new("ES256", "0100", () => [Es256("eyJhbGciOiJFUzI1NiJ9"), Es256("eyJhbGciOiJFUzI1NiIgfQ")]),

        // GB/T 32905-2016 appendix A.1.
        new("SM3", "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0", () => Sm3.HashData("abc"u8)),

        // GB/T 32907-2016 appendix A.1.
        new("SM4", "681EDF34D206965E86B3E94F536E4246", Sm4),

        // RFC 8998 appendix A.1: nonce, ciphertext, tag.
        new(
            "SM4-GCM",
            "00001234567800000000ABCD17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
            + "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D83DE3541E4C2B58177E065A9BF7B62EC",
            () => Sm4Gcm.Seal(
                Bytes(Sm4Key),
                [.. "ABCDEFEA".SelectMany(digit => Bytes(new string(digit, 16)))],
                Bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
                new Given(Bytes("00001234567800000000ABCD")))),

        // GB/T 32918.5-2017 appendix A.2, with its k.
        new("SM2 signing", Sm2Signature, () => Sm2().Sign("message digest"u8)),
        new("SM2 verifying", "0100", () => [Verified(Sm2().PublicKey, "message digest"u8), Verified(Sm2().PublicKey, "message digesT"u8)]),
    ];

    private static string Sm2Signature =>
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        + "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";

    /// <exception cref="CryptographicException">An algorithm gives a wrong answer. The process must not go on.</exception>
    public static void Check() => Check(All);

    internal static void Check(IEnumerable<KnownAnswer> answers)
    {
        foreach (var answer in answers)
            if (Convert.ToHexString(answer.Ask()) != answer.Hex)
                throw new CryptographicException($"{answer.Algorithm} does not give its known answer on this machine.");
    }

    private static byte Es256(string header)
    {
        const string Key =
            """
            {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
            """;
        const string PayloadAndSignature =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        return (byte)(VerificationKey.TryFromJwk(Key, out var key)
            && CompactJws.TryParse($"{header}.{PayloadAndSignature}", 1000, out var jws)
            && jws.Verify(key) ? 1 : 0);
    }

    private static byte[] HpkeOpened()
    {
        const string Encapsulated =
            "04C06B4F6BEBC7BB495CB797AB753F911AFF80AEFB86FD8B6FCC35525F3AB5F03E"
            + "0B21BD31A86C6048AF3CB2D98E0D3BF01DA5CC4C39FF5370D331A4F1F7D5A4E0";
        const string Ciphertext = "58C61A45059D0C5704560E9D88B564A8B63F1364B8D1FCB3C4C6DDC1D291742465E902CD216F8908DA49F8F96F";
        var recipient = HpkePrivateKey.Derive(Bytes("A0CE15D49E28BD47A18A97E147582D814B08CBE00109FED5EC27D1B4E9F6F5E3"));
        return Hpke.TryReceive(Bytes(Encapsulated), recipient, "Ode on a Grecian Urn"u8, out var received)
            && received.TryOpen(Bytes(Ciphertext), "Count-0"u8, out var plaintext) ? plaintext : [];
    }

    private static byte[] Agreed()
    {
        const string Alice =
            """
            {"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
             "d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}
            """;
        const string Bob =
            """
            {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
             "d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
            """;
        var (alice, bob) = (HpkePrivateKey.FromPrivateJwk(Alice), HpkePrivateKey.FromPrivateJwk(Bob));
        return ConcatKdf.Derive(alice.Agree(bob.PublicKey), "A128GCM", "Alice"u8, "Bob"u8, length: 16);
    }

    private static byte[] Aes256()
    {
        var handle = EnrolmentHandle.From(Bytes("00112233445566778899AABBCCDDEEFF"));
        var identifier = PlatformIdentifier.Derive(Bytes("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"), handle);
        var block = new byte[EnrolmentHandle.Size];
        return Base32.TryDecode(identifier, block) ? block : [];
    }

    private static byte[] Sm4()
    {
        var engine = new SM4Engine();
        engine.Init(true, new KeyParameter(Bytes(Sm4Key)));
        var block = new byte[engine.GetBlockSize()];
        engine.ProcessBlock(Bytes(Sm4Key), 0, block, 0);
        return block;
    }

    private static Sm2Signer Sm2() => Sm2Signer.FromSecret(
        Bytes("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"),
        new Given(Bytes("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21")));

    private static byte Verified(IVerificationKey key, ReadOnlySpan<byte> data) => (byte)(key.Verify(data, Bytes(Sm2Signature)) ? 1 : 0);

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    // The published nonce or k, where chance would be.
    private sealed class Given(byte[] bytes) : IRandomSource
    {
        public void Fill(Span<byte> drawn) => bytes.CopyTo(drawn);
    }
}
