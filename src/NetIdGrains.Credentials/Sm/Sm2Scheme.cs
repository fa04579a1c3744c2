// SM2 signatures with SM3, GB/T 32918.2-2016, on the curve of GB/T 32918.5-2017. The hash begins with Z (§5.5), which binds the signer's
// distinguishing id and public key; where nothing else is agreed the id is the sixteen digits of GB/T 35276-2017 §10.
using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace NetIdGrains.Credentials;

internal static class Sm2Scheme
{
    public const int CoordinateSize = 32;

    public static ECDomainParameters Domain { get; } = CreateDomain();

    private static byte[] DistinguishingId => "1234567812345678"u8.ToArray();

    // One for each operation, never kept: after a signature the SM2Signer of BouncyCastle 1.8.10 forgets to hash Z again, and what it
    // signs next verifies nowhere. It also is not safe for two threads.
    public static SM2Signer Begin(bool forSigning, ICipherParameters key, ReadOnlySpan<byte> data)
    {
        var signer = new SM2Signer(PlainDsaEncoding.Instance, new SM3Digest());
        signer.Init(forSigning, new ParametersWithID(key, DistinguishingId));
        signer.BlockUpdate(data.ToArray(), 0, data.Length);
        return signer;
    }

    public static SecureRandom Adapt(IRandomSource random) => new(new Generator(random));

    // The field arithmetic written for this curve: the general one of GMNamedCurves signs and verifies at a seventh of the speed.
    private static ECDomainParameters CreateDomain()
    {
        var curve = CustomNamedCurves.GetByName("sm2p256v1");
        return new ECDomainParameters(curve.Curve, curve.G, curve.N, curve.H);
    }

    // The members with spans are those of BouncyCastle.Cryptography.
    private sealed class Generator(IRandomSource random) : IRandomGenerator
    {
        public void AddSeedMaterial(byte[] seed)
        {
        }

        [SuppressMessage("Performance", "CA1822", Justification = "Implements the interface in BouncyCastle.Cryptography.")]
        public void AddSeedMaterial(ReadOnlySpan<byte> seed)
        {
        }

        public void AddSeedMaterial(long seed)
        {
        }

        public void NextBytes(byte[] bytes) => random.Fill(bytes);

        public void NextBytes(byte[] bytes, int start, int len) => random.Fill(bytes.AsSpan(start, len));

        public void NextBytes(Span<byte> bytes) => random.Fill(bytes);
    }
}
