using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What an operator may set under <c>Authority</c> in the configuration.</summary>
public sealed class AuthorityOptions
{
    /// <summary>The authority's own name in everything it signs: an absolute URI that never changes.</summary>
    public string Issuer { get; set; } = "http://localhost:5080";

    /// <summary>What is signed, digested and sealed with from now on (A13-1). The vault's root key keeps the suite it was made with.</summary>
    public CryptoSuite Suite { get; set; } = CryptoSuite.International;

    /// <summary>PBKDF2 rounds for a password. The pepper in the vault is the protection, the rounds are a second line.</summary>
    public int PasswordRounds { get; set; } = 10_000;

    /// <summary>The most certificates that a wallet is given at once; it spends one for each platform (A8-4).</summary>
    public int CertificateBatch { get; set; } = 10;

    /// <summary>A15-1: which documents one may apply with, by their names; all there are when left out.</summary>
    public List<string> DocumentKinds { get; } = [];

    /// <summary>
    /// The directory of those who accredit readers of documents: anchors (*.der) and revocation lists (*.crl). Without it no evidence is believed.
    /// </summary>
    public string? Readers { get; set; }

    /// <summary>The same of those who accredit courts and civil offices (A4-5). Without it no order on a guardianship is believed.</summary>
    public string? Courts { get; set; }

    /// <summary>Whether one may type in a document that nobody has read; only if it says so, but in development.</summary>
    public bool? TypedDocuments { get; set; }

    /// <summary>Whether one may apply without a face where no holder check is configured; only if it says so, but in development.</summary>
    public HolderCheckPolicy? HolderCheckAtApplication { get; set; }

    /// <summary>How long an application may be worked on.</summary>
    public TimeSpan ApplicationLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a platform's access token is good for.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a front door may serve a platform without asking again: what suspending it takes to be felt everywhere.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a citizen has to decide about a verification.</summary>
    public TimeSpan VerificationLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a repeated verification gets the same answer; then the answer is dropped and the bare line stays.</summary>
    public TimeSpan AnswerLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long an authentication log line is kept (the cybersecurity law asks for six months).</summary>
    public TimeSpan LogRetention { get; set; } = TimeSpan.FromDays(200);

    /// <summary>The public JWK that the population register signs with what it pushes; null where it pushes nothing.</summary>
    public string? RegisterPushKey { get; set; }

    /// <summary>The public JWK that whose a changed Net ID was is sealed to, for statutory assistance alone (A8-3); without it that is not kept.</summary>
    public string? DisclosureKey { get; set; }

    /// <summary>What a law makes the authority keep of who leaves (A9-4); null for nothing.</summary>
    public LegalHoldOptions? LegalHold { get; set; }

    /// <summary>Who runs this authority, as its notice says it (A10-1).</summary>
    public OperatorName Operator { get; } = new();

    /// <summary>What applicants are told and agree to, made of these options when first asked for.</summary>
    public Notice Notice => _notice ??= Notice.Of(Operator, LegalHold);

    private Notice? _notice;

    /// <summary>What hands messages on to contact addresses; null where no address is taken.</summary>
    public ContactGatewayOptions? ContactGateway { get; set; }

    /// <summary>How long a complaint or appeal may take to be decided.</summary>
    public TimeSpan CaseTerm { get; set; } = TimeSpan.FromDays(15);

    /// <summary>How long a decided one is kept: as long as a civil claim may come (Civil Code, article 188).</summary>
    public TimeSpan CaseRetention { get; set; } = TimeSpan.FromDays(3 * 365);

