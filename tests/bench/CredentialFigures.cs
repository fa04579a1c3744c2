using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Bench;

/// <summary>
/// The credentials library on one thread, beside the bare operations it cannot do without. The two sides of a ratio take turns in short
/// slices, and the middle ratio of many is told: what else the machine does falls on both alike.
/// </summary>
internal static class CredentialFigures
{
    private const string Issuer = "https://authority.example";
    private const string Platform = "https://shop.example";
    private const string Nonce = "0123456789abcdef0123456789abcdef.0123456789abcdef";
    private const int Turns = 201;
    private const int Slice = 100;
    private const int Entries = 1 << 20;

    private static readonly string[] Everything =
        ["net_id", "name", "document_kind", "document_number", "birth_date", "age_over_14", "age_over_16", "age_over_18"];

    private static readonly SystemRandomSource Random = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 30, 0, TimeSpan.FromHours(8));
    private static readonly CertificateTerms Terms = new(Issuer, ChinaCalendar.EndOfMonth(Now, 1), CryptoSuite.International);

    public static async Task RunAsync()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using var process = Process.GetCurrentProcess();
            process.ProcessorAffinity = 1; // what one core does, compiler and collector included
        }

        using var root = P256Signer.Create();
        using var issuing = P256Signer.Create();
        using var holder = P256Signer.Create();
        Task<byte[]> SignByRoot(ReadOnlyMemory<byte> data) => Task.FromResult(root.Sign(data.Span));
        var rootCertificate = await WorkingKeyCertificate.CreateRootAsync(
            root.PublicKey, "CN=Net ID root", Now.AddDays(-1), Now.AddYears(1), Random, SignByRoot);
        var signer = new CertifiedSigner(issuing, await WorkingKeyCertificate.CertifyAsync(
            issuing.PublicKey, WorkingKeyUse.Issuing, rootCertificate, Now.AddDays(-1), Now.AddDays(90), Random, SignByRoot));
        var subject = Subject(holder.PublicKey);
        FigureIssuing(subject, signer, issuing);
        FigureVerifying(NetCertificate.Issue(NetCertificate.Prepare(subject, Terms, Now, Random), signer), new TrustAnchor(rootCertificate), issuing, holder);
        FigureSm2();
        FigureStatusLists();
    }

    private static void FigureIssuing(CertificateSubject subject, CertifiedSigner signer, P256Signer issuing)
    {
        void Issue() => NetCertificate.Issue(NetCertificate.Prepare(subject, Terms, Now, Random), signer);
        using var bare = Ecdsa(issuing);
        var signed = Encoding.ASCII.GetBytes(SigningInput(NetCertificate.Issue(NetCertificate.Prepare(subject, Terms, Now, Random), signer)));
        Compare("credentials.issue", Issue, () => bare.SignData(signed, HashAlgorithmName.SHA256));
        Figures.Print("credentials.issue_alloc_bytes", AllocatedBy(Issue), "B");
    }

    // All eight disclosed: the most that a platform could be shown.
    private static void FigureVerifying(string certificate, TrustAnchor anchor, P256Signer issuing, P256Signer holder)
    {
        var text = HolderPresentation.Create(certificate, Everything, Platform, Nonce, Now, holder);
        void Verify()
        {
            if (!Presentation.TryParse(text, out var shown, out _)
                || shown.Verify(anchor, Issuer, Platform, Nonce, Now, out var fault, holder.PublicKey) is null)
                throw new InvalidOperationException("A good presentation was refused.");
        }

        var parts = text.Split('~');
        using var issuer = Ecdsa(issuing);
        using var binder = Ecdsa(holder);
        var (issued, bound) = (Signed(parts[0]), Signed(parts[^1]));
        Compare("credentials.verify", Verify, () =>
        {
            if (!issuer.VerifyData(issued.Data, issued.Signature, HashAlgorithmName.SHA256)
                || !binder.VerifyData(bound.Data, bound.Signature, HashAlgorithmName.SHA256))
                throw new InvalidOperationException("A good signature was refused.");
        });
        Figures.Print("credentials.verify_alloc_bytes", AllocatedBy(Verify), "B");
    }

    private static void FigureSm2()
    {
        var signer = Sm2Signer.Create(Random);
        var data = new byte[1000];
        var signature = signer.Sign(data);
        Figures.Print("sm2.sign_per_s", 1 / SteadySecondsOf(() => signer.Sign(data)), "/s");
        Figures.Print("sm2.verify_per_s", 1 / SteadySecondsOf(() => signer.PublicKey.Verify(data, signature)), "/s");
    }

    // One in a hundred is not valid any more, which is more than a month of an authority's life would make.
    private static void FigureStatusLists()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var list = new StatusList(2, Entries);
        Figures.Print("statuslist.bytes_per_entry", (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Entries, "B");
        var drawn = new Random(1);
        for (var i = 0; i < Entries / 100; i++) list.Set(drawn.Next(Entries), TokenStatus.Invalid);
        Figures.Print("statuslist.encode_ms", 1000 * SteadySecondsOf(() => list.Encode(), slice: 5), "ms");
        var found = 0;
        var index = 0;
        var lookup = SecondsOf(
            () =>
            {
                index = (index + 7919) & (Entries - 1);
                if (list.TryGet(index, out var status) && status == TokenStatus.Invalid) found++;
            },
            5_000_000);
        Figures.Print("statuslist.lookup_ns", 1e9 * lookup, "ns");
        if (found == 0) throw new InvalidOperationException("Nothing was looked up.");
    }

    private static CertificateSubject Subject(IVerificationKey holder)
    {
        var birthDate = new DateOnly(1949, 12, 31);
        if (!StatutoryDocument.TryParse(DocumentKind.ResidentId, "11010519491231002X", out var document, out _))
            throw new InvalidOperationException("The published example of a resident ID was refused.");
        var status = new StatusReference($"{Issuer}/status-lists/12", 345_678);
        return new CertificateSubject(new string('s', SealedReference.TextLength), NetId.Create(Random), "张三", document, birthDate, holder, status);
    }

    private static void Compare(string name, Action ours, Action bare)
    {
        WarmUp(ours);
        WarmUp(bare);
        var turns = Enumerable.Range(0, Turns).Select(_ => (Ours: SecondsOf(ours, Slice), Bare: SecondsOf(bare, Slice))).ToList();
        Figures.Print($"{name}_ratio", 100 * Middle(turns.Select(turn => turn.Bare / turn.Ours)), "%");
        Figures.Print($"{name}_per_s", 1 / Middle(turns.Select(turn => turn.Ours)), "/s");
    }

    // Until the just-in-time compiler has done its best: it starts over in the background, after a tenth of a second without new methods.
    private static void WarmUp(Action work)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(3);) SecondsOf(work, Slice);
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);

    private static double SteadySecondsOf(Action work, int slice = Slice)
    {
        WarmUp(work);
        return Middle(Enumerable.Range(0, Turns).Select(_ => SecondsOf(work, slice)));
    }

    private static double SecondsOf(Action work, int times)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < times; i++) work();
        return watch.Elapsed.TotalSeconds / times;
    }

    private static double AllocatedBy(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Slice; i++) work();
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Slice;
    }

    private static (byte[] Data, byte[] Signature) Signed(string jws)
    {
        var signature = jws[(jws.LastIndexOf('.') + 1)..];
        return (Encoding.ASCII.GetBytes(SigningInput(jws)), System.Buffers.Text.Base64Url.DecodeFromChars(signature));
    }

    private static string SigningInput(string jws) => jws[..jws.IndexOf('.', jws.IndexOf('.', StringComparison.Ordinal) + 1)];

    private static ECDsa Ecdsa(P256Signer signer)
    {
        var jwk = System.Text.Json.JsonElement.Parse(signer.ToPrivateJwk());
        byte[] Member(string name) => System.Buffers.Text.Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Member("x"), Y = Member("y") },
            D = Member("d"),
        });
    }
}
