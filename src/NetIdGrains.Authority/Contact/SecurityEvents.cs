using System.Collections.Immutable;
using System.Globalization;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>Something that the citizen is told, should they have given an address: what kind of thing, and when.</summary>
[GenerateSerializer]
[Alias("netid.security-event")]
public sealed record SecurityEvent(string Kind, DateTimeOffset Time);

/// <summary>What of a change of the record its citizen is told, read off the record itself: so no way of changing it is forgotten.</summary>
public static class SecurityEvents
{
    public const string ContactChanged = "contact-changed";

    private const int MostUntold = 20;

    /// <summary>What could not be told by then is told no more.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    private static readonly ImmutableDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["frozen-by-operator"] = "An operator has put a freeze on it",
        ["frozen-by-code"] = "It was frozen with the freeze code",
        ["unfrozen"] = "A freeze was lifted",
        ["device-added"] = "A device was added",
        ["device-removed"] = "A device was removed",
        ["password-changed"] = "The password was changed",
        ["net-id-changed"] = "The number was changed",
        ["document-shown"] = "A document was shown again",
        [ContactChanged] = "This contact address was replaced or removed",
    }.ToImmutableDictionary();

    /// <summary>Names neither the Net ID nor a person nor a platform: whoever reads over a shoulder learns that somebody has a Net ID.</summary>
    public static string TextOf(SecurityEvent told) =>
        $"Your online identity: {Texts[told.Kind]} ({told.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC). "
        + "If this was not you, freeze it with your wallet or your freeze code.";

    public static string TextOf(string code) => $"Your code is {code}. It is good for ten minutes. Nobody will ask you for it; type it into your wallet alone.";

    public static ImmutableArray<SecurityEvent> Add(ImmutableArray<SecurityEvent> untold, params IEnumerable<SecurityEvent> events)
    {
        var all = untold.AddRange(events);
        return all.Length > MostUntold ? all[^MostUntold..] : all;
    }

    public static IEnumerable<SecurityEvent> Between(CitizenState before, CitizenState after, DateTimeOffset now) =>
        Kinds(before, after, now).Distinct().Select(kind => new SecurityEvent(kind, now));

    private static IEnumerable<string> Kinds(CitizenState before, CitizenState after, DateTimeOffset now)
    {
        foreach (var freeze in after.Freezes.Where(freeze => freeze.By is FreezeBy.Operator or FreezeBy.Code && IsNew(freeze, before)))
            yield return freeze.By == FreezeBy.Operator ? "frozen-by-operator" : "frozen-by-code";
        var removed = before.Devices.Where(device => after.Device(device.Number) is null).ToList();
        if (before.Freezes.Any(freeze => freeze.IsInForce(now) && removed.TrueForAll(device => freeze.Scope != Freeze.OfDevice(device.Number))
            && !after.Freezes.Any(other => other.Scope == freeze.Scope && other.By == freeze.By && other.IsInForce(now))))
            yield return "unfrozen";
        if (after.Devices.Any(device => before.Device(device.Number) is null))
            yield return "device-added";
        if (removed.Count > 0)
            yield return "device-removed";
        if (before.Password is not null && before.Password != after.Password)
            yield return "password-changed";
        if (before.NetId is not null && before.NetId != after.NetId)
            yield return "net-id-changed";
        if (after.ReidentifiedBy.Any(application => !before.ReidentifiedBy.Contains(application)))
            yield return "document-shown";
    }

    private static bool IsNew(Freeze freeze, CitizenState before) =>
        !before.Freezes.Any(known => known.Scope == freeze.Scope && known.By == freeze.By && known.Since == freeze.Since);
}
