using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>S-1: what an operator does to somebody is done once, has an officer who answers for it, and is counted in public as often as it was done.</summary>
public sealed class OperatorActTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);

    /// <summary>What is done after what, and how many acts there are then.</summary>
    [Theory]
    [InlineData("freeze", 1, true)]
    [InlineData("freeze freeze", 1, true)]
    [InlineData("lift", 0, false)]
    [InlineData("freeze lift", 2, false)]
    [InlineData("freeze lift lift", 2, false)]
    [InlineData("freeze lift freeze", 3, true)]
    public void S_1_What_changes_nothing_is_no_act(string done, int acts, bool frozen)
    {
        var state = new CitizenState { Status = EnrolmentStatus.Active };
        foreach (var (what, index) in done.Split(' ').Select((what, index) => (what, index)))
            state = OperatorActRules.Carry(state, new OperatorFreeze("fraud", "A law", $"officer {index}", "F-1", what == "lift"), Now.AddDays(index));
        Assert.Equal((acts, frozen), (state.OperatorActs.Length, Freezes.EverythingSince(state.Freezes, Now.AddDays(9)) is not null));
        Assert.Equal(acts == 0, OperatorActRules.AreCounted(state));
        Assert.True(OperatorActRules.AreCounted(OperatorActRules.Counted(state)));
    }

    [Fact]
    public void S_1_Ones_own_freeze_is_not_an_operators_to_lift_and_the_latest_fifty_acts_are_kept()
    {
        var state = new CitizenState { Status = EnrolmentStatus.Active, Freezes = [new Freeze(Freeze.Everything, FreezeBy.Citizen, Now)] };
        Assert.Same(state, OperatorActRules.Carry(state, new OperatorFreeze("fraud", "A law", "officer", "F-1", Lift: true), Now));
        for (var index = 0; index < 60; index++)
        {
            var order = new OperatorFreeze("fraud", "A law", "officer", $"F-{index / 2}", Lift: index % 2 == 1);
            state = OperatorActRules.Counted(OperatorActRules.Carry(state, order, Now.AddDays(index)));
        }

        Assert.Equal((50, "F-5", "F-29"), (state.OperatorActs.Length, state.OperatorActs[0].Reference, state.OperatorActs[^1].Reference));
    }

    [Fact]
    public void S_1_Each_of_several_orders_stands_until_it_is_lifted_itself_and_none_is_forgotten_before_it_is_counted()
    {
        var state = new CitizenState { Status = EnrolmentStatus.Active };
        void Act(string reference, bool lift, bool isFrozen, int acts)
        {
            state = OperatorActRules.Carry(state, new OperatorFreeze("fraud", "A law", "officer", reference, lift), Now);
            Assert.Equal((isFrozen, acts), (Freezes.EverythingSince(state.Freezes, Now) is not null, state.OperatorActs.Length));
        }

        Act("F-1", lift: false, isFrozen: true, acts: 1);
        Act("F-2", lift: false, isFrozen: true, acts: 2);
        Act("F-3", lift: true, isFrozen: true, acts: 2); // nothing stands by it
        Act("F-1", lift: true, isFrozen: true, acts: 3);
        Act("F-1", lift: true, isFrozen: true, acts: 3);
        Act("F-2", lift: true, isFrozen: false, acts: 4);
        for (var order = 4; order < 64; order++)
            Act($"F-{order}", lift: false, isFrozen: true, acts: order + 1);
        state = OperatorActRules.Counted(state);
        Act("F-64", lift: false, isFrozen: true, acts: 61); // what stands is kept however old, and what is lifted and counted goes
    }

    [Fact]
    public async Task S_1_Each_act_is_counted_once_in_its_month_and_who_answers_for_it_is_the_supervisors_to_know()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var officer = TestOperator.Client(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        async Task<JsonObject> ActAsync(bool lift, string by)
        {
            var body = new JsonObject
            {
                ["net_id"] = wallet.NetId,
                ["reason"] = "fraud",
                ["legal_basis"] = "A law, article 1",
                ["by"] = by,
                ["reference"] = "2026-1",
                ["lift"] = lift,
            };
            return await officer.PostAsJsonAsync("/operator/freezes", body).JsonAsync();
        }

        await ActAsync(lift: true, "A. Person"); // there is nothing to lift
        await ActAsync(lift: false, "A. Person");
        authority.Time.Advance(TimeSpan.FromDays(31));
        await ActAsync(lift: false, "A. Person"); // its answer was lost, a month ago
        var supervised = await ActAsync(lift: true, "B. Person");
        Assert.Equal("active", (string?)supervised["status"]);
        Assert.Equal(
            [("lifted", "B. Person", "2026-1"), ("froze", "A. Person", "2026-1")],
            supervised["acts"]!.AsArray().Select(act => ((string)act!["what"]!, (string)act["by"]!, (string)act["reference"]!)));
        var months = (await authority.Http.GetFromJsonAsync<JsonObject>("/v1/report"))!["months"]!.AsArray();
        Assert.Equal(
            ["""2026-12 {"operator-freezes-lifted":1}""", """2026-11 {"operator-freezes":1}"""],
            months.Select(month => $"{month!["month"]} {month["counts"]!.ToJsonString()}"));
        var export = (await wallet.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!;
        Assert.Equal(["froze", "lifted"], export["operator_acts"]!.AsArray().Select(act => (string)act!["what"]!));
        Assert.DoesNotContain("Person\"", export["operator_acts"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A7_2_A_case_is_counted_in_the_months_in_which_it_came_and_was_decided_however_often_that_is_said()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var supervisor = TestOperator.Client(authority);
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var receipt = (string)(await (await authority.PlatformAsync("shop")).VerifyAsync(wallet).JsonAsync())["receipt"]!;
        var complaint = new JsonObject { ["platform"] = "shop", ["receipt"] = receipt, ["demanded"] = new JsonArray("phone number"), ["text"] = "Again." };
        var id = (string)(await wallet.ExecuteAsync("complain", complaint).JsonAsync())["cases"]![0]!["id"]!;
        for (var month = 0; month < 3; month++)
        {
            authority.Time.Advance(TimeSpan.FromDays(31));
            var decision = new JsonObject { ["status"] = "dismissed", ["reason"] = "Looked at", ["by"] = "officer 9" };
            (await supervisor.PostAsJsonAsync($"/operator/cases/{id}", decision)).EnsureSuccessStatusCode();
        }

        var months = (await authority.Http.GetFromJsonAsync<JsonObject>("/v1/report"))!["months"]!.AsArray();
        Assert.Equal(
            ["""2026-12 {"complaints-dismissed":1}""", """2026-11 {"complaints-received":1}"""],
            months.Select(month => $"{month!["month"]} {month["counts"]!.ToJsonString()}"));
    }
}
