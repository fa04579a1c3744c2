// A4-5: a guardian whom the register does not name, or one whom a court has taken the guardianship from, is shown by evidence: a JWS
// (RFC 7515 §7.1) of an accredited court or civil office, with its certificates in the header (x5c, §4.1.6), for one authority (aud). Its type
// and its key's purpose (RFC 5280 §4.2.1.12) are its own: who reads documents appoints no guardian, and a court reads no documents.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <param name="Kind">Of a document that the register finds the person by.</param>
/// <param name="Number">As <see cref="StatutoryDocument.TryParse"/> takes it.</param>
public sealed record OrderedPerson(DocumentKind Kind, string Number)
{
    public override string ToString() => "sealed";
}

/// <param name="Audience">The authority that it is for.</param>
/// <param name="Id">Its own: the same order again changes nothing.</param>
/// <param name="Court">The serialNumber in the name that the court's certificate is for.</param>
/// <param name="Reference">The number of the court's order.</param>
/// <param name="HasEnded">The guardianship is established, or has ended.</param>
/// <param name="Issued">When it was signed, in whole seconds; of two orders on the same two people the later counts.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day, if there is one before the ward is of age; of one that has ended none.</param>
public sealed record GuardianshipOrder(
    string Audience,
    string Id,
    string Court,
    string Reference,
    OrderedPerson Ward,
    OrderedPerson Guardian,
    bool HasEnded,
    DateTimeOffset Issued,
    DateOnly From,
    DateOnly? Until)
{
    private const string MediaType = "netid-guardianship-order+jwt";
    private const string DateFormat = "yyyy-MM-dd";
    private const int LongestText = 16 * 1024;
    private const int LongestName = 200;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private static readonly HashSet<string> HeaderMembers = ["typ", "alg", X5c.Name];
    private static readonly HashSet<string> Members = ["aud", "jti", "court_id", "reference", "ward", "guardian", "order", "iat", "valid_from", "valid_until"];
    private static readonly HashSet<string> PersonMembers = ["document_kind", "document_number"];

    /// <summary>What is kept of it: neither whose court, nor which order.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Court}\n{Reference}\n{Id}")).AsSpan(..16));

    /// <param name="court">The court's key.</param>
    /// <param name="certificates">The court's own first, each certified by the next; the anchor may be left out.</param>
    public string Sign(ISigner court, IEnumerable<byte[]> certificates)
    {
        var header = new JsonObject
        {
            ["typ"] = MediaType,
            ["alg"] = court.Algorithm,
            [X5c.Name] = new JsonArray([.. certificates.Select(der => (JsonNode)Convert.ToBase64String(der))]),
        };
        var payload = new JsonObject
        {
            ["aud"] = Audience,
            ["jti"] = Id,
            ["court_id"] = Court,
            ["reference"] = Reference,
            ["ward"] = ToJson(Ward),
            ["guardian"] = ToJson(Guardian),
            ["order"] = HasEnded ? "ended" : "established",
            ["iat"] = Issued.ToUnixTimeSeconds(),
            ["valid_from"] = Write(From),
        };
        if (Until is { } until) payload["valid_until"] = Write(until);
        return CompactJws.Sign(StrictJson.Write(header), StrictJson.Write(payload), court);
    }

    /// <param name="jws">The order.</param>
    /// <param name="trust">Which courts are accredited.</param>
    /// <param name="audience">This authority.</param>
    /// <param name="now">The time.</param>
    /// <param name="order">Null if and only if there is a fault.</param>
    /// <param name="fault">The first fault in the order of <see cref="EvidenceFault"/>.</param>
    public static bool TryVerify(
        string? jws, ReaderTrust trust, string audience, DateTimeOffset now, [NotNullWhen(true)] out GuardianshipOrder? order, out EvidenceFault fault)
    {
        order = null;
        var isOrder = CompactJws.TryParse(jws, LongestText, out var parsed) && parsed.Type == MediaType && parsed.Header.HasOnly(HeaderMembers);
        var certificates = isOrder ? X5c.Read(parsed!.Header, ReaderTrust.LongestPath) : null;
        var read = isOrder ? FromJson(parsed!.Payload) : null;
        fault = certificates is null || read is null ? EvidenceFault.Malformed : read.Check(parsed!, certificates, trust, audience, now);
        if (fault == EvidenceFault.None) order = read;
        return order is not null;
    }

    public override string ToString() => "sealed";

    private EvidenceFault Check(CompactJws jws, IReadOnlyList<byte[]> certificates, ReaderTrust trust, string audience, DateTimeOffset now)
    {
        var certified = trust.Check(certificates, Issued, now, out var court, WorkingKeyProfile.GuardianshipOrder);
        var today = ChinaCalendar.Today(now);
        return
            certified != EvidenceFault.None ? certified :
            !jws.Verify(court!.Key) ? EvidenceFault.Signature :
            Court != DistinguishedName.Only(court.Subject, DistinguishedName.SerialNumber) ? EvidenceFault.Reader :
            Audience != audience ? EvidenceFault.Challenge :
            Issued < now - Lifetime || Issued > now + ClockSkew ? EvidenceFault.Stale :
            !IsPerson(Ward) || !IsPerson(Guardian) || Ward == Guardian ? EvidenceFault.Document :
            From > today || Until < today ? EvidenceFault.Expired :
            EvidenceFault.None;
    }

    private static bool IsPerson(OrderedPerson person) => StatutoryDocument.TryParse(person.Kind, person.Number, out _, out _);

    private static GuardianshipOrder? FromJson(JsonElement json) =>
        json.HasOnly(Members)
        && json.Text("aud") is { } audience
        && json.Text("jti") is { Length: > 0 and <= LongestName } id
        && json.Text("court_id") is { } court
        && json.Text("reference") is { Length: > 0 and <= LongestName } reference
        && Person(json, "ward") is { } ward
        && Person(json, "guardian") is { } guardian
        && json.Text("order") is "established" or "ended"
        && json.Time("iat") is { } issued
        && Date(json, "valid_from") is { } from
        && (!json.TryGetProperty("valid_until", out _) || (Date(json, "valid_until") is not null && json.Text("order") == "established"))
            ? new GuardianshipOrder(audience, id, court, reference, ward, guardian, json.Text("order") == "ended", issued, from, Date(json, "valid_until"))
            : null;

    private static OrderedPerson? Person(JsonElement json, string name) =>
        json.TryGetProperty(name, out var person) && person.ValueKind == JsonValueKind.Object && person.HasOnly(PersonMembers)
        && DocumentKinds.TryParse(person.Text("document_kind"), out var kind) && person.Text("document_number") is { } number
            ? new OrderedPerson(kind, number)
            : null;

    private static JsonObject ToJson(OrderedPerson person) =>
        new() { ["document_kind"] = DocumentKinds.NameOf(person.Kind), ["document_number"] = person.Number };

    private static string Write(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static DateOnly? Date(JsonElement json, string name) =>
        DateOnly.TryParseExact(json.Text(name), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
