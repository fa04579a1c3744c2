using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>How an application ends: issued, cancelled, past its time. Of what was handed in, nothing is left that can be read.</summary>
public sealed class ApplicationEndTests
{
    private static readonly Person Someone = Persons.Adults[0];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A4_2_Who_cancels_leaves_nothing_and_a_command_caught_before_does_not_bring_it_back(int steps)
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        var agree = await BeginAsync(wallet, application, steps);
        var key = WrappedKey(authority, application);
        Scan(authority, wallet, "while it is under way");
        var cancel = await wallet.SignStepAsync(application, "cancel", []);
        Assert.Equal("cancelled", (string?)(await wallet.SubmitAsync(application, cancel).JsonAsync())["step"]);
        Gone(authority, wallet, application, key);
        Assert.Equal("cancelled", (string?)(await wallet.SubmitAsync(application, cancel).JsonAsync())["step"]); // its answer was lost
        await wallet.SubmitAsync(application, agree).IsRefusedAsync(Refusal.ApplicationExpired);
        await wallet.CompleteAsync(application).IsRefusedAsync(Refusal.ApplicationExpired);
        Gone(authority, wallet, application, key);
        await authority.StopAsync();
        Gone(authority, wallet, application, key);
    }

    [Fact]
    public async Task Past_its_time_the_sweeper_leaves_nothing_of_it()
    {
        await using var authority = await TestAuthority.StartAsync();
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        using var wallet = authority.NewWallet();
        using var issued = await authority.EnrolAsync(Persons.Adults[1]);
        var application = await wallet.BeginApplicationAsync();
        await BeginAsync(wallet, application, steps: 2);
        var key = WrappedKey(authority, application);
        Assert.Equal(2, authority.Rows("application").Split('\n').Length); // of the issued one, whose it was
        authority.Time.Advance(TimeSpan.FromHours(23));
        Assert.NotNull(authority.RowText($"application/{application}"));
        authority.Time.Advance(TimeSpan.FromHours(1));
        await Stored.UntilAsync(() => authority.Rows("application").Length == 0 && !authority.HasDeadline($"application/{application}"));
        Gone(authority, wallet, application, key);
    }

    [Fact]
    public async Task A9_4_Who_has_left_is_not_enrolled_again_by_an_application_that_was_theirs()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        await BeginAsync(wallet, application, steps: 2);
        (await wallet.CompleteAsync(application)).EnsureSuccessStatusCode();
        (await wallet.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        await wallet.CompleteAsync(application).IsRefusedAsync(Refusal.ApplicationExpired);
        using var back = await authority.EnrolAsync(Someone);
        Assert.NotEqual(wallet.NetId, back.NetId);
    }

    [Fact]
    public async Task Once_it_is_issued_what_was_handed_in_cannot_be_read_and_a_lost_answer_is_had_again_some_times()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        await BeginAsync(wallet, application, steps: 2);
        var key = WrappedKey(authority, application);
        (await wallet.CompleteAsync(application)).EnsureSuccessStatusCode();
        NowhereIn(authority, key);
        Assert.Equal(["Issued"], authority.Row($"application/{application}")!.Select(member => member.Key));
        Assert.True((bool?)(await wallet.CompleteAsync(application).JsonAsync())["resumed"]);
        foreach (var repeated in Enumerable.Range(0, 48))
            (await wallet.CompleteAsync(application)).EnsureSuccessStatusCode();
        await wallet.CompleteAsync(application).IsRefusedAsync(Refusal.TooManyCertificates);
    }

    [Fact]
    public async Task A4_1_A_document_that_is_no_longer_valid_between_two_steps_ends_in_a_refusal()
    {
        var entry = new JsonObject
        {
            ["person"] = Someone.Id,
            ["name"] = Someone.Name,
            ["birth_date"] = $"{Someone.BirthDate:yyyy-MM-dd}",
            ["status"] = "active",
        };
        await using var register = await OutsideServer.StartAsync(context => OutsideServer.Json(entry.ToJsonString())(context));
        await using var authority = await TestAuthority.StartAsync("--Register:Address", register.Address().AbsoluteUri);
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        await BeginAsync(wallet, application, steps: 2);
        foreach (var (member, value, refusal) in new[]
        {
            ("status", "reported-lost", Refusal.DocumentNotValid),
            ("status", "expired", Refusal.DocumentExpired),
            ("name", "张三", Refusal.DocumentUnknown),
            ("birth_date", "1950-01-01", Refusal.DocumentUnknown),
            ("person", "another", Refusal.DocumentUnknown),
        })
        {
            var good = (string)entry[member]!;
            entry[member] = value;
            await wallet.CompleteAsync(application).IsRefusedAsync(refusal);
            entry[member] = good;
        }

        Assert.Equal("", authority.Rows("citizen"));
        (await wallet.CompleteAsync(application)).EnsureSuccessStatusCode();
    }

    /// <summary>Agrees, and names the document if there is a second step; the command <c>agree</c>.</summary>
    private static async Task<string> BeginAsync(DevelopmentWallet wallet, string application, int steps)
    {
        var agree = await wallet.SignStepAsync(application, "agree", await wallet.AgreeBodyAsync());
        (await wallet.SubmitAsync(application, agree)).EnsureSuccessStatusCode();
        if (steps > 1)
            (await wallet.DocumentAsync(application, DevelopmentWallet.DocumentBody(Someone.Number, Someone.Name))).EnsureSuccessStatusCode();
        return agree;
    }

    private static byte[] WrappedKey(TestAuthority authority, string application)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(authority.DataPath, "keys.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT wrapped FROM data_key WHERE name = $1";
        command.Parameters.AddWithValue("$1", $"application/{application}");
        return (byte[])command.ExecuteScalar()!;
    }

    private static void Gone(TestAuthority authority, DevelopmentWallet wallet, string application, byte[] key)
    {
        Assert.Null(authority.RowText($"application/{application}"));
        NowhereIn(authority, key);
        Scan(authority, wallet, "after its end");
    }

    private static void NowhereIn(TestAuthority authority, byte[] key) =>
        Assert.DoesNotContain(authority.Files(), file => file.Bytes.AsSpan().IndexOf(key) >= 0);

    private static void Scan(TestAuthority authority, DevelopmentWallet wallet, string when)
    {
        var deviceKey = (string)JsonNode.Parse(wallet.DeviceKey.PublicKey.ToJwk())!["x"]!;
        foreach (var (name, bytes) in authority.Files().Append(("logs", Encoding.UTF8.GetBytes(authority.Logs.Text))))
        {
            foreach (var (what, value) in new[] { ("number", Someone.Number), ("name", Someone.Name), ("device key", deviceKey) })
                Assert.True(!IdentityScanner.FormsIn(bytes, value).Any(), $"The {what} is in {name} {when}.");
        }
    }
}
