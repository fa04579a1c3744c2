using NetIdGrains.Authority;
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
