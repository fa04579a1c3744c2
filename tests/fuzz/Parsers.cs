// Every parser of what others send: whatever comes in, it answers and does not throw. Signed texts are there twice: as they are, and as
// claims under a good signature, which reaches the checks behind the signature. What may be allocated for one input, garbage included, is
// bounded: 16 bytes for each character of the longest, 64 where the input is signed here first, and for signed lists, of which a megabyte
// may come out of the compression, eight megabytes.
using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;
using NetIdGrains.Credentials.Tests;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Fuzz;

/// <param name="Name">What is parsed.</param>
/// <param name="MostBytes">That it may allocate for one input.</param>
/// <param name="Reads">True when the input is accepted.</param>
/// <param name="Good">Inputs that are accepted.</param>
public sealed record Parser(string Name, long MostBytes, Func<string, bool> Reads, params IReadOnlyList<string> Good);

public static class Parsers
{
    private const long Plain = 16 * Mutator.LongestInput;
    private const long Resign = 64 * Mutator.LongestInput;
    private const long Lists = 8 * 1024 * 1024;

    private static readonly byte[] Key = new byte[32];
    private static readonly DateTimeOffset Now = TestAuthority.Now;
    private static readonly string Command = SignedCommand.Sign("c", new JsonObject(), "a", "n", "d", Now, TestAuthority.Holder);
    private static readonly string Certificate = TestAuthority.NewCertificate();
    private static readonly string Shown = TestAuthority.Show("name");
    private static readonly string Proof = KeyProof.Create("a", "n", Now, TestAuthority.Holder);
    private static readonly string Dpop = DpopProof.Create("POST", "https://a.example/x", Now, "1", TestAuthority.Holder, "t");
    private static readonly string Receipt =
        new VerificationReceipt("i", "t", "p", "s", "u", "l", "R01", true, "x", Now).Sign(TestAuthority.Receipts);

    private static readonly HpkePrivateKey Recipient = HpkePrivateKey.Derive(Key);
    private static readonly string Device = SealedReference.Seal(Key, "p", Key.AsSpan(16), 7, new FixedRandom("reference"));
    private static readonly string Sealed =
        SealedFactors.Seal(Recipient.PublicKey, new Factors("20381946", [1, 2, 3]), "c", new FixedRandom("factors"));

    private static readonly string RecipientJwk = $"{Recipient.PublicKey.ToJwk()[..^1]},\"use\":\"enc\"}}";
    private static readonly string Opens = TestAuthority.Holder.ToPrivateJwk();
    private static readonly string Encrypted =
        JweRecipient.TryFromJwk(Utf8(TestAuthority.Holder.PublicKey.ToJwk()), out var to) ? Jwe.Encrypt(to, [1, 2, 3], "JWT", new FixedRandom("jwe")) : "";

    private static readonly WebhookSecret Webhook = new(Key);
    private static readonly string Hook = $"m\n{Now.ToUnixTimeSeconds()}\n{WebhookSignature.Sign([Webhook, Webhook], "m", Now, [])}";
    private static readonly Sm2Signer Sm2 = Sm2Signer.Create(new FixedRandom("sm2"));

    private static readonly CertifiedSigner StatusSigner = TestAuthority.Certify(WorkingKeyUse.StatusList, Now, Now.AddDays(1));
    private static readonly StatusListToken List = new("u", Now, Now.AddHours(1), TimeSpan.FromMinutes(1), new StatusList(2, 16));
    private static readonly string Jwt = StatusListJwt.Sign(List, StatusSigner);
    private static readonly byte[] Cwt = StatusListCwt.Sign(List, StatusSigner);
    private static readonly byte[] CwtClaims = CoseSign1.TryParse(Cwt, Cwt.Length, out var parsed) ? parsed.Payload.ToArray() : [];

    private static readonly DevelopmentReader Reader = new(CryptoSuite.International, new SystemRandomSource(), Now);
    private static readonly ReaderTrust Readers = Reader.Trust();
    private static readonly string Evidence =
        Reader.Read(new(DocumentKind.ResidentId, "11010519491231002X", "张三", new(1949, 12, 31), null), "c", Now);

    public static IReadOnlyList<Parser> All { get; } = [.. Identities, .. Keys, .. Signed, .. StatusLists, .. Presentations, .. Documented];

