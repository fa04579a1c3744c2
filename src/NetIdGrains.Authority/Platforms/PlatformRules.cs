using System.Collections.Immutable;
using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>What a platform may be registered as, and what becomes of it.</summary>
public static class PlatformRules
{
    public const int MostServices = 50;
    public const int MostRedirects = 50;
    public const int LargestQuota = 100_000;

    /// <summary>What an id must be, for whoever gave another.</summary>
    public const string IdForm = "must be 1 to 64 lower-case letters, digits and hyphens.";

    /// <summary>A7-1: how long a platform that has left may still ask about identifiers that it holds.</summary>
    public static readonly TimeSpan NoticePeriod = TimeSpan.FromDays(90);

    private const int LongestText = 200;
    private const int LongestStatute = 4_000;
    private const int LongestId = 64;
    private const string TextForm = "must be text of 1 to 200 characters on one line.";

    /// <summary>
    /// The legal bases (PIPL 13) that each kind of relying party can have (S-3). A government department acts within its statutory duties
    /// (PIPL 34) and concludes no contract with the people it serves.
    /// </summary>
    public static ImmutableDictionary<PlatformKind, ImmutableArray<string>> Bases { get; } = new Dictionary<PlatformKind, ImmutableArray<string>>
    {
        [PlatformKind.Company] = ["consent", "contract", "statutory-obligation"],
        [PlatformKind.Government] = ["statutory-duty", "consent"],
        [PlatformKind.Organisation] = ["consent", "contract", "statutory-obligation", "statutory-duty"],
    }.ToImmutableDictionary();

    public static bool IsGoodId(string id) =>
        id.Length is > 0 and <= LongestId && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>The order of checks of a registration.</summary>
    public static Fault Check(PlatformRegistration registration, bool allowDevelopment) =>
        !IsText(registration.Name) ? Fault.Invalid($"name {TextForm}")
        : !IsText(registration.Contact) ? Fault.Invalid($"contact {TextForm}")
        : !IsGoodId(registration.Sector) ? Fault.Invalid($"sector {IdForm}")
        : !Bases.ContainsKey(registration.Kind) ? Fault.Invalid("kind must be company, government or organisation.")
        : registration.Quota is < 1 or > LargestQuota ? Fault.Invalid($"quota must be 1 to {LargestQuota} verifications a second.")
        : registration.Keys is null == registration.KeysAddress is null ? Refusal.PlatformKeysInvalid
        : registration.Keys is { } keys && !PlatformKeys.AreGood(keys) ? Refusal.PlatformKeysInvalid
        : !Addresses(registration).All(address => OutboundAddress.IsAcceptable(address, allowDevelopment, out _)) ? Refusal.PlatformAddressInvalid
        : registration.RedirectAddresses.Length > MostRedirects || !registration.RedirectAddresses.All(address => IsRedirect(address, allowDevelopment))
            ? Refusal.PlatformAddressInvalid
        : registration.Services.Length is < 1 or > MostServices || registration.Services.DistinctBy(service => service.Id).Count() != registration.Services.Length
            ? Refusal.PlatformServiceInvalid
        : registration.Services.Select(service => CheckService(service, registration.Kind)).FirstOrDefault(refusal => refusal != Refusal.None);

    /// <summary>The registration first, then who hands it in, and why.</summary>
    public static Fault Check(RegisterPlatform command, bool allowDevelopment) =>
        Check(command.Registration, allowDevelopment) is { Refusal: not Refusal.None } fault ? fault : Check(command.Attribution);

    public static Fault Check(Attribution attribution) =>
        !IsText(attribution.Reason) ? Fault.Invalid($"reason {TextForm}")
        : !IsText(attribution.By) ? Fault.Invalid($"by {TextForm}")
        : Refusal.None;

