using System.Text.RegularExpressions;

namespace NetIdGrains.StyleTests;

/// <summary>
/// No two grains can wait for each other as long as calls go one way. docs/architecture.md has the grains in the order in which they may call: here
/// it is held against the source.
/// </summary>
public sealed partial class CallOrderTests
{
    /// <summary>What calls a grain for whoever uses it.</summary>
    private static readonly Dictionary<string, string> Helpers = new()
    {
        ["AuthenticationLog("] = "AuthenticationLog",
        ["TellListsAsync("] = "StatusList",
        ["issuer.ReserveAsync("] = "StatusIndex",
    };

    /// <summary>Whatever has a deadline, by its name.</summary>
    private const string CallsAnything = "Retention";

    [Fact]
    public void A_grain_calls_only_what_stands_below_it_and_each_call_is_in_the_table()
    {
        var table = File.ReadLines(Path.Combine(StyleTests.Root, "docs", "architecture.md")).Where(line => GrainRow().IsMatch(line)).ToList();
        var order = table.SelectMany(row => GrainName().Matches(row.Split('|')[2]).Select(name => (Name: name.Groups[1].Value, Row: row))).ToList();
        var known = order.ToDictionary(grain => grain.Name, grain => grain.Row);
        var sources = Sources();
        Assert.Equal(sources.Keys.Order(), known.Keys.Order());

        var wrong = new List<string>();
        foreach (var (caller, source) in sources.Where(source => source.Key != CallsAnything))
        {
            foreach (var called in Called(source).Where(called => called != caller))
            {
                if (order.FindIndex(grain => grain.Name == called) <= order.FindIndex(grain => grain.Name == caller))
                    wrong.Add($"{caller} calls {called}, which stands above it");
                if (!Regex.IsMatch(known[caller].Split('|')[5], $@"\b{called}\b"))
                    wrong.Add($"{caller} calls {called}, and its row does not say so");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>By grain; a file with two of them counts for each.</summary>
    private static Dictionary<string, string> Sources() => StyleTests.Files("src/NetIdGrains.Authority")
        .Select(File.ReadAllText)
        .SelectMany(text => GrainClass().Matches(text).Select(grain => (Name: grain.Groups[1].Value, Text: text)))
        .GroupBy(grain => grain.Name, grain => grain.Text)
        .ToDictionary(grain => grain.Key, grain => string.Concat(grain));

    private static IEnumerable<string> Called(string source) =>
        Call().Matches(source).Select(call => call.Groups[1].Value + call.Groups[2].Value)
            .Concat(Helpers.Where(helper => source.Contains(helper.Key, StringComparison.Ordinal)).Select(helper => helper.Value))
            .Distinct();

    [GeneratedRegex(@"^\| (process|pair|credential|core|leaf) \| `")]
    private static partial Regex GrainRow();

    [GeneratedRegex(@"`(\w+)Grain`")]
    private static partial Regex GrainName();

    [GeneratedRegex(@"public sealed (?:partial )?class (\w+)Grain\b")]
    private static partial Regex GrainClass();

    [GeneratedRegex(@"GetGrain<I(\w+)Grain>|\b(\w+)Grain\.Of\w*\(")]
    private static partial Regex Call();
}