    private static IEnumerable<Parser> Identities =>
    [
        new("net id", Plain, text => NetId.TryParse(text, out _, out _), "TSVX-FBKC-RBJV-KBY9-F"),
        new("resident id", Plain, text => ResidentId.TryParse(text, out _, out _), "11010519491231002X"),
        new("residence permit", Plain, text => Documents(DocumentKind.HkMacaoResidencePermit, text), "810000199001010027"),
        new("travel permit", Plain, text => Documents(DocumentKind.HkMacaoTravelPermit, text), "M1234567801"),
        new("permanent resident card", Plain, text => Documents(DocumentKind.ForeignPermanentResidentCard, text), "KAZ110090123105", "911398199012310021"),
        new(
            "passport",
            Plain,
            text => Documents(DocumentKind.Passport, text),
            "POCHNZHANG<<SAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<EA12345676CHN9001158F3306208<<<<<<<<<<<<<<00"),
        new("name", Plain, text => PersonName.TryNormalise(text, out _), "努尔麦麦提·卡卡西", "张三"),
        new("password", Plain, text => PasswordRules.Check(text, new DateOnly(1990, 1, 1), "11010519491231002X") == PasswordFault.None, "20381946"),
        new(
            "dynamic password",
            Plain,
            text => DynamicPassword.TryAccept(Key, text, Now, null, out _),
            DynamicPassword.CodeAt(Key, Now)),
        new("changing qr", Plain, Scans, ChangingQr.Create(Recipient.PublicKey, Device, TestAuthority.Holder, Now, new FixedRandom("qr"))),
        new("changing qr contents", Plain, ScansContents, Latin([ChangingQr.Version, 0, 0, 0, 0, 0, 0, 0, 1])),
        new("factors", Plain, text => SealedFactors.TryOpen(text, Recipient, "c", out _), Sealed),
        new("factors contents", Resign, Factored, """{"password":"20381946","face":"AQID"}""", """{"face":"AQID"}"""),
        new("platform identifier", Plain, text => PlatformIdentifier.TryResolve(Key, text, out _), "mgtjg3sor4ibyhgb7gj3kqva2q"),
        new(
            "reference",
            Plain,
            text => SealedReference.TryOpen(Key, "p", text, out _, out _),
            Device),
        new(
            "box",
            Plain,
            text => SealedBox.TryOpen(Key, Bytes(text), "c", out _),
            Latin(SealedBox.Seal(CryptoSuite.International, Key, [1, 2, 3], "c", new FixedRandom("box"))),
            Latin(SealedBox.Seal(CryptoSuite.Sm, Key, [1, 2, 3], "c", new FixedRandom("box")))),
        new(
            "sm4 frame",
            Plain,
            text => Sm4Gcm.TryOpen(Key.AsSpan(16), Bytes(text), [], out _),
            Latin(Sm4Gcm.Seal(Key.AsSpan(16), [1, 2, 3], [], new FixedRandom("box")))),
    ];

