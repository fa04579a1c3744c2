using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// An accredited reader of documents and those who accredit it: an anchor, an authority below it, a reader's certificate, and a revocation list
/// of each authority. The tour and the tests hold it; nothing else trusts its anchor.
/// </summary>
public sealed class DevelopmentReader
{
    public const string Id = "DEV-READER-0001";

    private readonly ReaderAuthority _root;
    private readonly ReaderAuthority _authority;
    private readonly DateTimeOffset _made;

    public DevelopmentReader(CryptoSuite suite, IRandomSource random, DateTimeOffset now)
    {
        _made = now;
        Key = SigningKey.Create(suite, random);
        _root = ReaderAuthority.CreateAnchor(
            SigningKey.Create(suite, random), "CN=Development anchor for readers", now.AddDays(-1), now.AddYears(10), random);
        _authority = _root.Certify(SigningKey.Create(suite, random), "CN=Development authority for readers", now.AddDays(-1), now.AddYears(5));
        Certificates = [_authority.Certify(Key.PublicKey, Id, now.AddDays(-1), now.AddYears(1)), _authority.Certificate];
    }

    public ISigner Key { get; }

    /// <summary>The anchor in DER.</summary>
    public byte[] Anchor => _root.Certificate;

    /// <summary>The reader's, and that of the authority which certified it, in DER.</summary>
    public IReadOnlyList<byte[]> Certificates { get; }

    /// <summary>What the authorities publish each day.</summary>
    /// <param name="revoked">Certificates of the reader's authority that it takes back.</param>
    public IReadOnlyList<byte[]> RevocationLists(params IEnumerable<byte[]> revoked) =>
        [_root.Revoke(1, _made.AddHours(-1), _made.AddDays(1)), _authority.Revoke(1, _made.AddHours(-1), _made.AddDays(1), revoked)];

    /// <summary>What an operator puts into the directory Authority:Readers, and keeps new.</summary>
    public void PublishTo(string directory, params IEnumerable<byte[]> revoked)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "anchor.der"), Anchor);
        foreach (var (index, list) in RevocationLists(revoked).Index())
            File.WriteAllBytes(Path.Combine(directory, $"{index}.crl"), list);
    }

    public ReaderTrust Trust(params IEnumerable<byte[]> revoked) => new([Anchor], RevocationLists(revoked));

    /// <returns>The envelope to hand in.</returns>
    public string Read(DocumentReading document, string challenge, DateTimeOffset now) => document.Sign(Id, challenge, now, Key, Certificates);
}
