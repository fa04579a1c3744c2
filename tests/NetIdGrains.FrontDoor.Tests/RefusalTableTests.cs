using NetIdGrains.Authority;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The mapping from refusals to HTTP is total, its types are distinct, and the published list is this very table.</summary>
public sealed class RefusalTableTests
{
    [Fact]
    public void Every_refusal_has_an_entry_and_no_two_share_a_type()
    {
        Assert.Equal(Enum.GetValues<Refusal>().Where(refusal => refusal != Refusal.None).Order(), RefusalTable.Entries.Keys.Order());
        Assert.Equal(RefusalTable.Entries.Count, RefusalTable.Entries.Values.DistinctBy(entry => entry.Slug).Count());
        Assert.All(RefusalTable.Entries.Values, entry => Assert.Matches("^[a-z]+(-[a-z]+)*$", entry.Slug));
    }

    [Fact]
    public void The_published_list_of_problems_is_the_table()
    {
        var rows = RefusalTable.Entries.OrderBy(entry => entry.Key).Select(entry =>
            $"| `{entry.Value.Slug}` | {entry.Value.Status} | {entry.Value.Title} | {entry.Value.Clause} | {Data(entry.Value)} |").ToList();
        var published = File.ReadAllText(Path.Combine(Repository.Root, "docs", "problems.md"));
        Assert.True(published.Contains(string.Join('\n', rows), StringComparison.Ordinal), $"docs/problems.md should hold:\n{string.Join('\n', rows)}");
    }

    private static string Data(ProblemEntry entry) => entry.DataUsed.IsEmpty ? "–" : string.Join(", ", entry.DataUsed);
}