    /// <summary>
    /// Whether an operator gives another reason for what a platform is already: that is kept too, or it would be lost in silence. What platforms do
    /// themselves, ask and leave, they do once, or they could fill the register.
    /// </summary>
    public static bool IsNews(PlatformState state, ChangeStatus command) =>
        command.To == state.Status && command.To is not (PlatformStatus.Requested or PlatformStatus.Left)
        && command.Attribution != new Attribution(state.Changes[^1].Reason, state.Changes[^1].By);

    /// <summary>Whether the two say the same.</summary>
    public static bool Same(PlatformRegistration one, PlatformRegistration other) =>
        JsonSerializer.Serialize(one, StateJson.Options) == JsonSerializer.Serialize(other, StateJson.Options);

    /// <summary>What the status is now: a platform that has left has ended when its notice is over.</summary>
    public static PlatformStatus StatusAt(PlatformState state, DateTimeOffset now) =>
        state.Status == PlatformStatus.Left && now >= Since(state.Changes) + NoticePeriod ? PlatformStatus.Ended : state.Status;

    /// <summary>Since when it has been what the last change says: an amendment in between begins nothing anew.</summary>
    public static DateTimeOffset Since(ImmutableArray<PlatformChange> changes)
    {
        var first = changes.Length - 1;
        while (first > 0 && changes[first - 1].Status == changes[^1].Status)
            first--;
        return changes[first].Time;
    }

    /// <summary>What may follow what. Ending is for good.</summary>
    public static bool MayBecome(PlatformStatus from, PlatformStatus to) => (from, to) switch
    {
        (PlatformStatus.Requested, PlatformStatus.Approved or PlatformStatus.Ended) => true,
        (PlatformStatus.Approved, PlatformStatus.Suspended or PlatformStatus.Left or PlatformStatus.Ended) => true,
        (PlatformStatus.Suspended, PlatformStatus.Approved or PlatformStatus.Left or PlatformStatus.Ended) => true,
        (PlatformStatus.Left, PlatformStatus.Approved or PlatformStatus.Ended) => true,
        _ => false,
    };

    public static bool HasTwice(IReadOnlyCollection<string> names) => names.Count > 1 && names.Distinct().Count() != names.Count;

    /// <summary>A8-2 wants each field's law cited and quoted; a mode, field or predicate we do not have is a slip.</summary>
    private static Refusal CheckService(PlatformService service, PlatformKind kind) =>
        !IsGoodId(service.Id) || !new[] { service.Purpose, service.LegalBasis, service.Alternative }.All(IsText) ? Refusal.PlatformServiceInvalid
        : !Bases[kind].Contains(service.Basis) ? Refusal.LegalBasisNotOfKind
        : service.Modes.IsEmpty || !service.Modes.All(Modes.All.Contains) || HasTwice(service.Modes) ? Refusal.PlatformServiceInvalid
        : !service.Predicates.All(Predicates.All.Contains) || HasTwice(service.Predicates) ? Refusal.EntitlementInvalid
        : !service.Fields.All(IsGoodEntitlement) || HasTwice([.. service.Fields.Select(field => field.Field)]) ? Refusal.EntitlementInvalid
        : service.Fields.Any() && !service.Basis.StartsWith("statutory-", StringComparison.Ordinal) ? Refusal.EntitlementInvalid
        : Refusal.None;

    private static bool IsGoodEntitlement(FieldEntitlement field) =>
        IdentityFields.All.Contains(field.Field) && IsText(field.Statute) && IsText(field.Article)
        && !string.IsNullOrWhiteSpace(field.Text) && field.Text.Length <= LongestStatute;

    private static IEnumerable<string> Addresses(PlatformRegistration registration) =>
        new[] { registration.KeysAddress, registration.CallbackAddress }.OfType<string>();

    /// <summary>Never fetched by us, so it may be the address of an app (RFC 8252 §7.1: a scheme with a dot) as well as https.</summary>
    private static bool IsRedirect(string address, bool allowDevelopment) =>
        address.Length <= 512 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme.Contains('.', StringComparison.Ordinal)
            || (allowDevelopment && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static bool IsText(string text) => !string.IsNullOrWhiteSpace(text) && text.Length <= LongestText && !text.Any(char.IsControl);
}
