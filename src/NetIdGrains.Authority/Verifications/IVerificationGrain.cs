using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace NetIdGrains.Authority;

/// <summary>
/// One verification in which a person takes part beside their certificate: scan, same device, counter, or a typed code. Keyed by the
/// transaction id, which follows from platform and sequence number.
/// </summary>
[Alias("netid.verification")]
public interface IVerificationGrain : IGrainWithStringKey
{
    /// <summary>By the platform. The same again finds what it began; another under its sequence number is refused.</summary>
    Task<Answer<VerificationView>> Begin(BeginVerification command);

    /// <summary>By the platform: how it stands.</summary>
    Task<Answer<VerificationView>> View(string platform);

    /// <summary>Completes when it ends, or when this long has passed.</summary>
    [AlwaysInterleave]
    Task Wait(TimeSpan wait);

    /// <summary>By the platform: it no longer wants to know.</summary>
    Task<Answer<VerificationView>> Cancel(string platform);

    /// <summary>By the platform, when the browser that began has come back: only now does it get the answer.</summary>
    Task<Answer<VerificationView>> Return(ReturnVerification command);

    /// <summary>By the wallet: who asks what, and why.</summary>
    Task<Answer<VerificationRequestView>> Show();

    /// <summary>By the wallet: the signed command <c>approve</c> or <c>deny</c>. Repeating it gets the same answer.</summary>
    [ResponseTimeout("00:00:20")]
    Task<Answer<Decided>> Decide(WalletDecision command, CancellationToken cancellationToken);

    /// <summary>By the platform: a Net ID and a dynamic password that its user has typed.</summary>
    Task<Answer<VerificationAnswer>> VerifyCode(VerifyCode command);

    /// <summary>By the sweeper: forgets what is past its time. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

/// <summary>How the citizen's wallet learns of it.</summary>
[GenerateSerializer]
[Alias("netid.carrier")]
public enum Carrier
{
    /// <summary>The platform shows a QR, the wallet scans it.</summary>
    Scan = 1,

    /// <summary>A link to the wallet on the same device, and back.</summary>
    SameDevice = 2,

    /// <summary>The wallet shows a changing QR, the counter scans it.</summary>
    Counter = 3,
}

/// <param name="RedirectAddress">Where the wallet leads back to, as registered (same device).</param>
/// <param name="State">The platform's own, handed back to it there.</param>
/// <param name="CodeChallenge">S256 (RFC 7636 §4.2) of a secret that only the browser that began has.</param>
/// <param name="Qr">What the counter scanned.</param>
/// <param name="Callback">Where the platform is told of the end; null for one that asks.</param>
[GenerateSerializer]
[Alias("netid.begin-verification")]
public sealed record BeginVerification(
    VerificationAsk Ask, Carrier Carrier, string? RedirectAddress, string? State, string? CodeChallenge, string? Qr, string? Callback)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.verification-status")]
public enum VerificationStatus
{
    None = 0,
    Pending = 1,

    /// <summary>The citizen has decided, and the browser that began has not come back yet.</summary>
    Returning = 2,
    Approved = 3,
    Denied = 4,
    Expired = 5,
    Cancelled = 6,
}

/// <summary>How a verification stands, as its platform sees it. The answer is null until it has ended, and again when its day is over.</summary>
/// <param name="IsNew">This very call began it.</param>
[GenerateSerializer]
[Alias("netid.verification-view")]
public sealed record VerificationView(
    string Transaction, string SequenceNumber, VerificationStatus Status, DateTimeOffset Expires, VerificationAnswer? Answer, bool IsNew)
{
    public override string ToString() => "sealed";
}

/// <summary>What a citizen is shown before they decide, and signs.</summary>
[GenerateSerializer]
[Alias("netid.verification-request")]
public sealed record VerificationRequestView(
    string Transaction,
    string Platform,
    string PlatformName,
    string Service,
    string Purpose,
    string LegalBasis,
    string Alternative,
    string Mode,
    Carrier Carrier,
    bool IsReverification,
    ImmutableArray<FieldEntitlement> Fields,
    ImmutableArray<string> Predicates,
    DateTimeOffset Expires);

[GenerateSerializer]
[Alias("netid.wallet-decision")]
public sealed record WalletDecision(string Jws, string? Factors, string PersonIndex, uint DeviceNumber, Guardian? Guardian = null)
{
    public override string ToString() => "sealed";
}

/// <param name="RedirectAddress">Where to lead the browser now; null when there is nothing to return to.</param>
[GenerateSerializer]
[Alias("netid.decided")]
public sealed record Decided(VerificationStatus Status, string? RedirectAddress)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.return-verification")]
public sealed record ReturnVerification(string Platform, string Code, string CodeVerifier)
{
    public override string ToString() => "sealed";
}

/// <param name="Source">What stands for the network address that it came from.</param>
[GenerateSerializer]
[Alias("netid.verify-code")]
public sealed record VerifyCode(VerificationAsk Ask, string NetId, string Code, string Source)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.next-look")]
public sealed record NextLook(DateTimeOffset? Due);
