using System.Collections.Immutable;
using System.Text.Json;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <param name="Status">"active" or "frozen": everything.</param>
/// <param name="Codes">"open" or "closed": whether the Net ID with a dynamic password is good for anything.</param>
/// <param name="Freezes">All that are, of everything, of a device or of a mode.</param>
/// <param name="FrozenSince">Absent when active.</param>
/// <param name="CodeSecret">After open-codes: the secret of the dynamic password (RFC 6238, HMAC-SHA-256, 8 digits, 30 s), base64.</param>
/// <param name="Consents">After consents and the commands that change them: all of them.</param>
/// <param name="Waiting">After waiting: ids of requests at a counter.</param>
/// <param name="NetId">After change-net-id, refill and renew.</param>
/// <param name="Device">After add-device: what the new device's wallet names it by.</param>
/// <param name="FreezeCode">After new-freeze-code.</param>
/// <param name="Certificates">After the commands that issue: one for each holder key, in their order.</param>
/// <param name="History">After history: one page.</param>
/// <param name="Cases">After cases, complain and appeal: as they stand.</param>
/// <param name="Explained">After explain: why it was decided so (PIPL 48).</param>
/// <param name="Export">After export: everything that is stored.</param>
internal sealed record StatusResponse(
    string Status,
    string Codes,
    IReadOnlyList<FreezeDocument> Freezes,
    IReadOnlyList<DeviceDocument> Devices,
    DateTimeOffset? FrozenSince = null,
    string? CodeSecret = null,
    IReadOnlyList<ConsentDocument>? Consents = null,
    IReadOnlyList<string>? Waiting = null,
    string? NetId = null,
    string? Device = null,
    string? FreezeCode = null,
    ImmutableArray<string>? Certificates = null,
    HistoryPage? History = null,
    JsonElement? Export = null,
    IReadOnlyList<CaseDocument>? Cases = null,
    Explanation? Explained = null)
{
    public static StatusResponse From(CommandOutcome outcome) => new(
        outcome.FrozenSince is null ? "active" : "frozen",
        outcome.CodesOpen ? "open" : "closed",
        [.. outcome.Freezes.Select(FreezeDocument.From)],
        [.. outcome.Devices.Select(device => new DeviceDocument(device.Number, device.Added, device.IsGuardians))],
        outcome.FrozenSince,
        outcome.CodeSecret,
        outcome.Consents is { } consents ? [.. consents.Select(ConsentDocument.From)] : null,
        outcome.Waiting,
        outcome.NetId,
        outcome.Device,
        outcome.FreezeCode,
        outcome.Certificates,
        outcome.History,
        outcome.Export is { } export ? JsonElement.Parse(export) : null,
        outcome.Cases is { } cases ? [.. cases.Select(CaseDocument.From)] : null,
        outcome.Explained);

    public override string ToString() => "sealed";
}

/// <summary>After cancel: nothing is left but this.</summary>
/// <param name="DeletionReceipt">Signed proof that the authority has deleted, on this very command; checkable offline.</param>
/// <param name="LegalHold">What a law made the authority keep all the same; absent for nothing. The receipt says it too.</param>
internal sealed record DepartureResponse(string Status, DateTimeOffset Time, string DeletionReceipt, LegalHoldDocument? LegalHold = null);

/// <param name="Until">When it is deleted.</param>
internal sealed record LegalHoldDocument(string LegalBasis, DateTimeOffset Until)
{
    public static LegalHoldDocument? From(HeldByLaw? hold) => hold is null ? null : new LegalHoldDocument(hold.LegalBasis, hold.Until);
}

/// <param name="By">citizen, code, operator or register.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="LiftedUntil">Until when it does not count.</param>
/// <param name="Reason">The code of an operator's or the register's reason.</param>
internal sealed record FreezeDocument(
    string Scope, string By, DateTimeOffset Since, DateTimeOffset? Until, DateTimeOffset? LiftedUntil, string? Reason, string? LegalBasis)
{
    public static FreezeDocument From(Freeze freeze) => new(
        freeze.Scope, freeze.By.ToString().ToLowerInvariant(), freeze.Since, freeze.Until, freeze.LiftedUntil, freeze.Reason, freeze.LegalBasis);
}

/// <param name="Guardians">It is what a guardian's device holds for a child.</param>
internal sealed record DeviceDocument(uint Number, DateTimeOffset Added, bool Guardians);

/// <summary>A9-2: a consent as its citizen sees it.</summary>
/// <param name="Notice">The hash of the notice agreed to.</param>
/// <param name="Platform">To whom data went; absent for a consent to the authority's own doing.</param>
/// <param name="Guardian">Of a guardian's consent to a child's use (A5-2): when it ends, and whether it is for one use.</param>
internal sealed record ConsentDocument(
    string Id,
    string Notice,
    string Purpose,
    IReadOnlyList<string> Kinds,
    DateTimeOffset Time,
    string? Platform = null,
    string? Service = null,
    DateTimeOffset? Withdrawn = null,
    GuardianTermsDocument? Guardian = null)
{
    public static ConsentDocument From(Consent consent) => new(
        consent.Id,
        consent.NoticeHash,
        consent.Purpose,
        consent.Kinds,
        consent.Time,
        consent.Platform,
        consent.Service,
        consent.Withdrawn,
        consent.Guardian is { } terms ? new GuardianTermsDocument(terms.Until, terms.Once, terms.UsedFor is not null) : null);
}

internal sealed record GuardianTermsDocument(DateTimeOffset Until, bool Once, bool Used);
