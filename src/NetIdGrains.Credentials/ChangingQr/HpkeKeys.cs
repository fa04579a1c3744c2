// The keys of DHKEM(P-256, HKDF-SHA256) (RFC 9180 §4.1, §7.1). A private key is derived (§7.1.3), not drawn: the authority's comes from a secret
// of the vault, so that all its processes have the same one and none stores it; a sender's from the injected source of chance. They are types
// apart from the signing keys: a key has one use (NIST SP 800-57 part 1 §5.2). ECDH-ES (RFC 7518 §4.6) agrees with keys of the same kind, and
// has the one private key that is read instead of derived: a platform's.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace NetIdGrains.Credentials;

/// <summary>Whom something is sealed to; safe for use from many threads.</summary>
public sealed class HpkePublicKey
{
    /// <summary>04, and two coordinates of 32 bytes (RFC 9180 §7.1.1).</summary>
    public const int Size = 1 + (2 * CoordinateSize);

    private const byte Uncompressed = 4;
    private const int CoordinateSize = 32;

    private readonly byte[] serialized;

    private HpkePublicKey(byte[] serialized) => this.serialized = serialized;

    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out HpkePublicKey? key)
    {
        key = null;
        if (bytes.Length != Size || bytes[0] != Uncompressed) return false;
        var read = new HpkePublicKey(bytes.ToArray());
        try
        {
            // The import checks what §7.1.4 asks for: coordinates below the field prime, and the curve equation.
            using var imported = read.Import();
            key = read;
        }
        catch (CryptographicException)
        {
            return false;
        }

        return true;
    }

    public byte[] ToBytes() => [.. serialized];

    /// <summary>The public members, in the order of RFC 7638 §3.3.</summary>
    internal string ToJwk() => VerificationKey.Jwk(P256Key.Curve, serialized.AsSpan(1..^CoordinateSize), serialized.AsSpan(^CoordinateSize..));

    /// <summary>A key which comes with its private half was not meant for us, and is refused.</summary>
    internal static bool TryFromJwk(JsonElement jwk, [NotNullWhen(true)] out HpkePublicKey? key)
    {
        key = null;
        return jwk.Text("kty") == "EC" && jwk.Text("crv") == P256Key.Curve && !jwk.TryGetProperty("d", out _)
            && StrictBase64Url.TryDecode(jwk.Text("x"), out var x) && x.Length == CoordinateSize
            && StrictBase64Url.TryDecode(jwk.Text("y"), out var y)
            && TryFromBytes([Uncompressed, .. x, .. y], out key);
    }

    internal static HpkePublicKey From(ECPoint point) => new([Uncompressed, .. point.X!, .. point.Y!]);

    internal ECDiffieHellman Import() => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = serialized[1..^CoordinateSize], Y = serialized[^CoordinateSize..] },
    });
}

/// <summary>Who can open what is sealed to the public half; safe for use from many threads.</summary>
public sealed class HpkePrivateKey
{
    private const int ScalarSize = 32;

    private readonly ECParameters parameters;

    private HpkePrivateKey(byte[] scalar)
    {
        using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        parameters = key.ExportParameters(includePrivateParameters: true);
        PublicKey = HpkePublicKey.From(parameters.Q);
    }

    public HpkePublicKey PublicKey { get; }

    // RFC 9180 §7.1.3; the order of P-256.
    private static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    /// <param name="secret">Used for this key alone (§9.7.1).</param>
    /// <exception cref="ArgumentException">The secret is shorter than 32 bytes.</exception>
    public static HpkePrivateKey Derive(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < ScalarSize) throw new ArgumentException("A key is derived from at least 32 bytes.", nameof(secret));
        var pseudorandom = HpkeKdf.Kem.Extract([], "dkp_prk"u8, secret);
        for (var counter = 0; counter <= byte.MaxValue; counter++)
        {
            var candidate = HpkeKdf.Kem.Expand(pseudorandom, "candidate"u8, [(byte)counter], ScalarSize);
            if (IsScalar(candidate)) return new HpkePrivateKey(candidate);
        }

        throw new CryptographicException("No private key comes from this secret.");
    }

    public override string ToString() => "sealed";

    /// <summary>A key for one message.</summary>
    internal static HpkePrivateKey Draw(IRandomSource random)
    {
        Span<byte> secret = stackalloc byte[ScalarSize];
        random.Fill(secret);
        return Derive(secret);
    }

    /// <exception cref="CryptographicException">Not the private JWK of a P-256 key, or its halves do not belong together.</exception>
    internal static HpkePrivateKey FromPrivateJwk(string json)
    {
        var jwk = PrivateJwk.Read(json, P256Key.Curve);
        if (jwk.D.Length != ScalarSize || !IsScalar(jwk.D)) throw new CryptographicException("Not a private key of P-256.");
        var key = new HpkePrivateKey(jwk.D);
        return key.PublicKey.ToBytes().AsSpan(1).SequenceEqual([.. jwk.X, .. jwk.Y])
            ? key
            : throw new CryptographicException("The halves of this key do not belong together.");
    }

    internal static bool IsScalar(ReadOnlySpan<byte> candidate) => candidate.ContainsAnyExcept((byte)0) && candidate.SequenceCompareTo(Order) < 0;

    /// <returns>The x coordinate of the shared point.</returns>
    internal byte[] Agree(HpkePublicKey other)
    {
        using var own = ECDiffieHellman.Create(parameters);
        using var theirs = other.Import();
        using var point = theirs.PublicKey;
        return own.DeriveRawSecretAgreement(point);
    }
}
