using System.Collections.Immutable;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>A registration as it is handed in, by the operator or by the platform itself. Names are those of <see cref="PlatformRegistration"/>.</summary>
/// <param name="Kind">company, government or organisation.</param>
/// <param name="Sector">Its own id if left out; only the operator can give another.</param>
/// <param name="Quota">100 verifications a second if left out.</param>
internal sealed record RegistrationDocument(
    string Name,
    string Kind,
    string Contact,
    IReadOnlyList<ServiceDocument> Services,
    System.Text.Json.JsonElement? Keys = null,
    string? KeysAddress = null,
    string? Sector = null,
    int? Quota = null,
    string? CallbackAddress = null,
    IReadOnlyList<string>? RedirectAddresses = null)
{
    private const int DefaultQuota = 100;

    public static string NameOf(PlatformKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Whether it is good, the grain says: here is only made of it what it stands for.</summary>
    public PlatformRegistration ToRegistration(string id) => new(
        Name,
        Enum.GetValues<PlatformKind>().FirstOrDefault(kind => NameOf(kind) == Kind),
        Contact,
        Sector ?? id,
        Quota ?? DefaultQuota,
        Keys?.GetRawText(),
        KeysAddress,
        CallbackAddress,
        [.. RedirectAddresses ?? []],
        [.. Services.Select(service => service.ToService())]);
}

internal sealed record ServiceDocument(
    string Id,
    string Purpose,
    string Basis,
    string LegalBasis,
    string Alternative,
    IReadOnlyList<string> Modes,
    IReadOnlyList<FieldDocument>? Fields = null,
    IReadOnlyList<string>? Predicates = null)
{
    public static ServiceDocument From(PlatformService service) => new(
        service.Id,
        service.Purpose,
        service.Basis,
        service.LegalBasis,
        service.Alternative,
        service.Modes,
        [.. service.Fields.Select(FieldDocument.From)],
        service.Predicates);

    public PlatformService ToService() => new(
        Id, Purpose, Basis, LegalBasis, Alternative, [.. Modes], [.. (Fields ?? []).Select(field => field.ToEntitlement())], [.. Predicates ?? []]);
}

/// <param name="Field">name, document_kind, document_number or birth_date.</param>
/// <param name="Required">The law leaves the citizen no choice.</param>
internal sealed record FieldDocument(string Field, string Statute, string Article, string Text, bool Required = false)
{
    public static FieldDocument From(FieldEntitlement field) => new(field.Field, field.Statute, field.Article, field.Text, field.Required);

    public FieldEntitlement ToEntitlement() => new(Field, Statute, Article, Text, Required);
}

/// <summary>A platform as anyone can see it: what it may ask, why, and what else it offers.</summary>
/// <param name="Status">approved, suspended, left or ended.</param>
/// <param name="Since">When that began.</param>
/// <param name="RefusedAsks">How often it asked for more than it may.</param>
/// <param name="Sector">Platforms of one sector have the same identifier for a person.</param>
internal sealed record PublicPlatform(
    string Id,
    string Name,
    string Kind,
    string Contact,
    string Status,
    DateTimeOffset Since,
    string Sector,
    IReadOnlyList<ServiceDocument> Services,
    long RefusedAsks,
    IReadOnlyList<PublicChange> Changes)
{
    /// <param name="record">The platform.</param>
    /// <param name="withNames">For the operator alone: who made each change.</param>
    public static PublicPlatform From(PlatformRecord record, bool withNames = false) => new(
        record.Id,
        record.Registration.Name,
        RegistrationDocument.NameOf(record.Registration.Kind),
        record.Registration.Contact,
        NameOf(record.Status),
        SinceOf(record),
        record.Registration.Sector,
        [.. record.Registration.Services.Select(ServiceDocument.From)],
        record.RefusedAsks,
        [.. record.Changes.Select(change => new PublicChange(change.Time, NameOf(change.Status), change.Reason, withNames ? change.By : null))]);

    public static string NameOf(PlatformStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>A notice that is over ends a platform without anybody's doing (A7-1).</summary>
    private static DateTimeOffset SinceOf(PlatformRecord record) =>
        PlatformRules.Since(record.Changes) + (record.Changes[^1].Status == record.Status ? TimeSpan.Zero : PlatformRules.NoticePeriod);
}

/// <param name="By">Who decided it: left out for all but the operator.</param>
internal sealed record PublicChange(DateTimeOffset Time, string Status, string Reason, string? By = null);

/// <param name="Next">What to give as <c>after</c> for the next page; absent on the last.</param>
internal sealed record PublicRegister(IReadOnlyList<PublicPlatform> Platforms, string? Next = null);

/// <summary>A platform as it sees itself.</summary>
/// <param name="CallbackSecret">What callbacks are signed with (Standard Webhooks).</param>
internal sealed record OwnPlatform(
    PublicPlatform Registration,
    int Quota,
    IReadOnlyList<string> RedirectAddresses,
    IReadOnlyList<string> RemovedKeys,
    string? KeysAddress = null,
    string? CallbackAddress = null,
    string? CallbackSecret = null)
{
    public static OwnPlatform From(PlatformRecord record, AuthorityKeys keys) => new(
        PublicPlatform.From(record),
        record.Registration.Quota,
        record.Registration.RedirectAddresses,
        record.RemovedKeys,
        record.Registration.KeysAddress,
        record.Registration.CallbackAddress,
        record.Registration.CallbackAddress is null ? null : keys.CallbackSecret(record.Id, record.CallbackSecret).ToText());

    public override string ToString() => "sealed";
}

/// <summary>Why something is done, and by whom.</summary>
/// <param name="Status">approved, suspended, left or ended.</param>
internal sealed record StatusDocument(string Status, string Reason, string By)
{
    public PlatformStatus ToStatus() => Enum.GetValues<PlatformStatus>().FirstOrDefault(status => PublicPlatform.NameOf(status) == Status);
}

/// <param name="Keys">A JWK set; or</param>
/// <param name="KeysAddress">where it is.</param>
internal sealed record KeysDocument(System.Text.Json.JsonElement? Keys = null, string? KeysAddress = null);

internal sealed record ReasonDocument(string Reason);
