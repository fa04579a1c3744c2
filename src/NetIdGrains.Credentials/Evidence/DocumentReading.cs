// A4-1: what an accredited reader (a terminal at a counter, an app's chip reader) read from a document, and the envelope it signs: a JWS
// (RFC 7515 §7.1) whose header carries the reader's certificates (x5c, §4.1.6), with the authority's challenge as nonce (OpenID Connect Core
// §2), so that an envelope is good for one application. Nothing beyond these members is taken (A9-1): no picture, no address.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <param name="Kind">Which kind of document was read.</param>
/// <param name="Number">As <see cref="StatutoryDocument.TryParse"/> takes it: of a passport both lines of the machine-readable zone.</param>
/// <param name="Name">In the register's spelling (<see cref="PersonName"/>).</param>
/// <param name="BirthDate">The holder's.</param>
/// <param name="Expiry">The last day the document is valid; null for a long-term one.</param>
public sealed record DocumentReading(DocumentKind Kind, string Number, string Name, DateOnly BirthDate, DateOnly? Expiry)
{
    internal const string MediaType = "netid-document-evidence+jwt";

    private const string DateFormat = "yyyy-MM-dd";

    /// <param name="readerId">The serialNumber in the name that the reader's certificate is for.</param>
    /// <param name="challenge">What the authority gave the applicant.</param>
    /// <param name="readAt">Whole seconds; a fraction is cut off.</param>
    /// <param name="reader">The reader's key.</param>
    /// <param name="certificates">The reader's own first, each certified by the next; the anchor may be left out.</param>
    public string Sign(string readerId, string challenge, DateTimeOffset readAt, ISigner reader, IEnumerable<byte[]> certificates)
    {
        var header = new JsonObject
        {
            ["typ"] = MediaType,
            ["alg"] = reader.Algorithm,
            [X5c.Name] = new JsonArray([.. certificates.Select(der => (JsonNode)Convert.ToBase64String(der))]),
        };
        var payload = new JsonObject
        {
            ["document_kind"] = DocumentKinds.NameOf(Kind),
            ["document_number"] = Number,
            ["name"] = Name,
            ["birth_date"] = Write(BirthDate),
            ["reader_id"] = readerId,
            ["nonce"] = challenge,
            ["iat"] = readAt.ToUnixTimeSeconds(),
        };
        if (Expiry is { } expiry) payload["expiry_date"] = Write(expiry);
        return CompactJws.Sign(StrictJson.Write(header), StrictJson.Write(payload), reader);
    }

    public override string ToString() => "sealed";

    internal static DocumentReading? FromJson(JsonElement json) =>
        DocumentKinds.TryParse(json.Text("document_kind"), out var kind)
        && json.Text("document_number") is { } number
        && json.Text("name") is { } name
        && TryRead(json.Text("birth_date"), out var birthDate)
        && TryReadExpiry(json, out var expiry)
            ? new DocumentReading(kind, number, name, birthDate, expiry)
            : null;

    private static bool TryReadExpiry(JsonElement json, out DateOnly? expiry)
    {
        expiry = null;
        if (!json.TryGetProperty("expiry_date", out _)) return true;
        if (TryRead(json.Text("expiry_date"), out var date)) expiry = date;
        return expiry is not null;
    }

    private static string Write(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static bool TryRead(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
