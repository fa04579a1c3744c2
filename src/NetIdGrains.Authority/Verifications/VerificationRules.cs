using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What a verification request must satisfy, and what its answer may hold.</summary>
public static class VerificationRules
{
    private const int SequenceNumberLength = 32;
    private const int ShortestNonce = 16;
    private const int LongestNonce = 128;

    /// <summary>
    /// The order of checks of what any request asks for, against what the platform is registered for. An ask beyond that is refused whole: what
    /// is left of it would look like consent.
    /// </summary>
    public static Fault Admit(
        PlatformLease lease,
        string service,
        string sequenceNumber,
        string mode,
        ImmutableArray<string> fields,
        ImmutableArray<string> predicates,
        string? identifier,
        out VerificationAsk? ask)
    {
        ask = null;
        if (sequenceNumber.Length != SequenceNumberLength || !sequenceNumber.All(char.IsAsciiLetterOrDigit))
            return Refusal.SequenceNumberInvalid;
        if (lease.Registration.Service(service) is not { } entitled)
            return Refusal.ServiceUnknown;
        if (!Modes.All.Contains(mode))
            return Refusal.ModeNotAvailable;
        if (!fields.All(IdentityFields.All.Contains) || PlatformRules.HasTwice(fields))
            return Fault.Invalid($"fields has one that there is not, or one twice. There are {string.Join(", ", IdentityFields.All)}.");
        if (!predicates.All(Predicates.All.Contains) || PlatformRules.HasTwice(predicates))
            return Fault.Invalid($"predicates has one that there is not, or one twice. There are {string.Join(", ", Predicates.All)}.");
        if (identifier is not null && (identifier.Length is 0 or > 64 || !fields.IsEmpty || !predicates.IsEmpty))
            return Fault.Invalid("platform_identifier is one that you were given, and goes with no fields and no predicates.");
        if (!entitled.Modes.Contains(mode) || !fields.All(field => entitled.Fields.Any(may => may.Field == field)) || !predicates.All(entitled.Predicates.Contains))
            return Refusal.BeyondEntitlement;
        if (lease.Status == PlatformStatus.Left && identifier is null)
            return Refusal.PlatformLeft;
        ask = new VerificationAsk(
            lease.Platform, lease.Registration.Sector, service, entitled.Purpose, entitled.LegalBasis, sequenceNumber, mode, fields, predicates, identifier);
        return Refusal.None;
    }

    /// <summary>The checks of a direct verification that need no certificate: a factor that the mode does not need is not taken (A9-1).</summary>
    public static Fault Check(VerifyCertificate request) =>
        request.Nonce.Length is < ShortestNonce or > LongestNonce ? Fault.Invalid($"nonce must be {ShortestNonce} to {LongestNonce} characters.")
        : request.Ask.Mode == Modes.NetIdAndCode || !request.Ask.Fields.IsEmpty ? Refusal.ModeNotAvailable
        : request.Factors is null && Modes.NeedsPassword(request.Ask.Mode) ? Refusal.FactorsMissing
        : request.Factors is null && request.Face is null && Modes.NeedsFace(request.Ask.Mode) ? Refusal.FactorsMissing
        : request.Face is not null && !Modes.NeedsFace(request.Ask.Mode) ? Fault.Invalid("face goes with R03 and R04 alone: what is not needed is not taken.")
        : request.Factors is not null && !Modes.NeedsPassword(request.Ask.Mode) && (request.Face is not null || !Modes.NeedsFace(request.Ask.Mode))
            ? Fault.Invalid("factors holds more than this mode needs: R01 takes none, and R03 none beside a face.")
        : Refusal.None;

    /// <summary>Whether these are exactly the factors that the mode needs, given what the platform's app has brought.</summary>
    public static bool Fit(string mode, Factors? factors, bool hasFace) =>
        factors?.Password is not null == Modes.NeedsPassword(mode) && (factors?.Face is not null || hasFace) == Modes.NeedsFace(mode)
        && !(factors?.Face is not null && hasFace);

    /// <summary>What the holder signs over beside the audience: the sequence number makes a presentation good for one verification.</summary>
    public static string SignedNonce(string sequenceNumber, string nonce) => $"{sequenceNumber}.{nonce}";

    /// <summary>What factors handed over through a platform are sealed for, so that they are good for nothing else.</summary>
    public static string FactorsContext(string platform, string sequenceNumber, string nonce) => $"direct/{platform}/{sequenceNumber}/{nonce}";

    public static Refusal Refused(PresentationFault fault) => fault switch
    {
        PresentationFault.None => Refusal.None,
        PresentationFault.Malformed => Refusal.PresentationMalformed,
        PresentationFault.IssuerSignature => Refusal.IssuerSignature,
        PresentationFault.Expired => Refusal.CertificateExpired,
        PresentationFault.HolderSignature => Refusal.HolderSignature,
        PresentationFault.Audience => Refusal.PresentationAudience,
        PresentationFault.Nonce => Refusal.PresentationNonce,
        PresentationFault.Stale => Refusal.PresentationStale,
        PresentationFault.Disclosure => Refusal.PresentationDisclosure,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    /// <summary>A8-1: a claim disclosed to us was disclosed to the platform too, which has no right to any.</summary>
    public static Refusal CheckDisclosed(VerifiedPresentation presentation) =>
        presentation.Disclosed.Count == 0 ? Refusal.None : Refusal.PresentationDisclosure;
}
