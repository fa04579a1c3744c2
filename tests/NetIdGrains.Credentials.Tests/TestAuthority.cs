using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

/// <summary>An authority with one root and its working keys, a holder, a platform: what the tests of signed things share.</summary>
internal static class TestAuthority
{
    public const string Issuer = "https://authority.example";
    public const string Platform = "https://shop.example";
    public const string Nonce = "n-0S6_WzA2Mj";

    public static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 30, 0, TimeSpan.FromHours(8));
    public static readonly DateTimeOffset Expires = ChinaCalendar.EndOfMonth(Now, 2);
    public static readonly CertificateTerms Terms = new(Issuer, Expires, CryptoSuite.International);
    public static readonly StatusReference Status = new("https://authority.example/status/7", 314);
    public static readonly DateTimeOffset RootEnd = Now.AddYears(10);

    public static readonly P256Signer Root = P256Signer.Create();
    public static readonly P256Signer Holder = P256Signer.Create();
    public static readonly P256Signer Stranger = P256Signer.Create();
    public static readonly byte[] RootCertificate = NewRoot(Root);
    public static readonly TrustAnchor Anchor = new(RootCertificate);
    public static readonly CertifiedSigner Issuing = Certify(WorkingKeyUse.Issuing, Now.AddDays(-1), Now.AddDays(100));
    public static readonly CertifiedSigner Receipts = Certify(WorkingKeyUse.Receipt, Now.AddMinutes(-10), Now.AddMinutes(50));

    public static byte[] NewRoot(P256Signer root) =>
        WorkingKeyCertificate.CreateRootAsync(
            root.PublicKey, "CN=Net ID root, O=Test", Now.AddYears(-1), RootEnd, new FixedRandom("root"), SignBy(root)).Result;

    public static byte[] CertificateFor(IVerificationKey key, WorkingKeyUse use, DateTimeOffset from, DateTimeOffset to) =>
        WorkingKeyCertificate.CertifyAsync(key, use, RootCertificate, from, to, new FixedRandom(use.ToString()), SignBy(Root)).Result;

    public static CertifiedSigner Certify(WorkingKeyUse use, DateTimeOffset from, DateTimeOffset to)
    {
        var key = P256Signer.Create();
        return new CertifiedSigner(key, CertificateFor(key.PublicKey, use, from, to));
    }

    /// <summary>A stranger's signature beside someone else's certificate.</summary>
    public static CertifiedSigner Borrow(CertifiedSigner other) => new(Stranger, Convert.FromBase64String(other.X5cHeaderValue));

    public static RootSignature SignBy(P256Signer key) => data => Task.FromResult(key.Sign(data.Span));

    public static CertificateSubject Subject(DateOnly birthDate) =>
        new("serial-1", NetId.Create(new FixedRandom("net-id")), "张三", PermitOf(birthDate), birthDate, Holder.PublicKey, Status);

    // A number that says no birth date, so that the tests can choose one.
    private static StatutoryDocument PermitOf(DateOnly birthDate) =>
        StatutoryDocument.TryParse(DocumentKind.HkMacaoTravelPermit, "M1234567801", out var document, out _) && document.AllowsBirthDate(birthDate)
            ? document
            : throw new InvalidOperationException("Not a document of that date.");

    public static string NewCertificate() => NetCertificate.Issue(
        NetCertificate.Prepare(Subject(new DateOnly(1949, 12, 31)), Terms, Now, new FixedRandom("salts")), Issuing);

    public static string Show(params string[] claims) =>
        HolderPresentation.Create(NewCertificate(), claims, Platform, Nonce, Now, Holder);

    public static JsonObject PayloadOf(string jws) => JsonNode.Parse(Base64Url.DecodeFromChars(jws.Split('.')[1]))!.AsObject();

    /// <summary>A JWS with any header and payload, for signing what our own code would never write.</summary>
    public static string Jws(string header, JsonNode payload, ISigner signer) =>
        CompactJws.Sign(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload.ToJsonString()), signer);
}
