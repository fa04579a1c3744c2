// Hostile input for every parser: `dotnet run -c Release --project tests/fuzz -- [PARSER|all] [--inputs N] [--seed N]` prints one line for each.
// It ends with 1 if any threw, or took more memory than it may; `PARSER --replay INPUT` then gives it the printed input again.
using System.Globalization;
using System.Text;
using NetIdGrains.Fuzz;

var name = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "all";
var chosen = Parsers.All.Where(parser => name == "all" || parser.Name == name).ToList();
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"Name one parser: all, {string.Join(", ", Parsers.All.Select(parser => parser.Name))}");
    return 2;
}

if (Option("--replay") is { } replay)
{
    if (chosen.Count != 1)
    {
        Console.Error.WriteLine("Name the one parser to give it to.");
        return 2;
    }

    Console.WriteLine($"{name}: {chosen[0].Reads(Encoding.Unicode.GetString(Convert.FromBase64String(replay)))}");
    return 0;
}

var inputs = int.Parse(Option("--inputs") ?? "1000000", CultureInfo.InvariantCulture);
var seed = int.Parse(Option("--seed") ?? "20261122", CultureInfo.InvariantCulture);
var failed = false;
foreach (var parser in chosen)
{
    var result = FuzzRun.Run(parser, inputs, seed, threads: 2);
    Console.WriteLine(result);
    failed |= result.Failures.Count > 0;
    foreach (var failure in result.Failures) Console.WriteLine(failure);
}

return failed ? 1 : 0;

string? Option(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
