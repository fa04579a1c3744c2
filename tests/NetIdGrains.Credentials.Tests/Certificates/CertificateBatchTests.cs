// A8-4: certificates come in batches, nothing in one is in another, and each is shown in one sector only.
namespace NetIdGrains.Credentials.Tests;

public class CertificateBatchTests
{
    private static readonly string[] Wallet = [.. Enumerable.Range(0, 10).Select(number => $"certificate-{number}")];

    [Fact]
    public void A8_4_each_sector_sees_one_certificate_each_time_the_same_and_no_other_sees_it()
    {
        var batch = new CertificateBatch<string>(Wallet, []);
        string[] sectors = [.. Enumerable.Range(0, 10).Select(number => $"sector-{number}")];
        var first = sectors.Select(batch.For).ToList();
        Assert.Equal(10, first.OfType<string>().Distinct().Count());
        Assert.Equal(first, sectors.Select(batch.For));
        Assert.Equal((0, null), (batch.Unspent.Count, batch.For("sector-10")));
        Assert.Equal(first[3], batch.For("sector-3"));
    }

    [Fact]
    public void A8_4_what_was_spent_before_stays_where_it_was_spent()
    {
        var batch = new CertificateBatch<string>(Wallet[1..], [new("shop", Wallet[0])]);
        Assert.Equal((Wallet[0], Wallet[1], 8), (batch.For("shop"), batch.For("bank"), batch.Unspent.Count));
    }

    [Fact]
    public void A8_4_a_batch_that_was_kept_goes_on_where_it_was()
    {
        var batch = new CertificateBatch<string>(Wallet, []);
        batch.For("shop");
        var again = new CertificateBatch<string>(batch.Unspent, batch.Spent);
        Assert.Equal((Wallet[0], Wallet[1]), (again.For("shop"), again.For("bank")));
    }

    [Fact]
    public void A8_4_certificates_of_a_batch_have_nothing_of_the_person_in_common()
    {
        var subjects = Enumerable.Range(0, 10).Select(Subject).ToList();
        var issued = NetCertificate.PrepareBatch(subjects, TestAuthority.Terms, TestAuthority.Now, new SystemRandomSource())
            .Select(prepared => NetCertificate.Issue(prepared, TestAuthority.Issuing)).ToList();
        var payloads = issued.Select(TestAuthority.PayloadOf).ToList();
        Assert.All(["jti", "cnf", "status"], member => Assert.Equal(10, payloads.Select(payload => payload[member]!.ToJsonString()).Distinct().Count()));
        Assert.Equal(80, payloads.SelectMany(payload => payload["_sd"]!.AsArray().Select(digest => (string?)digest)).Distinct().Count());
        Assert.Equal(80, issued.SelectMany(certificate => certificate.Split('~')[1..9]).Distinct().Count());
        Assert.All(["iss", "vct", "exp"], member => Assert.Single(payloads.Select(payload => payload[member]!.ToJsonString()).Distinct()));
    }

    public static TheoryData<string, Func<CertificateSubject, CertificateSubject>> Shared() => new()
    {
        { "a key of its own", subject => subject with { HolderKey = TestAuthority.Holder.PublicKey } },
        { "a serial of its own", subject => subject with { Serial = "serial" } },
        { "a status of its own", subject => subject.Serial == "serial-0" ? subject with { Status = null } : subject },
        { "a status of its own", subject => subject with { Status = TestAuthority.Status } },
    };

    [Theory]
    [MemberData(nameof(Shared), DisableDiscoveryEnumeration = true)]
    public void A8_4_a_batch_that_could_be_joined_is_not_prepared(string what, Func<CertificateSubject, CertificateSubject> share)
    {
        var subjects = Enumerable.Range(0, 2).Select(Subject).Select(share).ToList();
        var refused = Assert.Throws<ArgumentException>(
            () => NetCertificate.PrepareBatch(subjects, TestAuthority.Terms, TestAuthority.Now, new SystemRandomSource()));
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
    }

    private static CertificateSubject Subject(int number) => TestAuthority.Subject(new DateOnly(1949, 12, 31)) with
    {
        Serial = $"serial-{number}",
        HolderKey = SigningKey.Create(CryptoSuite.International, new SystemRandomSource()).PublicKey,
        Status = TestAuthority.Status with { Index = number },
    };
}
