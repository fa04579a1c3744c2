// Every parser takes hostile input: whatever comes in, it answers and does not throw. Mutations of good inputs, from a fixed seed. Signed
// texts are mutated twice: as they are, and as JSON under a good signature, which reaches the checks behind the signature.
using System.Text;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials.Tests;

public class FuzzTests
{
    private const int Rounds = 3000;
    private const string Pieces = "\0 ~.-_=+/\"\\{}[]:,x0129AZ\u00B7\u0130张\uD842\uFFFD";

    private static readonly byte[] Key = new byte[32];
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly string Command = SignedCommand.Sign("c", new JsonObject(), "a", "n", "d", Now, TestAuthority.Holder);
    private static readonly string Certificate = TestAuthority.NewCertificate();
    private static readonly string Shown = TestAuthority.Show("name");
    private static readonly string Receipt =
        new VerificationReceipt("i", "t", "p", "s", "u", "l", "R01", true, "x", Now).Sign(TestAuthority.Receipts);

    private static readonly CertifiedSigner StatusSigner = TestAuthority.Certify(WorkingKeyUse.StatusList, Now, Now.AddDays(1));
    private static readonly StatusListToken List = new("u", Now, Now.AddHours(1), TimeSpan.FromMinutes(1), new StatusList(2, 16));
    private static readonly string StatusToken = StatusListJwt.Sign(List, StatusSigner);
    private static readonly byte[] StatusCwt = StatusListCwt.Sign(List, StatusSigner);

    private static readonly HpkePrivateKey Recipient = HpkePrivateKey.Derive(Key);
    private static readonly string QrSerial = SealedReference.Seal(Key, "p", Key.AsSpan(16), 7, new FixedRandom("reference"));

