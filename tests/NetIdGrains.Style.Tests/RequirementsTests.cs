using System.Text.RegularExpressions;

namespace NetIdGrains.StyleTests;

/// <summary>docs/requirements.md says where each clause is proved: there it is named.</summary>
public sealed partial class RequirementsTests
{
    [Fact]
    public void Each_clause_is_named_where_the_table_says_that_it_is_proved()
    {
        var rows = File.ReadLines(Path.Combine(StyleTests.Root, "docs", "requirements.md")).Select(line => Row().Match(line)).Where(row => row.Success).ToList();
        Assert.True(rows.Count > 30, $"Only {rows.Count} rows were read.");
        var wrong = new List<string>();
        foreach (var row in rows)
        {
            var (clause, proof) = (row.Groups[1].Value, row.Groups[2].Value);
            foreach (var path in Named().Matches(proof).Select(named => named.Groups[1].Value))
            {
                var texts = TextsAt(path);
                if (texts.Count == 0)
                    wrong.Add($"{clause}: {path} is not there");
                else if (!texts.Exists(text => text.Contains(clause, StringComparison.Ordinal) || text.Contains(AsName(clause), StringComparison.Ordinal)))
                    wrong.Add($"{clause}: {path} does not name it");
            }
        }

        Assert.Empty(wrong);
    }

    private static string AsName(string clause) => clause.Replace('-', '_').Replace(' ', '_');

    /// <summary>Of a file, or of all in a folder; `FrontDoor/…` is short for `NetIdGrains.FrontDoor.Tests/…`.</summary>
    private static List<string> TextsAt(string path)
    {
        var slash = path.IndexOf('/');
        foreach (var folder in new[] { $"NetIdGrains.{path[..slash]}.Tests", path[..slash] })
        {
            var full = Path.Combine(StyleTests.Root, "tests", folder, path[(slash + 1)..]);
            if (File.Exists(full))
                return [File.ReadAllText(full)];
            if (Directory.Exists(full))
                return [.. Directory.EnumerateFiles(full, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];
        }

        return [];
    }

    [GeneratedRegex(@"^\| ((?:A\d+-\d+)|(?:S-\d+)|(?:PIPL \d+)) \|.*\|([^|]*)\|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Za-z]+/[^`]*)`")]
    private static partial Regex Named();
}
