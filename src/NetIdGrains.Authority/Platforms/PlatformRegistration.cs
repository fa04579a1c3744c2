using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>S-3: who relies on the authority; each kind has legal bases of its own.</summary>
[GenerateSerializer]
[Alias("netid.platform-kind")]
public enum PlatformKind
{
    Company = 1,
    Government = 2,
    Organisation = 3,
}

/// <summary>What a relying party is registered as.</summary>
/// <param name="Name">The legal entity.</param>
/// <param name="Kind">Decides which legal bases it can have.</param>
/// <param name="Contact">Whom a citizen or the supervisor turns to: public.</param>
/// <param name="Sector">What its per-platform identifiers are made for: its own id, unless services of one group share one by approval.</param>
/// <param name="Quota">The most verifications a second, over all front doors.</param>
/// <param name="Keys">Its public keys, a JWK set (RFC 7517 §5): those it signs with and, with <c>use</c> <c>enc</c>, the one it is sealed to.</param>
/// <param name="KeysAddress">Where the set is fetched instead.</param>
/// <param name="CallbackAddress">Where it is told how verifications ended; null for one that asks.</param>
/// <param name="RedirectAddresses">Where a wallet on the same device may lead back to, each to the letter.</param>
/// <param name="Services">One for each service and purpose.</param>
[GenerateSerializer]
[Alias("netid.platform-registration")]
public sealed record PlatformRegistration(
    string Name,
    PlatformKind Kind,
    string Contact,
    string Sector,
    int Quota,
    string? Keys,
    string? KeysAddress,
    string? CallbackAddress,
    ImmutableArray<string> RedirectAddresses,
    ImmutableArray<PlatformService> Services)
{
    public PlatformService? Service(string id) => Services.FirstOrDefault(service => service.Id == id);
}

/// <summary>One service for one purpose: what it may ask, by what right, and how else its users may prove themselves.</summary>
/// <param name="Id">As requests name it.</param>
/// <param name="Purpose">What it verifies for; in every receipt (A5-1).</param>
/// <param name="Basis">One of <see cref="PlatformRules.Bases"/>.</param>
/// <param name="LegalBasis">By what right, in words; in every receipt (A5-1).</param>
/// <param name="Alternative">The other lawful way to verify that it offers (A6-1).</param>
/// <param name="Modes">What it may ask a citizen to show.</param>
/// <param name="Fields">The identity data it must hold by law (A8-2).</param>
/// <param name="Predicates">What it may learn beside yes or no (A8-1).</param>
[GenerateSerializer]
[Alias("netid.platform-service")]
public sealed record PlatformService(
    string Id,
    string Purpose,
    string Basis,
    string LegalBasis,
    string Alternative,
    ImmutableArray<string> Modes,
    ImmutableArray<FieldEntitlement> Fields,
    ImmutableArray<string> Predicates);

/// <summary>A8-2: a field, and the law that says the platform must hold it, in its own words.</summary>
/// <param name="Field">One of <see cref="IdentityFields"/>.</param>
/// <param name="Statute">Which law.</param>
/// <param name="Article">Where in it.</param>
/// <param name="Text">What it says there, kept as it was when this was approved.</param>
/// <param name="Required">The law leaves the citizen no choice: without this field there is no verification.</param>
[GenerateSerializer]
[Alias("netid.field-entitlement")]
public sealed record FieldEntitlement(string Field, string Statute, string Article, string Text, bool Required);

[GenerateSerializer]
[Alias("netid.platform-status")]
public enum PlatformStatus
{
    None = 0,

    /// <summary>It has asked to be registered, and nobody has decided.</summary>
    Requested = 1,
    Approved = 2,
    Suspended = 3,

    /// <summary>A7-1: it has left. Its users keep their accounts: for a notice period it may ask again about identifiers that it holds.</summary>
    Left = 4,
    Ended = 5,
}

/// <summary>What became of a registration, when, why and by whom; public but for the name of the person.</summary>
[GenerateSerializer]
[Alias("netid.platform-change")]
public sealed record PlatformChange(DateTimeOffset Time, PlatformStatus Status, string Reason, string By);

/// <summary>Everything that is known of a platform.</summary>
/// <param name="RefusedAsks">How often it asked for more than it is entitled to.</param>
/// <param name="CallbackSecret">Which of its callback secrets signs; the one before still signs beside it.</param>
/// <param name="Retiring">Key sets that were replaced and are good for a while yet.</param>
[GenerateSerializer]
[Alias("netid.platform-record")]
public sealed record PlatformRecord(
    string Id,
    PlatformRegistration Registration,
    PlatformStatus Status,
    ImmutableArray<PlatformChange> Changes,
    ImmutableArray<string> RemovedKeys,
    long RefusedAsks,
    int CallbackSecret,
    ImmutableArray<RetiringKeys> Retiring);

/// <summary>By whom something is done, and why; kept with what it changed.</summary>
[GenerateSerializer]
[Alias("netid.attribution")]
public sealed record Attribution(string Reason, string By);

[GenerateSerializer]
[Alias("netid.change-status")]
public sealed record ChangeStatus(PlatformStatus To, Attribution Attribution);

[GenerateSerializer]
[Alias("netid.register-platform")]
public sealed record RegisterPlatform(PlatformRegistration Registration, Attribution Attribution);

/// <summary>Keys that take over. The ones they replace stay good for a day, so that nothing in flight fails.</summary>
[GenerateSerializer]
[Alias("netid.replace-keys")]
public sealed record ReplaceKeys(string? Keys, string? KeysAddress);
