using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A9-4: leaving leaves nothing.</summary>
public sealed class LeavingTests : IDisposable
{
    private readonly string _backup = Directory.CreateTempSubdirectory("netid-backup-").FullName;

    public void Dispose() => Directory.Delete(_backup, recursive: true);

    [Fact]
    public async Task A4_2_and_A9_4_One_command_with_the_password_ends_everything_at_once_and_is_confirmed()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        await wallet.ExecuteAsync("cancel").IsRefusedAsync(Refusal.FactorsMissing);
        await wallet.ExecuteWithPasswordAsync("cancel", new JsonObject { ["why"] = "x" }).IsRefusedAsync(Refusal.UnknownField);
        await wallet.ExecuteWithPasswordAsync("cancel", password: "13572468").IsRefusedAsync(Refusal.PasswordWrong);
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);

        var command = await SealedAsync(wallet, "cancel");
        var left = await wallet.SendAsync(command).JsonAsync();
        var metadata = await authority.Http.GetAsync("/.well-known/netid-authority").JsonAsync();
        var anchor = new TrustAnchor(Convert.FromBase64String((string)metadata["root_certificate"]!));
        Assert.True(DeletionReceipt.TryVerify((string?)left["deletion_receipt"], anchor, out var receipt));
        Assert.True(SignedCommand.TryParse(command.Split('~')[0], out var signed));
        Assert.Equal((signed.Digest, await wallet.IssuerAsync()), (receipt.CommandDigest, receipt.Issuer));

        Assert.Equal("fail", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        Assert.Equal(left.ToJsonString(), (await wallet.SendAsync(command).JsonAsync()).ToJsonString()); // its answer was lost
        await wallet.ExecuteAsync("status").IsRefusedAsync(Refusal.DeviceUnknown);
        await wallet.ExecuteWithPasswordAsync("cancel").IsRefusedAsync(Refusal.DeviceUnknown);
    }

    [Fact]
    public async Task A9_4_Two_cancels_at_once_are_one()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var commands = new[] { await SealedAsync(wallet, "cancel"), await SealedAsync(wallet, "cancel") };
        var answers = await Task.WhenAll(commands.Select(wallet.SendAsync));
        Assert.Contains(answers, answer => answer.IsSuccessStatusCode);
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode || (int)answer.StatusCode == 404));
        using var again = await authority.EnrolAsync(Persons.Adults[0]);
        Assert.NotEqual(wallet.NetId, again.NetId);
    }

    [Fact]
    public async Task A9_4_Coming_back_brings_a_new_Net_ID_and_new_identifiers()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        var before = await shop.VerifyAsync(wallet).JsonAsync();
        (await wallet.SendAsync(await SealedAsync(wallet, "cancel"))).EnsureSuccessStatusCode();
        using var back = await authority.EnrolAsync(Persons.Adults[0]);
        var after = await shop.VerifyAsync(back).JsonAsync();
        Assert.NotEqual(wallet.NetId, back.NetId);
        Assert.NotEqual((string?)before["platform_identifier"], (string?)after["platform_identifier"]);
        Assert.Equal("fail", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        Assert.Single((await back.ExecuteAsync("history").JsonAsync())["history"]!["lines"]!.AsArray());
    }

    [Fact]
    public async Task A9_4_The_platforms_used_are_told_within_a_day_and_nobody_else()
    {
        await using var server = await CallbackServer.StartAsync();
        await using var authority = await TestAuthority.StartAsync();
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop", document => document with { CallbackAddress = server.Address });
        _ = await authority.PlatformAsync("bank", document => document with { CallbackAddress = server.Address });
        var identifier = (string)(await shop.VerifyAsync(wallet).JsonAsync())["platform_identifier"]!;
        (await wallet.SendAsync(await SealedAsync(wallet, "cancel"))).EnsureSuccessStatusCode();
        authority.Time.Advance(TimeSpan.FromHours(25));
        var told = JsonNode.Parse((await server.NextAsync()).Body)!;
        Assert.Equal(("identifier.ended", identifier), ((string?)told["type"], (string?)told["data"]!["platform_identifier"]));
        await Stored.UntilAsync(() => authority.Rows("outbox").Length == 0);
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task A9_4_and_PIPL_47_Nothing_is_left_in_any_file_and_a_backup_opens_nothing()
    {
        await using var authority = await TestAuthority.StartAsync();
        var person = Persons.Adults[0];
        using var wallet = await authority.EnrolAsync(person);
        using var stays = await authority.EnrolAsync(Persons.Adults[1]);
        var shop = await authority.PlatformAsync("shop");
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
        (await wallet.IssueAsync("change-net-id", 1, DevelopmentWallet.Password)).EnsureSuccessStatusCode();
        var references = authority.Services.GetRequiredService<References>();
        Assert.True(references.TryOpenDevice(wallet.Device!, out var personIndex, out _));
        var wrapped = WrappedKey(authority, personIndex)!;
        Query(authority, "grains.db", "VACUUM INTO $0", Path.Combine(_backup, "grains.db"));

        (await wallet.SendAsync(await SealedAsync(wallet, "cancel"))).EnsureSuccessStatusCode();
        Assert.All(authority.Files().Where(file => file.Name.StartsWith("keys.db", StringComparison.Ordinal)), file => // at once, not when it stops
            Assert.True(file.Bytes.AsSpan().IndexOf(wrapped) < 0, $"The wrapped data key is in {file.Name}."));
        await authority.StopAsync();
        foreach (var (name, bytes) in authority.Files())
        {
            Assert.True(bytes.AsSpan().IndexOf(wrapped) < 0, $"The wrapped data key is in {name}.");
            foreach (var value in new[] { person.Number, person.Name, wallet.DeviceKey.PublicKey.ToJwk(), personIndex, wallet.Device! })
                Assert.True(!IdentityScanner.FormsIn(bytes, value).Any(), $"Something of who left is in {name}.");
        }

        File.Copy(Path.Combine(_backup, "grains.db"), Path.Combine(authority.DataPath, "grains.db"), overwrite: true);
        await authority.StartAgainAsync();
        shop = await authority.PlatformAsync("shop");
        Assert.Null(WrappedKey(authority, personIndex));
        Assert.Equal("pass", (string?)(await shop.VerifyAsync(stays).JsonAsync())["result"]);
        Assert.Equal("fail", (string?)(await shop.VerifyAsync(wallet).JsonAsync())["result"]);
    }

    private static byte[]? WrappedKey(TestAuthority authority, string personIndex) =>
        (byte[]?)Query(authority, "keys.db", "SELECT wrapped FROM data_key WHERE name = $0", $"citizen/{personIndex}");

    private static object? Query(TestAuthority authority, string database, string query, string value)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(authority.DataPath, database), Pooling = false };
        using var connection = new SqliteConnection(file.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The queries are all above.
        command.CommandText = query;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$0", value);
        return command.ExecuteScalar();
    }

    private static async Task<string> SealedAsync(DevelopmentWallet wallet, string command)
    {
        var nonce = DevelopmentWallet.NewNonce();
        var factors = await wallet.SealFactorsAsync(nonce, DevelopmentWallet.Password);
        return $"{await wallet.SignCommandAsync(command, new JsonObject { ["factors"] = SealedFactors.DigestOf(factors) }, nonce)}~{factors}";
    }
}