    /// <summary>How often what is past its time is deleted.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old a published status list may be before it is signed anew: what a change takes to be seen by those who verify offline.</summary>
    public TimeSpan StatusListPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an issuing key signs certificates before a new one is certified.</summary>
    public TimeSpan IssuingKeyPeriod { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a receipt key signs receipts before a new one is certified.</summary>
    public TimeSpan ReceiptKeyPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether platforms may have addresses on this machine: set by the host in development, never by configuration.</summary>
    internal bool AllowDevelopmentAddresses { get; private set; }

    /// <summary>How long an unwrapped shard key stays in memory.</summary>
    public TimeSpan ShardKeyLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A15-1, by name.</summary>
    public IEnumerable<string> AcceptedKinds => Enum.GetValues<DocumentKind>().Where(Accepts).Select(Credentials.DocumentKinds.NameOf);

    public bool Accepts(DocumentKind kind) =>
        DocumentKinds.Count == 0 || DocumentKinds.Contains(Credentials.DocumentKinds.NameOf(kind), StringComparer.Ordinal);

    /// <summary>What is good enough for constructed persons, where nothing else was set.</summary>
    public void AllowDevelopmentApplications()
    {
        TypedDocuments ??= true;
        HolderCheckAtApplication ??= HolderCheckPolicy.WhenAvailable;
        Operator.Name ??= "Net ID authority (development)";
        Operator.Contact ??= "privacy@authority.example";
    }

    /// <summary>For development and tests: platforms' key sets and callbacks may be on this machine, over http.</summary>
    public void AllowAddressesOnThisMachine() => AllowDevelopmentAddresses = true;

    /// <summary>All that is wrong with these options, each with how to mend it; empty when they are fit to serve with.</summary>
    public IReadOnlyList<string> Faults() => [.. Check()];

    private static IEnumerable<string> KindNames => Enum.GetValues<DocumentKind>().Select(Credentials.DocumentKinds.NameOf);

    private IEnumerable<string> Check()
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http") || Issuer.EndsWith('/'))
            yield return "Authority:Issuer must be an absolute http or https URI without a slash at its end, such as https://netid.example.";
        if (!Enum.IsDefined(Suite))
            yield return "Authority:Suite must be International or Sm; leave it out for International.";
        if (PasswordRounds < 1)
            yield return "Authority:PasswordRounds must be at least 1; leave it out for 10,000.";
        if (CertificateBatch is < 1 or > 50)
            yield return "Authority:CertificateBatch must be between 1 and 50; leave it out for 10.";
        foreach (var unknown in DocumentKinds.Where(kind => !Credentials.DocumentKinds.TryParse(kind, out _)))
            yield return $"Authority:DocumentKinds: {unknown} is no kind of document. Leave it out for all, or name some of: {string.Join(", ", KindNames)}.";
        if (HolderCheckAtApplication is { } policy && !Enum.IsDefined(policy))
            yield return "Authority:HolderCheckAtApplication must be Required or WhenAvailable; leave it out for Required.";
        if (Readers is not null && AccreditedReaders.Load(Readers, out var fault) is null)
            yield return $"Authority:Readers must be a directory of anchors (*.der) and revocation lists (*.crl): {fault}";
        if (Courts is not null && AccreditedReaders.Load(Courts, out var courtsFault) is null)
            yield return $"Authority:Courts must be a directory of anchors (*.der) and revocation lists (*.crl): {courtsFault}";
        if (LogRetention < TimeSpan.FromDays(183))
            yield return "Authority:LogRetention must be at least 183 days: the cybersecurity law asks for six months.";
        if (AnswerLifetime < TimeSpan.FromHours(24))
            yield return "Authority:AnswerLifetime must be at least 24 hours: platforms may repeat a request for that long.";
        if (SweepPeriod < TimeSpan.FromMinutes(1) || SweepPeriod > TimeSpan.FromDays(1))
            yield return "Authority:SweepPeriod must be between a minute, the shortest a reminder can be, and a day.";
        if (LeaseDuration < TimeSpan.FromMilliseconds(100) || LeaseDuration > TimeSpan.FromSeconds(10))
            yield return "Authority:LeaseDuration must be between 00:00:00.100 and 00:00:10: suspending a platform takes as long.";
        if (VerificationLifetime < TimeSpan.FromSeconds(30) || VerificationLifetime > TimeSpan.FromMinutes(8))
            yield return "Authority:VerificationLifetime must be between 30 seconds and 8 minutes: ten minutes after its end it is forgotten.";
        if (RegisterPushKey is not null && !IsPublicKey(RegisterPushKey))
            yield return "Authority:RegisterPushKey must be a public JWK on P-256 or SM2; leave it out where the register pushes nothing.";
        if (StatusListPeriod < TimeSpan.FromSeconds(1) || StatusListPeriod > TimeSpan.FromHours(1))
            yield return "Authority:StatusListPeriod must be between 00:00:01 and 01:00:00: revoking takes as long to be seen offline.";
        if (DisclosureKey is not null && !IsRecipient(DisclosureKey))
            yield return "Authority:DisclosureKey must be a public JWK on P-256; leave it out where whose a changed Net ID was is not kept.";
        if (Operator.IsIncomplete)
            yield return "Authority:Operator:Name and Contact must say who runs this authority and how to reach them: the notice names them (A10-1).";
        foreach (var wrong in LegalHold?.Faults() ?? [])
            yield return wrong;
        foreach (var amiss in ContactGateway?.Faults() ?? [])
            yield return amiss;
        TimeSpan[] lifetimes = [ApplicationLifetime, AccessTokenLifetime, IssuingKeyPeriod, ReceiptKeyPeriod, ShardKeyLifetime, CaseTerm, CaseRetention];
        if (lifetimes.Any(lifetime => lifetime <= TimeSpan.Zero))
            yield return "Authority: every lifetime and period must be longer than zero; leave them out for their defaults.";
    }

    private static bool IsRecipient(string jwk) => JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(jwk), out _);

    private static bool IsPublicKey(string text)
    {
        try
        {
            using var jwk = JsonDocument.Parse(text);
            return VerificationKey.TryFromJwk(jwk.RootElement, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Whether an application needs a face.</summary>
public enum HolderCheckPolicy
{
    /// <summary>Always: without a holder check nobody can apply.</summary>
    Required = 0,

    /// <summary>Where a holder check is configured; where none is, the document alone will do.</summary>
    WhenAvailable = 1,
}
