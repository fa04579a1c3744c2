using System.Text;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A2-1, A2-2, A12-1: no identity value in any log, database, write-ahead log or key file; and the scanner would find one.</summary>
public sealed class ScannerTests
{
    private const string Password = "24681357";

    public static TheoryData<string, string> PlantedForms()
    {
        var data = new TheoryData<string, string>();
        foreach (var value in (string[])["619901198705140059", "努尔麦麦提·卡卡西", "雷强"])
        {
            foreach (var (name, _) in IdentityScanner.Forms(value))
                data.Add(value, name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PlantedForms))]
    public void The_scanner_finds_what_is_planted_in_each_form(string value, string form)
    {
        foreach (var padding in (string[])["", "x", "xy", "xyz"])
        {
            var bytes = Planted(value, form, padding);
            Assert.NotEmpty(IdentityScanner.FormsIn(bytes, value));
        }
    }

    [Fact]
    public void The_scanner_finds_nothing_where_nothing_is() =>
        Assert.Empty(IdentityScanner.FormsIn(Encoding.UTF8.GetBytes("nothing of a person: 619901198705140058 雷弱"), "619901198705140059"));

    [Fact]
    public async Task Names_and_numbers_are_nowhere_after_applications_verifications_and_refusals()
    {
        await using var authority = await TestAuthority.StartAsync();
        var persons = Persons.Adults.Take(12).ToList();
        var values = persons.SelectMany(person => new[] { person.Number, person.Name }).Append(Password).ToList();
        await LiveAsync(authority, persons);
        Scan(authority, values, "while it runs");
        await authority.StopAsync();
        Scan(authority, values, "after it stopped");
    }

    private static async Task LiveAsync(TestAuthority authority, List<Person> persons)
    {
        var shop = await authority.PlatformAsync("shop");
        foreach (var person in persons)
        {
            using var wallet = await authority.EnrolAsync(person);
            (await shop.VerifyAsync(wallet)).Dispose();
            (await wallet.ExecuteAsync("freeze")).Dispose();
            (await shop.VerifyAsync(wallet)).Dispose();
            using var again = authority.NewWallet();
            (await again.ApplyAsync(person.Number, person.Name)).Dispose();
            (await again.ApplyAsync(person.Number, "错")).Dispose();
            var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
            var telling = DevelopmentPlatform.VerificationBody(sequence, nonce, wallet.Present("shop", sequence, nonce, disclose: ["name", "document_number"]));
            (await shop.VerifyAsync(System.Net.Http.Json.JsonContent.Create(telling))).Dispose();
            (await authority.Http.GetAsync($"/v1/applications/{Uri.EscapeDataString(person.Number)}")).Dispose();
        }
    }

    private static void Scan(TestAuthority authority, List<string> values, string when)
    {
        var places = Directory.GetFiles(authority.DataPath).Where(file => Path.GetFileName(file) is not ("operator.sock" or "lock")).ToList();
        Assert.Contains(places, file => file.EndsWith("grains.db", StringComparison.Ordinal));
        var sources = places.Select(file => (Name: Path.GetFileName(file), Bytes: ReadShared(file)))
            .Append((Name: "logs", Bytes: Encoding.UTF8.GetBytes(authority.Logs.Text)));
        foreach (var (name, bytes) in sources)
        {
            // Which value is not said: a test's output is a log too.
            for (var index = 0; index < values.Count; index++)
                Assert.True(!IdentityScanner.FormsIn(bytes, values[index]).Any(), $"Value {index} is in {name} {when}.");
        }
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] Planted(string value, string form, string padding)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        var aligned = Encoding.UTF8.GetBytes(padding + value + "tail");
        return form switch
        {
            "UTF-16LE" => [.. Encoding.ASCII.GetBytes(padding), .. Encoding.Unicode.GetBytes(value)],
            "UTF-16BE" => [.. Encoding.ASCII.GetBytes(padding), .. Encoding.BigEndianUnicode.GetBytes(value)],
            "\\u escapes" => Encoding.ASCII.GetBytes(padding + string.Concat(value.Select(letter => $"\\u{(int)letter:x4}"))),
            "\\U escapes" => Encoding.ASCII.GetBytes(padding + string.Concat(value.Select(letter => $"\\u{(int)letter:X4}"))),
            "hex" => Encoding.ASCII.GetBytes(padding + Convert.ToHexStringLower(utf8)),
            "HEX" => Encoding.ASCII.GetBytes(padding + Convert.ToHexString(utf8)),
            _ when form.StartsWith("base64url", StringComparison.Ordinal) => Encoding.ASCII.GetBytes(System.Buffers.Text.Base64Url.EncodeToString(aligned)),
            _ when form.StartsWith("base64", StringComparison.Ordinal) => Encoding.ASCII.GetBytes(Convert.ToBase64String(aligned)),
            _ => aligned,
        };
    }
}