    private static IEnumerable<Parser> Keys =>
    [
        new("jwk", Plain, text => VerificationKey.TryFromJwk(text, out _), TestAuthority.Holder.PublicKey.ToJwk(), Sm2.PublicKey.ToJwk()),
        new("spki", Plain, text => P256Key.TryFromSpki(Bytes(text), out _), Latin(TestAuthority.Holder.PublicKey.ToSpki())),
        new(
            "sm2 spki",
            Plain,
            text => Sm2Key.TryFromSpki(Bytes(text), out _),
            Latin(Sm2.PublicKey.ToSpki())),
        new("certificate", Plain, Certifies, TestAuthority.Issuing.X5cHeaderValue),
        new(
            "certificate bytes",
            Plain,
            text => Certifies(Convert.ToBase64String(Bytes(text))),
            Latin(Convert.FromBase64String(TestAuthority.Issuing.X5cHeaderValue))),
        new("certificate body", Resign, text => Certifies(Convert.ToBase64String(CertifiedAgain(Bytes(text)))), Latin(CertificateBody)),
        new(
            "jwk set",
            Plain,
            text => JwkSet.TryParse(Encoding.UTF8.GetBytes(text), out _),
            new JwkSet([TestAuthority.Holder.PublicKey, Sm2.PublicKey]).ToJson()),
        new(
            "recipient in a jwk set",
            Plain,
            text => JweRecipient.TryFindIn(Encoding.UTF8.GetBytes(text), out _),
            $$"""{"keys":[{"kty":"oct"},{{RecipientJwk}}]}"""),
        new("recipient", Plain, text => JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(text), out _), RecipientJwk),
        new("webhook secret", Plain, text => WebhookSecret.TryParse(text, out _), Webhook.ToText()),
    ];

    private static IEnumerable<Parser> Signed =>
    [
        new("json", Plain, text => StrictJson.TryParse(Encoding.UTF8.GetBytes(text), 10_000, 16, out _), Part(Shown, 0), Part(Certificate, 1)),
        new("jws", Plain, text => CompactJws.TryParse(text, 10_000, out _), Command, Receipt),
        new("command", Plain, text => SignedCommand.TryParse(text, out _), Command),
        new("command payload", Resign, json => SignedCommand.TryParse(Resigned(Command, json, TestAuthority.Holder), out _), Part(Command, 1)),
        new("receipt", Plain, text => VerificationReceipt.TryVerify(text, TestAuthority.Anchor, out _), Receipt),
        new(
            "receipt payload",
            Resign,
            json => VerificationReceipt.TryVerify(Resigned(Receipt, json, TestAuthority.Receipts), TestAuthority.Anchor, out _),
            Part(Receipt, 1)),
        new("proof", Plain, text => KeyProof.TryVerify(text, "a", "n", Now, out _), Proof),
        new("dpop proof", Plain, ProvesOneCall, Dpop),
        new("dpop header", Resign, json => ProvesOneCall(CompactJws.Sign(Utf8(json), Utf8(Part(Dpop, 1)), TestAuthority.Holder)), Part(Dpop, 0)),
        new("dpop claims", Resign, json => ProvesOneCall(Resigned(Dpop, json, TestAuthority.Holder)), Part(Dpop, 1)),
        new("webhook headers", Plain, Hooks, Hook),
        new("jwe", Plain, text => Jwe.TryDecrypt(text, Opens, out _), Encrypted),
        new("jwe header", Plain, json => Jwe.TryDecrypt($"{StrictBase64Url.Encode(Utf8(json))}{Behind(Encrypted)}", Opens, out _), Part(Encrypted, 0)),
        new("proof payload", Resign, json => KeyProof.TryVerify(Resigned(Proof, json, TestAuthority.Holder), "a", "n", Now, out _), Part(Proof, 1)),
    ];

    private static IEnumerable<Parser> StatusLists =>
    [
        new(
            "status list",
            Plain,
            text => StatusList.TryDecompress(2, Bytes(text), 1000, out _),
            Latin(Base64Url.DecodeFromChars("eNo76fITAAPfAgc")),
            Latin(new StatusList(2, 2048).Compress())),
        new("status list token", Lists, ListsAsJwt, Jwt),
        new("status list payload", Lists, json => ListsAsJwt(Resigned(Jwt, json, StatusSigner)), Part(Jwt, 1)),
        new("cose", Plain, text => CoseSign1.TryParse(Bytes(text), 10_000, out _), Latin(Cwt)),
        new("cbor", Plain, text => CborMap.TryParse(Bytes(text), out _), Latin(CwtClaims)),
        new("status list as CWT", Lists, text => ListsAsCwt(Bytes(text)), Latin(Cwt)),
        new(
            "status list claims",
            Lists,
            text => ListsAsCwt(CoseSign1.Sign("application/statuslist+cwt", Bytes(text), StatusSigner)),
            Latin(CwtClaims)),
    ];

    private static IEnumerable<Parser> Presentations =>
    [
        new("presentation", Plain, Shows, Shown, TestAuthority.Show()),
        new("certificate claims", Plain, json => CertificatePayload.TryRead(Encoding.UTF8.GetBytes(json), out _), Part(Certificate, 1)),
        new("certificate payload", Resign, json => Shows(Rebound(json)), Part(Certificate, 1)),
        new(
            "key binding payload",
            Resign,
            json => Shows(Shown[..(Shown.LastIndexOf('~') + 1)] + Resigned(Shown.Split('~')[^1], json, TestAuthority.Holder)),
            Part(Shown.Split('~')[^1], 1)),
        new(
            "disclosure",
            Plain,
            json => Disclosure.TryParse(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(json)), out _),
            "[\"salt\",\"name\",\"张三\"]",
            "[\"salt\",\"age_over_18\",true]"),
    ];

    private static IEnumerable<Parser> Documented =>
    [
        new("evidence", Plain, Vouches, Evidence),
        new(
            "evidence header",
            Resign,
            json => Vouches(CompactJws.Sign(Encoding.UTF8.GetBytes(json), Encoding.UTF8.GetBytes(Part(Evidence, 1)), Reader.Key)),
            Part(Evidence, 0)),
        new("evidence payload", Resign, json => Vouches(Resigned(Evidence, json, Reader.Key)), Part(Evidence, 1)),
        new(
            "certificate of a reader",
            Plain,
            text => SignedDer.TryParse(Bytes(text), out var signed) && Credentials.CertificateBody.TryRead(signed, out _),
            Latin(Reader.Anchor),
            Latin(Reader.Certificates[0])),
        new(
            "name of a reader",
            Plain,
            text => DistinguishedName.Only(Bytes(text), DistinguishedName.SerialNumber) == DevelopmentReader.Id,
            Latin(Credentials.CertificateBody.ReadTrusted(Reader.Certificates[0]).Subject.ToArray())),
        new(
            "revocation list",
            Plain,
            text => RevocationListBody.TryParse(Bytes(text), out _),
            Latin(Reader.RevocationLists()[0]),
            Latin(Reader.RevocationLists(Reader.Certificates)[1])),
    ];

    private static bool Vouches(string text) => DocumentEvidence.TryVerify(text, Readers, "c", Now, out _, out _);

    private static bool Scans(string text) =>
        ChangingQr.TryOpen(text, Recipient, out var qr, out _) && qr.Check(TestAuthority.Holder.PublicKey, Now, null) == QrFault.None;

    // What came out of the seal has one length.
    private static bool ScansContents(string text)
    {
        var contents = Bytes(text);
        Array.Resize(ref contents, ChangingQr.StatementSize + 64);
        return OpenedQr.TryRead(contents, new byte[HpkePublicKey.Size], out var qr)
            && qr.Check(TestAuthority.Holder.PublicKey, Now, null) != QrFault.Malformed;
    }

    private static bool Factored(string json) =>
        SealedFactors.TryOpen(SealedFactors.Write(Recipient.PublicKey, Utf8(json), "c", new FixedRandom("factors")), Recipient, "c", out _);

    private static bool ProvesOneCall(string text) =>
        DpopProof.TryParse(text, out var proof) && proof.TryReadKey(out var key) && proof.VerifiedBy(key)
        && proof.Check("POST", "https://a.example/x", "t", Now) == DpopFault.None;

    // Header by header, as lines.
    private static bool Hooks(string text)
    {
        var lines = text.Split('\n', 3);
        return WebhookSignature.TryVerify(Webhook, lines[0], lines.ElementAtOrDefault(1), lines.ElementAtOrDefault(2), [], Now, out _);
    }

    private static bool Shows(string text) =>
        Presentation.TryReadSerial(text, out _) // what is parsed can be routed
        && Presentation.TryParse(text, out var shown, out _)
        && shown.Verify(TestAuthority.Anchor, TestAuthority.Issuer, TestAuthority.Platform, TestAuthority.Nonce, Now, out _) is not null;

    private static bool Documents(DocumentKind kind, string text) => StatutoryDocument.TryParse(kind, text, out _, out _);

    private static bool ListsAsJwt(string text) =>
        StatusListJwt.TryVerify(text, TestAuthority.Anchor, "u", Now, TimeSpan.FromMinutes(1), out _, out _);

    private static bool ListsAsCwt(byte[] cwt) =>
        StatusListCwt.TryVerify(cwt, TestAuthority.Anchor, "u", Now, TimeSpan.FromMinutes(1), out _, out _);

    private static byte[] CertificateBody =>
        SignedDer.TryParse(TestAuthority.Issuing.Certificate, out var certificate) ? certificate.Body.ToArray() : [];

    // Behind the root's signature: what it never signed, but might be made to.
    private static byte[] CertifiedAgain(byte[] body) => Sequence(
    [
        .. body, .. X509Signature.Algorithm(SignatureSuite.ES256), .. BitString(X509Signature.ToDer(TestAuthority.Root.Sign(body))),
    ]);

    private static byte[] Sequence(byte[] content) => [0x30, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static byte[] BitString(byte[] bits) => [0x03, (byte)(bits.Length + 1), 0, .. bits];

    private static bool Certifies(string entry) => TestAuthority.Anchor.TryVerify(entry, WorkingKeyUse.Issuing, Now, out _);

    private static string Part(string jws, int part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(jws.Split('.', '~')[part]));

    private static string Behind(string jose) => jose[jose.IndexOf('.', StringComparison.Ordinal)..];

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

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
