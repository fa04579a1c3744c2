using System.Text.RegularExpressions;

namespace NetIdGrains.StyleTests;

/// <summary>Style as a ratchet: each limit is what the tree has reached, and only ever moves the better way.</summary>
public sealed partial class StyleTests
{
    private const int LongestSourceLine = 165;
    private const string OneRowALine = "RefusalTable.cs";
    private const int LongestTestLine = 170;
    private const int LongestFile = 357;
    private const int FilesOver200Lines = 2;
    private const int LongestEngine = 2_655;

    private static readonly (string Pattern, string Why)[] NeverInSource =
    [
        (@"\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException", "nothing unfinished is committed"),
        (@"Thread\.Sleep|Task\.Delay\(", "await events; time comes from the injected TimeProvider"),
        (@"DateTime(Offset)?\.(Utc)?(Now|Today)", "time comes from the injected TimeProvider"),
        (@"Random\.Shared|Guid\.NewGuid|\bnew Random\(\)", "chance comes from the injected random source"),
        (@"catch\s*\{", "a failure is named"),
        (@"\.ConfigureAwait\(false\)", "grain code stays on its scheduler"),
        (@"\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)", "nothing blocks on a task"),
        (@"\[Reentrant\]|\[Fact\(Skip", "no shortcuts"),
    ];

    /// <summary>Where a rule cannot hold, and why.</summary>
    private static readonly Dictionary<string, string> Exempt = new()
    {
        [@"Tour/DevelopmentWallet.cs Random\.Shared|Guid\.NewGuid|\bnew Random\(\)"] = "a wallet outside the authority",
        [@"Tour/DevelopmentPlatform.cs Random\.Shared|Guid\.NewGuid|\bnew Random\(\)"] = "a platform outside the authority",
        [@"Simulation/SimulatedWorld.cs \.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)"] = "rethrows what has completed",
        [@"Storage/SqliteDatabase.cs catch\s*\{"] = "disposes and rethrows",
        [@"Embedded/EmbeddedHost.cs catch\s*\{"] = "disposes and rethrows",
    };

    internal static readonly string Root = FindRoot();

    public static TheoryData<string, string> Rules()
    {
        var data = new TheoryData<string, string>();
        foreach (var (pattern, why) in NeverInSource)
            data.Add(pattern, why);
        return data;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_is_never_in_the_source(string pattern, string why)
    {
        var found = Files("src").Where(file => Regex.IsMatch(File.ReadAllText(file), pattern) && !IsExempt(file, pattern)).Select(Short);
        Assert.True(!found.Any(), $"{why}: {string.Join(", ", found)}");
    }

    [Fact]
    public void Only_what_may_know_the_engine_knows_it()
    {
        var found = Files("src").Where(file => EngineConditions().IsMatch(File.ReadAllText(file))).Select(Short);
        Assert.Empty(found);
        Assert.Empty(Files("src").Select(Short).Where(file => !file.Contains("EmbeddedEngine") && !file.Contains("/Embedded/")
            && File.ReadAllText(Path.Combine(Root, file)).Contains("NetIdGrains.EmbeddedEngine", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("src", LongestSourceLine)]
    [InlineData("tests", LongestTestLine)]
    public void Lines_are_not_longer_than_the_longest_so_far(string folder, int longest) =>
        Assert.Empty(Files(folder).Where(file => Path.GetFileName(file) != OneRowALine).SelectMany(file => File.ReadLines(file).Select((line, index) => (line, index))
            .Where(line => line.line.Length > longest).Select(line => $"{Short(file)}:{line.index + 1}")));

    [Fact]
    public void Files_are_not_longer_than_the_longest_so_far()
    {
        var lengths = Files("src").Select(file => (Name: Short(file), Lines: File.ReadLines(file).Count())).ToList();
        Assert.Empty(lengths.Where(file => file.Lines > LongestFile));
        Assert.True(lengths.Count(file => file.Lines > 200) <= FilesOver200Lines, "More files over 200 lines than before.");
        Assert.InRange(lengths.Where(file => file.Name.Contains("EmbeddedEngine")).Sum(file => file.Lines), 1, LongestEngine);
    }

    [Fact]
    public void Program_is_short() => Assert.InRange(File.ReadLines(Path.Combine(Root, "src/NetIdGrains.FrontDoor/Program.cs")).Count(), 1, 30);

    [GeneratedRegex(@"^\s*#if|ENGINE_", RegexOptions.Multiline)]
    private static partial Regex EngineConditions();

    internal static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories);

    private static bool IsExempt(string file, string pattern) =>
        Exempt.Keys.Any(exempt => exempt.EndsWith(pattern, StringComparison.Ordinal) && file.EndsWith(exempt[..exempt.IndexOf(' ')], StringComparison.Ordinal));

    private static string Short(string file) => Path.GetRelativePath(Root, file);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "NetIdGrains.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside a checkout.");
        return folder.FullName;
    }
}