    private static readonly Dictionary<string, (string Good, Func<string, bool> Reads)> Parsers = new()
    {
        ["net id"] = ("TSVX-FBKC-RBJV-KBY9-F", text => NetId.TryParse(text, out _, out _)),
        ["resident id"] = ("11010519491231002X", text => ResidentId.TryParse(text, out _, out _)),
        ["residence permit"] = ("810000199001010027", text => Documents(DocumentKind.HkMacaoResidencePermit, text)),
        ["travel permit"] = ("M1234567801", text => Documents(DocumentKind.HkMacaoTravelPermit, text)),
        ["card of 2017"] = ("KAZ110090123105", text => Documents(DocumentKind.ForeignPermanentResidentCard, text)),
        ["card of 2023"] = ("911398199012310021", text => Documents(DocumentKind.ForeignPermanentResidentCard, text)),
        ["passport"] = (
            "POCHNZHANG<<SAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<EA12345676CHN9001158F3306208<<<<<<<<<<<<<<00",
            text => Documents(DocumentKind.Passport, text)),
        ["name"] = ("努尔麦麦提·卡卡西", text => PersonName.TryNormalise(text, out _)),
        ["password"] = ("20381946", text => PasswordRules.Check(text, new DateOnly(1990, 1, 1)) == PasswordFault.None),
        ["dynamic password"] = (DynamicPassword.CodeAt(Key, Now), text => DynamicPassword.TryAccept(Key, text, Now, null, out _)),
        ["changing qr"] = (ChangingQr.Create(Recipient.PublicKey, QrSerial, TestAuthority.Holder, Now, new FixedRandom("qr")), Scans),
        ["platform identifier"] = ("mgtjg3sor4ibyhgb7gj3kqva2q", text => PlatformIdentifier.TryResolve(Key, text, out _)),
        ["reference"] = (
            SealedReference.Seal(Key, "p", Key.AsSpan(16), 7, new FixedRandom("reference")),
            text => SealedReference.TryOpen(Key, "p", text, out _, out _)),
        ["box"] = (
            Latin(SealedBox.Seal(CryptoSuite.International, Key, [1, 2, 3], "c", new FixedRandom("box"))),
            text => SealedBox.TryOpen(Key, Bytes(text), "c", out _)),
        ["jwk"] = (TestAuthority.Holder.PublicKey.ToJwk(), text => VerificationKey.TryFromJwk(text, out _)),
        ["spki"] = (Latin(TestAuthority.Holder.PublicKey.ToSpki()), text => P256Key.TryFromSpki(Bytes(text), out _)),
        ["sm2 spki"] = (Latin(Sm2Signer.Create(new FixedRandom("sm2")).PublicKey.ToSpki()), text => Sm2Key.TryFromSpki(Bytes(text), out _)),
        ["sm4 frame"] = (
            Latin(Sm4Gcm.Seal(Key.AsSpan(16), [1, 2, 3], [], new FixedRandom("box"))),
            text => Sm4Gcm.TryOpen(Key.AsSpan(16), Bytes(text), [], out _)),
        ["certificate"] = (TestAuthority.Issuing.X5cHeaderValue, Certifies),
        ["certificate bytes"] = (
            Latin(Convert.FromBase64String(TestAuthority.Issuing.X5cHeaderValue)),
            text => Certifies(Convert.ToBase64String(Bytes(text)))),
        ["jws"] = (Command, text => CompactJws.TryParse(text, 10_000, out _)),
        ["command"] = (Command, text => SignedCommand.TryParse(text, out _)),
        ["command payload"] = (
            Part(Command, 1),
            json => SignedCommand.TryParse(Resigned(Command, json, TestAuthority.Holder), out _)),
        ["receipt"] = (Receipt, text => VerificationReceipt.TryVerify(text, TestAuthority.Anchor, out _)),
        ["receipt payload"] = (
            Part(Receipt, 1),
            json => VerificationReceipt.TryVerify(Resigned(Receipt, json, TestAuthority.Receipts), TestAuthority.Anchor, out _)),
        ["status list"] = (
            Latin(System.Buffers.Text.Base64Url.DecodeFromChars("eNo76fITAAPfAgc")),
            text => StatusList.TryDecode(2, StrictBase64Url.Encode(Bytes(text)), 1000, out _)),
        ["status list token"] = (StatusToken, Lists),
        ["status list payload"] = (Part(StatusToken, 1), json => Lists(Resigned(StatusToken, json, StatusSigner))),
        ["status list as CWT"] = (Latin(StatusCwt), text => ListsAsCwt(Bytes(text))),
        ["status list claims"] = (
            Latin(CoseSign1.TryParse(StatusCwt, StatusCwt.Length, out var cwt) ? cwt.Payload.ToArray() : []),
            text => ListsAsCwt(CoseSign1.Sign(cwt!.Type!, Bytes(text), StatusSigner))),
        ["proof"] = (
            KeyProof.Create("a", "n", Now, TestAuthority.Holder),
            text => KeyProof.TryVerify(text, "a", "n", Now, out _)),
        ["presentation"] = (Shown, Shows),
        ["certificate payload"] = (Part(Certificate, 1), json => Shows(Rebound(json))),
        ["disclosure"] = (
            "[\"salt\",\"name\",\"张三\"]",
            json => Disclosure.TryParse(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(json)), out _)),
    };

    public static TheoryData<string> Names() => [.. Parsers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A12_1_hostile_input_is_answered_and_never_throws(string parser)
    {
        var random = new Random(20261122);
        var (good, reads) = Parsers[parser];
        Assert.True(reads(good));
        for (var i = 0; i < Rounds; i++) _ = reads(Mutated(good, random));
    }

    private static string Mutated(string text, Random random)
    {
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var (from, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
            var piece = Pieces[random.Next(Pieces.Length)].ToString();
            text = random.Next(5) switch
            {
                0 => text.Insert(from, piece),
                1 => from < text.Length ? text.Remove(from, 1).Insert(from, piece) : text,
                2 => text[..from],
                3 => text.Insert(to, text[Math.Min(from, to)..Math.Max(from, to)]),
                _ => text.Remove(Math.Min(from, to), Math.Min(Math.Abs(to - from), 8)),
            };
        }

        return text;
    }

    private static bool Shows(string text) =>
        Presentation.TryParse(text, out var shown, out _)
        && shown.Verify(TestAuthority.Anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, Now, out _) is not null;

    private static bool Documents(DocumentKind kind, string text) => StatutoryDocument.TryParse(kind, text, out _, out _);

    private static bool Lists(string text) =>
        StatusListJwt.TryVerify(text, TestAuthority.Anchor, "u", Now, TimeSpan.FromMinutes(1), out _, out _);

    private static bool ListsAsCwt(byte[] cwt) =>
        StatusListCwt.TryVerify(cwt, TestAuthority.Anchor, "u", Now, TimeSpan.FromMinutes(1), out _, out _);

    private static bool Certifies(string entry) => TestAuthority.Anchor.TryVerify(entry, WorkingKeyUse.Issuing, Now, out _);

    private static bool Scans(string text) =>
        ChangingQr.TryOpen(text, Recipient, out var qr, out _) && qr.Check(TestAuthority.Holder.PublicKey, Now, null) == QrFault.None;

    private static string Part(string jws, int part) =>
        Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(jws.Split('.', '~')[part]));

    private static string Resigned(string jws, string payload, ISigner signer) =>
        CompactJws.Sign(Encoding.UTF8.GetBytes(Part(jws, 0)), Encoding.UTF8.GetBytes(payload), signer)
        + (jws.Contains('~', StringComparison.Ordinal) ? jws[jws.IndexOf('~', StringComparison.Ordinal)..] : "");

    private static string Rebound(string payload) => HolderPresentation.Create(
        Resigned(Certificate, payload, TestAuthority.Issuing),
        ["name"],
        TestAuthority.Platform,
        TestAuthority.Nonce,
        Now,
        TestAuthority.Holder);

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
