using NetIdGrains.Authority;

namespace NetIdGrains.AuthorityTests;

public sealed class PlatformRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(89, PlatformStatus.Left)]
    [InlineData(90, PlatformStatus.Ended)]
    [InlineData(120, PlatformStatus.Ended)]
    public void A7_1_an_amendment_begins_no_notice_anew(int days, PlatformStatus status)
    {
        PlatformChange At(int day, PlatformStatus became) => new(Now.AddDays(day), became, "A reason", "test");
        var state = new PlatformState
        {
            Status = PlatformStatus.Left,
            Changes = [At(-10, PlatformStatus.Left), At(-5, PlatformStatus.Approved), At(0, PlatformStatus.Left), At(80, PlatformStatus.Left)],
        };
        Assert.Equal(Now, PlatformRules.Since(state.Changes));
        Assert.Equal(status, PlatformRules.StatusAt(state, Now.AddDays(days)));
    }
}
