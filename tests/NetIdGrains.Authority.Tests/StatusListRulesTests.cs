using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.AuthorityTests;

/// <summary>What becomes of an entry of a status list, and which lists there can be.</summary>
public sealed class StatusListRulesTests
{
    private static StatusListState New { get; } = new() { Statuses = StatusListRules.New };

    [Theory]
    [InlineData(new[] { CertificateStatus.Valid, CertificateStatus.Valid }, TokenStatus.Valid, false)]
    [InlineData(new[] { CertificateStatus.Suspended }, TokenStatus.Suspended, true)]
    [InlineData(new[] { CertificateStatus.Suspended, CertificateStatus.Suspended }, TokenStatus.Suspended, false)]
    [InlineData(new[] { CertificateStatus.Suspended, CertificateStatus.Valid }, TokenStatus.Valid, true)]
    [InlineData(new[] { CertificateStatus.Invalid }, TokenStatus.Invalid, true)]
    [InlineData(new[] { CertificateStatus.Suspended, CertificateStatus.Invalid }, TokenStatus.Invalid, true)]
    [InlineData(new[] { CertificateStatus.Invalid, CertificateStatus.Invalid }, TokenStatus.Invalid, false)]
    [InlineData(new[] { CertificateStatus.Invalid, CertificateStatus.Suspended }, TokenStatus.Invalid, false)]
    [InlineData(new[] { CertificateStatus.Invalid, CertificateStatus.Valid }, TokenStatus.Invalid, false)]
    public void What_is_invalid_stays_so_and_doing_it_twice_is_doing_it_once(CertificateStatus[] told, TokenStatus expected, bool lastChanged)
    {
        var (stored, changed) = (New, false);
        foreach (var status in told)
        {
            var next = StatusListRules.Changed(stored, [new StatusEntry(7, status)]);
            (stored, changed) = (next ?? stored, next is not null);
        }

        Assert.True(StatusListRules.Read(stored).TryGet(7, out var found));
        Assert.Equal((expected, lastChanged), (found, changed));
        Assert.True(StatusListRules.Read(stored).TryGet(8, out var neighbour));
        Assert.Equal(TokenStatus.Valid, neighbour);
    }

    [Theory]
    [InlineData(StatusBlock.Size)]
    [InlineData(-1)]
    public void An_entry_that_there_is_not_changes_nothing(int index) =>
        Assert.Null(StatusListRules.Changed(New, [new StatusEntry(index, CertificateStatus.Invalid)]));

    [Fact]
    public void Many_changes_are_taken_into_the_list_and_what_was_invalid_before_stays_so()
    {
        var stored = StatusListRules.Changed(New, [new StatusEntry(7, CertificateStatus.Invalid)])!;
        stored = StatusListRules.Changed(
            stored, [.. Enumerable.Range(100, StatusListRules.MostLater).Select(index => new StatusEntry(index, CertificateStatus.Suspended))])!;
        Assert.Empty(stored.Later);
        stored = StatusListRules.Changed(stored, [new StatusEntry(7, CertificateStatus.Valid), new StatusEntry(100, CertificateStatus.Valid)])!;
        TokenStatus[] expected = [TokenStatus.Invalid, TokenStatus.Valid, TokenStatus.Suspended, TokenStatus.Valid];
        int[] indexes = [7, 100, 101, 100 + StatusListRules.MostLater];
        Assert.Equal(expected, indexes.Select(index => StatusListRules.Read(stored).TryGet(index, out var status) ? status : default));
    }

    /// <summary>By the calendar of China, in which certificates end.</summary>
    [Theory]
    [InlineData("202612-7-999", "2026-11-22T00:00:00+08:00", true)]
    [InlineData("202611-0-0", "2026-11-22T00:00:00+08:00", true)]
    [InlineData("202610-0-0", "2026-11-22T00:00:00+08:00", false)]
    [InlineData("202701-0-0", "2026-11-30T23:59:59+08:00", false)]
    [InlineData("202701-0-0", "2026-12-01T00:00:00+08:00", true)]
    [InlineData("202611-0-0", "2026-12-01T23:59:58+08:00", true)]
    [InlineData("202611-0-0", "2026-12-02T00:00:01+08:00", false)]
    [InlineData("202613-0-0", "2026-12-22T00:00:00+08:00", false)]
    public void A_list_is_there_from_the_first_certificate_that_can_be_on_it_until_a_day_after_the_last(string name, string now, bool isThere)
    {
        var time = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(isThere, StatusBlock.TryParse(name, out var block) && block.IsCurrent(time));
        Assert.True(!isThere || (block.ToString() == name && block.Dropped > time));
    }

    [Fact]
    public void A_list_is_dropped_a_day_after_the_month_has_ended_in_China() => Assert.Equal(
        new DateTimeOffset(2027, 1, 1, 23, 59, 59, TimeSpan.FromHours(8)), new StatusBlock(202612, 0, 0).Dropped);
}
