using System.Text;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>An accredited court with those who accredit it; for whoever wants to go wrong, its key can be certified otherwise too.</summary>
internal sealed class DevelopmentCourt
{
    public const string Id = "DEV-COURT-0001";
    private static readonly SystemRandomSource Random = new();

    private readonly ReaderAuthority _anchor;
    private readonly DateTimeOffset _made;

    public DevelopmentCourt(DateTimeOffset now)
    {
        _made = now;
        _anchor = ReaderAuthority.CreateAnchor(P256Signer.Create(), "CN=Development anchor for courts", now.AddDays(-30), now.AddYears(10), Random);
        Certificate = Certify(now.AddDays(-1), now.AddYears(1));
    }

    public P256Signer Key { get; } = P256Signer.Create();

    public byte[] Certificate { get; }

    public byte[] Certify(DateTimeOffset from, DateTimeOffset to) => _anchor.CertifyCourt(Key.PublicKey, Id, from, to);

    public byte[] CertifyAsReader() => _anchor.Certify(Key.PublicKey, Id, _made.AddDays(-1), _made.AddYears(1));

    public void PublishTo(string directory, bool withList = true, params IEnumerable<byte[]> revoked)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "anchor.der"), _anchor.Certificate);
        if (withList)
            File.WriteAllBytes(Path.Combine(directory, "anchor.crl"), _anchor.Revoke(1, _made.AddHours(-1), _made.AddDays(60), revoked));
    }

    public static GuardianshipOrder Order(TestAuthority authority, Person ward, Person guardian, bool hasEnded = false) => new(
        "http://localhost:5080",
        DevelopmentWallet.NewNonce(),
        Id,
        "(2026) 0199 No. 7",
        Named(ward),
        Named(guardian),
        hasEnded,
        authority.Time.GetUtcNow(),
        ChinaCalendar.Today(authority.Time.GetUtcNow()),
        Until: null);

    public static OrderedPerson Named(Person person) => new(DocumentKind.ResidentId, person.Number);

    public string Sign(GuardianshipOrder order, byte[]? certificate = null) => order.Sign(Key, [certificate ?? Certificate]);

    public Task<HttpResponseMessage> SendAsync(TestAuthority authority, GuardianshipOrder order, byte[]? certificate = null) =>
        SendAsync(authority, Sign(order, certificate));

    public static Task<HttpResponseMessage> SendAsync(TestAuthority authority, string jws) =>
        authority.Http.PostAsync("/v1/guardianships", new StringContent(jws, Encoding.ASCII, "application/jose"));
}
