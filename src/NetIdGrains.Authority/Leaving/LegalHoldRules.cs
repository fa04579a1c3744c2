using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A9-4: the documented minimal set that a law makes the authority keep of who leaves, without any engine.</summary>
public static class LegalHoldRules
{
    private const int IdSize = 15;

    /// <summary>All there can be: enough to say that this person had this Net ID from then to then. Never a platform, a use, or a proof.</summary>
    public static ImmutableArray<string> Fields { get; } = ["net_id", "name", "document_kind", "document_number", "enrolled", "left"];

    /// <summary>
    /// Sealed to the escrow key, under a random id. It ends with a day, in China: a time to the second would say which of those who left then it
    /// is. In it are the configured fields and nothing that says which row or receipt it goes with.
    /// </summary>
    public static LegalHold Seal(LegalHoldOptions options, LeavingPerson person, DateTimeOffset now, IRandomSource random)
    {
        var held = options.Fields.ToDictionary(field => field, field => ValueOf(field, person, now));
        var text = JsonSerializer.SerializeToUtf8Bytes(held, WireJson.Options);
        return new LegalHold(
            Base32.Random(random, IdSize),
            Jwe.Encrypt(options.Recipient, text, "json", random),
            new HeldByLaw(options.LegalBasis!, ChinaCalendar.StartOfDay(ChinaCalendar.Today(now).AddDays(options.Days + 1))));
    }

    /// <summary>A hold is written once; one that is due already, as after a long interruption, not at all.</summary>
    public static bool IsToBeWritten(LegalHoldState state, LegalHold hold, DateTimeOffset now) => state.Sealed is null && now < hold.Terms.Until;

    /// <summary>What the receipt says is held: what was over before all was done is not.</summary>
    public static HeldByLaw? StillHeld(LegalHold? hold, DateTimeOffset now) => hold?.Terms.Until > now ? hold.Terms : null;

    private static string ValueOf(string field, LeavingPerson person, DateTimeOffset now) => field switch
    {
        "net_id" => person.NetId,
        "enrolled" => DayOf(person.Enrolled),
        "left" => DayOf(now),
        _ => IdentityFields.ValueOf(person.Identity, field),
    };

    private static string DayOf(DateTimeOffset time) => ChinaCalendar.Today(time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Who leaves, as far as a hold may say it.</summary>
public sealed record LeavingPerson(string NetId, Identity Identity, DateTimeOffset Enrolled)
{
    public override string ToString() => "sealed";
}
