using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>NIST SP 800-63B §5.2.2: at most a hundred wrong tries in a row, counted by device, so that a stranger with another locks nobody out.</summary>
public sealed class PasswordBlockTests
{
    private const string Password = "24681357";
    private const string WrongPassword = "13572468";

    [Fact]
    public async Task After_a_hundred_wrong_passwords_in_a_row_a_device_has_no_more_until_the_password_is_changed_from_another()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        var (response, tablet) = await phone.AddDeviceAsync();
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        for (var wrong = 1; wrong <= CitizenRules.MostWrongPasswords; wrong++)
        {
            await tablet.ExecuteWithPasswordAsync("unfreeze", password: WrongPassword).IsRefusedAsync(Refusal.PasswordWrong);
            authority.Time.Advance(TimeSpan.FromHours(2));
        }

        authority.Time.Advance(TimeSpan.FromDays(10)); // no waiting helps
        await tablet.ExecuteWithPasswordAsync("unfreeze").IsRefusedAsync(Refusal.PasswordBlocked);
        using var changed = await phone.ExecuteWithPasswordAsync("change-password", newPassword: "80316427"); // the other device goes on
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
        using var unfrozen = await tablet.ExecuteWithPasswordAsync("unfreeze", password: "80316427");
        Assert.True(unfrozen.IsSuccessStatusCode, await unfrozen.Content.ReadAsStringAsync());
    }

    /// <summary>Who knows which device to name, but has not its key: each of their commands costs the citizen nothing, not even a delay.</summary>
    [Fact]
    public async Task Ten_thousand_wrong_passwords_from_many_devices_lock_nobody_out()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        (await phone.ExecuteAsync("freeze")).EnsureSuccessStatusCode();
        var strangers = Enumerable.Range(0, 100).Select(_ => P256Signer.Create()).ToArray();
        var (issuer, nonce) = (await phone.IssuerAsync(), DevelopmentWallet.NewNonce());
        var factors = await phone.SealFactorsAsync(nonce, WrongPassword);
        var body = new JsonObject { ["factors"] = SealedFactors.DigestOf(factors) };
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), async (number, _) =>
        {
            var command = SignedCommand.Sign(
                "unfreeze", (JsonObject)body.DeepClone(), issuer, nonce, phone.Device!, authority.Time.GetUtcNow(), strangers[number % strangers.Length]);
            await phone.SendAsync($"{command}~{factors}").IsRefusedAsync(Refusal.CommandSignature);
        });
        using var unfrozen = await phone.ExecuteWithPasswordAsync("unfreeze");
        Assert.True(unfrozen.IsSuccessStatusCode, await unfrozen.Content.ReadAsStringAsync());
        Array.ForEach(strangers, stranger => stranger.Dispose());
    }

    [Fact]
    public async Task The_right_one_at_the_hundredth_try_begins_the_count_anew()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0]);
        for (var round = 0; round < 2; round++)
        {
            for (var wrong = 1; wrong < CitizenRules.MostWrongPasswords; wrong++)
            {
                await phone.ExecuteWithPasswordAsync("unfreeze", password: WrongPassword).IsRefusedAsync(Refusal.PasswordWrong);
                authority.Time.Advance(TimeSpan.FromHours(2));
            }

            using var right = await phone.ExecuteWithPasswordAsync("unfreeze", password: Password);
            Assert.True(right.IsSuccessStatusCode, await right.Content.ReadAsStringAsync());
        }
    }
}
