using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A2-1, A8-3: whose a Net ID is, was, and never is again.</summary>
public sealed class IndexTests
{
    private static readonly IndexOwner One = new("aaaaaaaaaaaaaaaaaaaaaaaa");
    private static readonly IndexOwner Other = new("bbbbbbbbbbbbbbbbbbbbbbbb");
    private static readonly IndexOwner Nobody = new("");

    /// <summary>What happens to the row of a Net ID, whom the next claim finds, and what is in the row then, with a disclosure key and without.</summary>
    private static readonly (string Life, string Found, string Kept, string Bare)[] Lives =
    [
        ("", "claimed", "SealedOwner", "SealedOwner"),
        ("claim", "one", "SealedOwner", "SealedOwner"),
        ("claim retire", "nobody", "FormerOwner", "IsBuried"),
        ("claim retire retire", "nobody", "FormerOwner", "IsBuried"),
        ("claim retire give-up", "nobody", "IsBuried", "IsBuried"),
        ("claim retire give-up retire give-up", "nobody", "IsBuried", "IsBuried"),
        ("claim give-up", "nobody", "IsBuried", "IsBuried"),
        ("retire", "claimed", "SealedOwner", "SealedOwner"),
        ("give-up", "claimed", "SealedOwner", "SealedOwner"),
        ("claim-other give-up", "other", "SealedOwner", "SealedOwner"),
        ("claim-other retire", "other", "SealedOwner", "SealedOwner"),
    ];

    [Fact]
    public async Task A2_1_A_Net_ID_is_one_persons_once()
    {
        using var key = P256Signer.Create();
        await using var keeping = await TestAuthority.StartAsync("--Authority:DisclosureKey", key.PublicKey.ToJwk());
        await using var forgetting = await TestAuthority.StartAsync();
        foreach (var (life, found, kept, bare) in Lives)
        {
            await LiveAsync(keeping, life, found, kept);
            await LiveAsync(forgetting, life, found, bare);
        }
    }

    [Fact]
    public async Task A9_4_An_enrolments_row_is_gone_once_it_is_given_up()
    {
        await using var authority = await TestAuthority.StartAsync();
        var row = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IEnrolmentGrain>("handle");
        Assert.Equal(One, (await row.Claim(One)).Value);
        Assert.Equal(One, (await row.Claim(Other)).Value);
        await row.GiveUp(Other);
        Assert.Equal(One, await row.Owner());
        await row.GiveUp(One);
        Assert.Null(authority.RowText("enrolment/handle"));
        Assert.Equal(Other, (await row.Claim(Other)).Value);
    }

    [Fact]
    public async Task A8_3_Whose_a_changed_Net_ID_was_only_the_disclosure_key_opens_and_nothing_after_leaving()
    {
        const string Private =
            """
            {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
             "d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
            """;
        var publicKey = JsonNode.Parse(Private)!.AsObject();
        publicKey.Remove("d");
        await using var authority = await TestAuthority.StartAsync("--Authority:DisclosureKey", publicKey.ToJsonString());
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var former = wallet.NetId!;
        (await wallet.IssueAsync("change-net-id", 1, FrontDoor.DevelopmentWallet.Password)).EnsureSuccessStatusCode();

        Assert.True(Jwe.TryDecrypt((string?)authority.Row($"net-id/{former}")!["FormerOwner"], Private, out var opened));
        Assert.True(authority.Services.GetRequiredService<References>().TryOpenDevice(wallet.Device!, out var person, out _));
        var found = JsonNode.Parse(opened)!;
        Assert.Equal((former, person), ((string?)found["net_id"], (string?)found["person_index"]));

        (await wallet.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        foreach (var netId in (string[])[former, wallet.NetId!])
            Assert.Equal("""{"IsBuried":true}""", authority.RowText($"net-id/{netId}"));
    }

    private static async Task LiveAsync(TestAuthority authority, string life, string found, string member)
    {
        var netId = NetId.Create(new SystemRandomSource()).Value;
        var row = authority.Services.GetRequiredService<IGrainFactory>().GetGrain<INetIdGrain>(netId);
        foreach (var step in life.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var answer = await (step switch
            {
                "claim" => row.Claim(One),
                "claim-other" => row.Claim(Other),
                "retire" => row.Retire(One),
                _ => row.GiveUp(One),
            });
            Assert.Equal(Refusal.None, answer.Refusal);
        }

        var late = new IndexOwner("cccccccccccccccccccccccc");
        var claimed = (await row.Claim(late)).Value;
        Assert.Equal((life, found), (life, claimed == One ? "one" : claimed == Other ? "other" : claimed == Nobody ? "nobody" : "claimed"));
        Assert.Equal(claimed == Nobody ? null : claimed, await row.Owner());
        var members = authority.Row($"net-id/{netId}")!.Where(entry => entry.Value is not null && entry.Value.ToJsonString() != "false").Select(entry => entry.Key);
        Assert.Equal((life, member), (life, string.Join(' ', members)));
    }
}
